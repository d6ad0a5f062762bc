#!/usr/bin/env python3
"""PyTorch on the GPU with the same checkpoints and tiles: what the program's networks on CUDA are compared with.

    bench/gpu_peers.py MANIFEST ROOT [--out FILE] [--peers pytorch-eager,torch-compile] [--precisions fp16] [--batches 256]

Eager PyTorch and torch.compile(mode="max-autotune"), both channels last; precisions fp32 (TF32 off), tf32, fp16 and bf16
(weights and tiles converted beforehand). Networks alone: the tiles lie on the GPU already, in the peers' favour where the
program's own figure starts with tiles in memory. Every peer's outputs are compared with float32's on the CPU before it is timed; each batch goes to the
next model. Progress goes to standard error, the JSON to --out or standard output. What fails is left out and named;
where all do, the exit status is 1.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import figures
import machine
import numpy as np
import torch
from contenders import NoPeer, checked, eager_outputs
from protocol import Model, eager_network, read_manifest, read_pictures, tiles_of

PEERS = ("pytorch-eager", "torch-compile")
DTYPES = {"fp32": torch.float32, "tf32": torch.float32, "fp16": torch.float16, "bf16": torch.bfloat16}
WARM_UPS = 5  # of each model; compiling and recording of graphs happen in the first
AT_ONCE = 16  # batches between two looks at the clock

Network = Callable[[torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class Subject:
    """A model with its tiles, and what float32 makes of them on the CPU."""

    model: Model
    tiles: np.ndarray  # N x 3 x 128 x 128
    expected: np.ndarray


@dataclass(frozen=True)
class Peer:
    name: str
    precision: str
    device: str

    def networks(self, models: Sequence[Model]) -> list[Network]:
        allowed = self.precision == "tf32"
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed
        torch.backends.cudnn.benchmark = True
        return [self._network(model) for model in models]

    def _network(self, model: Model) -> Network:
        network = eager_network(model).to(self.device, DTYPES[self.precision], memory_format=torch.channels_last)
        return torch.compile(network, mode="max-autotune", dynamic=False) if self.name == "torch-compile" else network

    def tiles(self, tiles: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(tiles).to(self.device, DTYPES[self.precision], memory_format=torch.channels_last)

    def finish(self) -> None:
        if self.device != "cpu":
            torch.cuda.synchronize()

    def forget(self) -> None:
        if self.name == "torch-compile":
            torch.compiler.reset()
        if self.device != "cpu":
            torch.cuda.empty_cache()


def measure(peer: Peer, subjects: Sequence[Subject], batch: int, seconds: float, rounds: int) -> figures.Row:
    """One row: how far the outputs lie apart, and crops per second over the rounds. NoPeer where too far."""
    networks = peer.networks([subject.model for subject in subjects])
    inputs = [peer.tiles(subject.tiles[:batch]) for subject in subjects]
    with torch.inference_mode():
        found = [last_of(network, tiles).float().cpu().numpy() for network, tiles in zip(networks, inputs, strict=True)]
        apart = checked(found, [subject.expected[:batch] for subject in subjects], peer.precision)
        rates = [rate(peer, networks, inputs, seconds) for _ in range(rounds)]
    about = {"peer": peer.name, "precision": peer.precision, "batch": batch, "models": len(subjects)}
    return about | figures.spread("crops_per_s", rates) | apart


def last_of(network: Network, tiles: torch.Tensor) -> torch.Tensor:
    """Of the warm-ups; a copy, since a recorded graph writes the next outputs to the same place."""
    for _ in range(WARM_UPS):
        outputs = network(tiles).clone()
    return outputs


def rate(peer: Peer, networks: Sequence[Network], inputs: Sequence[torch.Tensor], seconds: float) -> float:
    pairs = itertools.cycle(zip(networks, inputs, strict=True))
    peer.finish()
    start, done, passed = time.perf_counter(), 0, 0.0
    while passed < seconds:
        for network, tiles in itertools.islice(pairs, AT_ONCE):
            network(tiles)
            done += len(tiles)
        peer.finish()
        passed = time.perf_counter() - start
    return done / passed


def measure_all(arguments: argparse.Namespace) -> dict[str, Any]:
    manifest = read_manifest(arguments.manifest)
    models = manifest.models[: arguments.models]
    pictures = read_pictures(arguments.root, arguments.photos)
    tiles = tiles_of(pictures, manifest, max(arguments.batches))[: len(models)]
    expected = [eager_outputs(eager_network(model), inputs) for model, inputs in zip(models, tiles, strict=True)]
    subjects = [Subject(*one) for one in zip(models, tiles, expected, strict=True)]
    rows, skipped = [], []
    for name, precision, batch in itertools.product(arguments.peers, arguments.precisions, arguments.batches):
        peer = Peer(name, precision, arguments.device)
        try:
            rows.append(measure(peer, subjects, batch, arguments.seconds, arguments.rounds))
            print(f"{name} {precision} batch {batch}: {rows[-1]['crops_per_s']:.0f} crops/s", file=sys.stderr)
        except (NoPeer, RuntimeError, ImportError) as error:
            skipped.append({"what": f"{name} {precision} batch {batch}", "reason": str(error).strip().splitlines()[0][:300]})
            print(f"{skipped[-1]['what']}: {skipped[-1]['reason']}", file=sys.stderr)
        peer.forget()
    return {"networks": rows, "skipped": skipped}


def result_of(arguments: argparse.Namespace) -> dict[str, Any]:
    gpu = torch.cuda.get_device_name() if arguments.device != "cpu" else None
    packages = ("torch", "torchvision", "triton", "nvidia-cudnn-cu13")
    return {
        "format": 1,
        "bench": "gpu-peers",
        "date": date.today().isoformat(),
        "commit": machine.commit(),
        "device": arguments.device,
        "machine": machine.describe() | {"gpu": gpu},
        "versions": {package: machine.version(package) for package in packages},
        "settings": {"seconds": arguments.seconds, "rounds": arguments.rounds, "models": arguments.models},
        **measure_all(arguments),
    }


def listed(kind: Callable[[str], Any] = str) -> Callable[[str], list[Any]]:
    return lambda text: [kind(part) for part in text.split(",")]


def arguments_of(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("root", type=Path, help="data set in the program layout")
    parser.add_argument("--out", type=Path, help="where the JSON goes; default standard output")
    parser.add_argument("--device", default="cuda", help="cuda, or cpu to try the script")
    parser.add_argument("--peers", type=listed(), default=list(PEERS), help=f"of {', '.join(PEERS)}")
    parser.add_argument("--precisions", type=listed(), default=["fp16", "bf16", "tf32", "fp32"], help=f"of {', '.join(DTYPES)}")
    parser.add_argument("--batches", type=listed(int), default=[256, 32, 1])
    parser.add_argument("--models", type=int, help="only this many models; default all. Each is compiled on its own")
    parser.add_argument("--photos", type=int, default=40, help="that the tiles are cut from")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.0)
    arguments = parser.parse_args(argv)
    for name, known in {"peers": PEERS, "precisions": DTYPES}.items():
        if unknown := set(getattr(arguments, name)) - set(known):
            parser.error(f"--{name}: found {', '.join(sorted(unknown))}, expected some of {', '.join(known)}")
    if arguments.device != "cpu" and not torch.cuda.is_available():
        parser.error("--device: PyTorch sees no GPU here")
    return arguments


def main() -> None:
    arguments = arguments_of()
    result = result_of(arguments)
    text = json.dumps(result, indent=2) + "\n"
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    if not result["networks"]:
        sys.exit(1)


if __name__ == "__main__":
    main()
