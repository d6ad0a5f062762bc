#!/usr/bin/env python3
"""Makes the DEMO ensemble: eleven true ResNet-50s, fitted within minutes to synthetic faces.

They show that loading, batching, decoding and validation work, and answer clearly better than the best constant on
synthetic faces. They know nothing of real skin: never use them for anything but trying the program.

    make_demo_checkpoints.py --program build/bin/skingauge --out models/demo

The program draws the faces (`dataset synthesize`) and cuts their crops (`dataset tiles`), so the networks see the very
bytes that they will see later. The backbone is a ResNet-50 whose weights are set, not trained: a stem of Gabor,
difference-of-Gaussians and colour filters, whose responses the residual blocks cut off at several levels and average
over the picture. Batch norm is measured on the data, and each head is solved by ridge regression.
OUT receives grade/*.pt, measure/*.pt (TorchScript) and manifest.json.

Exit status: 0 done; 2 usage; 3 the program failed; 6 disk.
"""

from __future__ import annotations

import argparse
import io
import os
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

# Threads that wait by spinning slow each other down wherever something else runs; read when torch is loaded.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import torch
from torch import nn

import nia_2023
from demo_crops import OUTPUTS, Crops, read_crops
from demo_network import FEATURES, Network, has_fast_bfloat16, solve_heads
from demo_scores import evaluate, print_scores


@dataclass(frozen=True)
class Plan:
    """How many people are drawn, one photograph of each."""

    train: int
    test: int


FULL = Plan(train=400, test=90)
QUICK = Plan(train=40, test=20)


class Failure(Exception):
    """Something the user can mend: its exit status and one line that says what."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def say(text: str) -> None:
    """A line of progress, with the seconds since the start."""
    print(f"demo checkpoints {time.monotonic() - START:4.0f} s  {text}", file=sys.stderr, flush=True)


START = time.monotonic()


def run_program(program: Path, *arguments: str) -> None:
    """Runs `program dataset ARGUMENTS`."""
    command = [str(program), "dataset", *arguments]
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    except OSError as error:
        raise Failure(2, f"{program}: cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        raise Failure(3, f"{' '.join(command)}: exit status {done.returncode}: {done.stderr.strip()[-400:]}")


def draw_crops(program: Path, folder: Path, subjects: int, seed: int) -> Crops:
    """Synthetic people, one photograph of each, cut into tiles."""
    faces, tiles = folder / "faces", folder / "tiles"
    run_program(program, "synthesize", str(faces), "--subjects", str(subjects), "--seed", str(seed),
                "--photos-per-subject", "1")  # fmt: skip
    run_program(program, "tiles", str(faces), "--out", str(tiles))
    try:
        return read_crops(tiles)
    except ValueError as error:
        raise Failure(3, str(error)) from error


def export(network: Network, out: Path) -> Path:
    """Writes eleven TorchScript files, then the manifest, and returns the manifest's path."""
    manifest = out / "manifest.json"
    manifest.unlink(missing_ok=True)  # it would name files that are being replaced
    example = torch.zeros(1, 3, nia_2023.TILE_SIDE, nia_2023.TILE_SIDE)
    whole = network.backbone.to(memory_format=torch.contiguous_format).requires_grad_(False)
    for model in nia_2023.MODELS:
        first = next(output.offset for output in OUTPUTS if output.model is model)
        whole.fc = nn.Linear(FEATURES, model.width).requires_grad_(False)
        whole.fc.weight.copy_(network.weight[first : first + model.width])
        whole.fc.bias.copy_(network.bias[first : first + model.width])
        buffer = io.BytesIO()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*torch.jit.*deprecated.*", category=DeprecationWarning)
            torch.jit.save(torch.jit.trace(whole.eval(), example), buffer)
        file = out / model.file
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(buffer.getbuffer())
    return nia_2023.write_manifest(out, "demo", demo=True).replace(manifest)


def make(arguments: argparse.Namespace, plan: Plan) -> None:
    say(f"DEMO checkpoints: drawing {plan.train} people to learn from and {plan.test} to test with")
    with tempfile.TemporaryDirectory(prefix="skingauge-demo-") as folder:
        program = arguments.program.resolve()
        train = draw_crops(program, Path(folder, "train"), plan.train, 1_000_003 + arguments.seed)
        test = draw_crops(program, Path(folder, "test"), plan.test, 2_000_003 + arguments.seed)
    say(f"drawn: {len(train.count)} crops, {len(train.tiles)} tiles to learn from, {len(test.count)} crops to test with")
    network = Network(arguments.seed)
    network.measure_batch_norm(train)
    say(f"batch norm measured ({'bfloat16' if has_fast_bfloat16() else 'float32'})")
    features = network.crop_features(train)
    say("features computed")
    solve_heads(network, train, features)
    say("heads solved by ridge regression")
    outputs = network.outputs(test, network.crop_features(test, exact=True))
    print_scores(evaluate(outputs, test), plan.test)
    manifest = export(network, arguments.out)
    say(f"written: {manifest} (DEMO: only for trying the program)")


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Makes the DEMO ensemble: ResNet-50s fitted to synthetic faces.")
    parser.add_argument("--program", type=Path, required=True, help="the skingauge program")
    parser.add_argument("--out", type=Path, required=True, help="folder for the TorchScript files and manifest.json")
    parser.add_argument("--subjects", type=int, help=f"people to learn from, 20..5000; default {FULL.train}")
    parser.add_argument("--quick", action="store_true", help="under a minute, and worse: fewer people (for tests)")
    parser.add_argument("--seed", type=int, default=0, help="of faces and networks, 0..999999")
    arguments = parser.parse_args(argv)
    if arguments.subjects is not None and not 20 <= arguments.subjects <= 5000:
        parser.error(f"--subjects is {arguments.subjects}, expected 20..5000")
    if not 0 <= arguments.seed <= 999_999:
        parser.error(f"--seed is {arguments.seed}, expected 0..999999")
    return arguments


def main(argv: list[str]) -> int:
    arguments = parse(argv)
    plan = QUICK if arguments.quick else FULL
    if arguments.subjects is not None:
        plan = Plan(arguments.subjects, plan.test)
    try:
        make(arguments, plan)
    except Failure as failure:
        print(f"error: {failure}", file=sys.stderr)
        return failure.status
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        return 6
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
