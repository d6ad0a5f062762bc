#!/usr/bin/env python3
"""The program beside other ways to run the same checkpoints on the same photographs, in one run, on the CPU.

    bench/compare_peers.py MANIFEST ROOT [--program build/bin/skingauge] [--out bench/results/DATE-cpu-peers.json]

Every peer's outputs are compared with eager PyTorch's before it is timed. Rounds are interleaved: in each round every
peer is measured once, so that what slows the machine down slows all. Progress and tables go to standard error, the
JSON to --out or standard output. bench/README.md says what must be installed; what is missing is left out and named.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import machine
import skingauge_program
from comparison import Comparison, Settings
from figures import by_batch, number, text_table
from peers import PEERS

PACKAGES = ("torch", "torchvision", "numpy", "opencv-python-headless", "onnx", "onnxruntime", "openvino", "nncf")

PARTS = {
    "outputs": Comparison.measure_outputs,
    "limits": Comparison.measure_limits,
    "latency": Comparison.measure_latency,
    "end-to-end": Comparison.measure_end_to_end,
    "networks": Comparison.measure_networks,
}


def arguments_of(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("root", type=Path, help="data set in the program layout")
    parser.add_argument("--program", type=Path, default=machine.REPOSITORY / "build/bin/skingauge")
    parser.add_argument("--out", type=Path, help="where the JSON goes; default standard output")
    parser.add_argument("--work", type=Path, default=machine.REPOSITORY / "build/peers", help="for converted models")
    parser.add_argument("--threads", type=int, default=machine.cores())
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="of networks, for each peer, batch size and round")
    parser.add_argument("--batches", type=lambda text: [int(part) for part in text.split(",")], default=[1, 8, 16, 32])
    parser.add_argument("--models-subset", type=int, help="networks: only this many models; default all")
    parser.add_argument("--latency-photos", type=int, default=5)
    parser.add_argument("--pipeline-photos", type=int, default=20)
    names = sorted({peer.name for peer in PEERS})
    parser.add_argument("--peers", type=lambda text: text.split(","), default=names, help=f"of {', '.join(names)}")
    parser.add_argument("--precisions", type=lambda text: text.split(","), default=["fp32", "bf16", "int8"])
    engines = ["fused", "torchscript"]
    parser.add_argument("--engines", type=lambda text: text.split(","), default=engines, help="the program's")
    parts = list(PARTS)
    parser.add_argument("--parts", type=lambda text: text.split(","), default=parts, help=f"of {', '.join(parts)}")
    arguments = parser.parse_args(argv)
    choices = {"peers": names, "precisions": ["fp32", "bf16", "int8"], "engines": engines, "parts": parts}
    for name, known in choices.items():
        if unknown := set(getattr(arguments, name)) - set(known):
            parser.error(f"--{name}: found {', '.join(sorted(unknown))}, expected some of {', '.join(known)}")
    return arguments


def settings_of(arguments: argparse.Namespace) -> Settings:
    names = Settings.__dataclass_fields__
    return Settings(**{name: value for name, value in vars(arguments).items() if name in names})


def result_of(arguments: argparse.Namespace, comparison: Comparison) -> dict[str, Any]:
    return {
        "format": 2,
        "bench": "outputs" if arguments.parts == ["outputs"] else "peers",
        "date": date.today().isoformat(),
        "commit": machine.commit(),
        "device": "cpu",
        "machine": machine.describe(),
        "versions": {"skingauge": skingauge_program.version(arguments.program), "python": sys.version.split()[0]}
        | {package: machine.version(package) for package in PACKAGES},
        "settings": settings_of(arguments).shown(),
        **comparison.figures(),
    }


def tables(result: dict[str, Any]) -> str:
    """The result for a terminal."""
    text = []
    if rows := result["outputs"]:
        names = ("peer", "precision", "heads_compared", "largest_difference", "rms_difference")
        text += ["answers beside eager PyTorch's", text_table(names, [[number(row[name]) for name in names] for row in rows])]
    if rows := result["networks"]:
        text += ["networks alone, crops/s (one tile each)", text_table(*by_batch(rows))]
        text += ["the program's best over each", text_table(*by_batch(rows, "skingauge_ratio"))]
    if rows := result["latency"]:
        names = ("peer", "precision", "p50_ms", "p95_ms", "p99_ms", "count")
        text += ["one photograph, file to result", text_table(names, [[number(row[name]) for name in names] for row in rows])]
    if rows := result["end_to_end"]:
        names = ("peer", "precision", "photos_per_s")
        text += ["end to end", text_table(names, [[number(row[name]) for name in names] for row in rows])]
    if limits := result["limits"]:
        text += ["limits", json.dumps({name: limits.get(name) for name in ("multiply_add_limit_gflops", "decode_mp_per_s")})]
    text += [f"left out: {entry['what']}: {entry['reason']}" for entry in result["skipped"]]
    return "\n\n".join(text)


def main() -> None:
    arguments = arguments_of()
    with Comparison(settings_of(arguments)) as comparison:
        for name, measure in PARTS.items():
            if name in arguments.parts:
                measure(comparison)
                result = result_of(arguments, comparison)
                if arguments.out:  # after each part: a run is long
                    arguments.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(tables(result), file=sys.stderr)
    if not arguments.out:
        print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
