#!/usr/bin/env python3
"""Turns the published checkpoints into TorchScript files and the manifest that lists them.

    convert_checkpoints.py SOURCE --out DIR [--name nia-2023] [--mode both|class|regression]

SOURCE is the published folder `checkpoint` or its parent:
`checkpoint/<class|regression>/<run>/<facepart>/state_dict.bin`, each a `torch.save` of {model_state, epoch, best_loss}
(a bare state dict is taken too) with the weights of a torchvision ResNet-50. DIR gets grade/N.pt, measure/N.pt and
NAME.json. Files are loaded weights-only: no code from them runs.

Exit status: 0 done, 2 usage, 3 SOURCE is not that layout, 4 a checkpoint cannot be used, 6 DIR cannot be written.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import nia_2023
from checkpoint_file import CheckpointError, read_state, resnet50_from_state, script_bytes

MODES = ("class", "regression")
FILE = "state_dict.bin"
# One network a sign, not a facepart, with other pixels: the program that the authors publish since 2025-12.
SIGNS = {"dryness", "pigmentation", "pore", "sagging", "wrinkle", "moisture", "elasticity_R2", "wrinkle_Ra"}


class SourceError(Exception):
    """SOURCE is not the published layout."""


def checkpoint_root(source: Path) -> Path:
    """The folder that holds class/ and regression/: SOURCE itself or SOURCE/checkpoint."""
    if not source.is_dir():
        raise SourceError(f"{source}: no such folder")
    for root in (source, source / "checkpoint"):
        if any((root / mode).is_dir() for mode in MODES):
            return root
    expected = "the published folder checkpoint/ with class/ and regression/"
    raise SourceError(f"{source}: found {found_in(source)}, expected {expected}")


def found_in(folder: Path) -> str:
    """What lies there instead, for a message: which layout, or where its state_dict.bin are."""
    files = sorted(file for depth in range(5) for file in folder.glob("*/" * depth + FILE))
    if signs := sorted({file.absolute().parent.name for file in files} & SIGNS):
        other = "checkpoints of the authors' present program (since 2025-12), one network a sign with 256 x 256 RGB crops"
        return f"{other} ({', '.join(signs)}), which this converter does not take"
    if not files:
        return f"no {FILE}"
    places = [str(file.relative_to(folder)) for file in files]
    return f"{len(places)} {FILE}: {', '.join(places[:3])}{' ...' if len(places) > 3 else ''}"


def choose_run(root: Path, mode: str, wanted: str | None) -> Path:
    """The folder of one training run under ROOT/<class|regression>; several need `wanted` to choose."""
    folder = root / mode
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder")
    runs = sorted({file.parent.parent.name for file in folder.glob(f"*/*/{FILE}")})
    if not runs:
        raise SourceError(f"{folder}: found {found_in(folder)}, expected RUN/FACEPART/{FILE}")
    if wanted is not None and wanted not in runs:
        raise SourceError(f"{folder}: found {', '.join(runs)}, expected {wanted} (--{mode}-name)")
    if wanted is None and len(runs) > 1:
        raise SourceError(f"{folder}: found {len(runs)} runs: {', '.join(runs)}; choose one with --{mode}-name")
    return folder / (wanted or runs[0])


def checkpoint_files(run: Path, mode: str) -> dict[str, Path]:
    """Model id -> its state_dict.bin in a run's folder. Other folders are named and left alone."""
    models = {model.id: model for model in nia_2023.MODELS if model.published.startswith(mode)}
    files = {id: run / model.published.split("/")[1] / FILE for id, model in models.items()}
    missing = [str(file) for file in files.values() if not file.is_file()]
    if missing:
        words = f"missing {len(missing)} of {len(files)} checkpoints: {', '.join(missing)}"
        raise SourceError(f"{words}; found {found_in(run)}")
    for extra in sorted(set(run.glob(f"*/{FILE}")) - set(files.values())):
        say(f"note: {extra} is not used (right-hand faceparts share the left-hand model)")
    return files


def convert(file: Path, model: nia_2023.Model, out: Path) -> None:
    """Converts one checkpoint to OUT/model.file."""
    started = time.monotonic()
    network = resnet50_from_state(read_state(file, say), model.width, file)
    content = script_bytes(network, nia_2023.TILE_SIDE, file)
    target = out / model.file
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    partial.write_bytes(content)
    partial.replace(target)
    say(f"{model.id}: {target}, {model.width} outputs, {time.monotonic() - started:.1f} s")


def say(line: str) -> None:
    """A line of progress; standard output stays free for the manifest's path."""
    print(line, file=sys.stderr, flush=True)


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("source", metavar="SOURCE", type=Path, help="the published folder checkpoint, or its parent")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="where files and manifest go")
    parser.add_argument("--name", default=nia_2023.NAME, help="the manifest is DIR/NAME.json (default: %(default)s)")
    parser.add_argument("--mode", choices=("both", *MODES), default="both", help="which models (default: %(default)s)")
    parser.add_argument("--class-name", metavar="RUN", help="the run under checkpoint/class, where there are several")
    parser.add_argument("--regression-name", metavar="RUN", help="the same under checkpoint/regression")
    options = parser.parse_args(arguments)
    if not options.name or "/" in options.name or options.name.startswith("."):
        parser.error(f"--name: found {options.name!r}, expected a file name")
    return options


def run(options: argparse.Namespace) -> Path:
    """The whole conversion; returns the manifest's path."""
    root = checkpoint_root(options.source)
    wanted = {"class": options.class_name, "regression": options.regression_name}
    files: dict[str, Path] = {}
    for mode in MODES if options.mode == "both" else (options.mode,):
        files |= checkpoint_files(choose_run(root, mode, wanted[mode]), mode)
    models = [model for model in nia_2023.MODELS if model.id in files]
    for model in models:
        convert(files[model.id], model, options.out)
    return nia_2023.write_manifest(options.out, options.name, {model.id: model.file for model in models})


def main(arguments: list[str] | None = None) -> int:
    options = parse_arguments(arguments)
    try:
        print(run(options))
    except SourceError as error:
        say(f"error: {error}")
        return 3
    except CheckpointError as error:
        say(f"error: {error}")
        return 4
    except OSError as error:
        say(f"error: {error.filename or options.out}: {error.strerror or error}")
        return 6
    return 0


if __name__ == "__main__":
    sys.exit(main())
