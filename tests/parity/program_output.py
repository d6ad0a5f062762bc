"""Running the program, and reading what it writes."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from reference import Crop
from reference_data import Photo
from reference_evaluation import Outcome
from reference_log import without_timestamp
from reference_networks import Manifest

SIDE = 128
HeadKey = tuple[str, int, str, str]  # photo, facepart, key, task


@dataclass(frozen=True)
class Case:
    """What both sides work on, and the reference's answers."""

    program: Path
    root: Path
    manifest_file: Path
    manifest: Manifest
    photos: list[Photo]
    crops: list[Crop]
    outcomes: list[Outcome]


def run(program: Path, *arguments: str | Path, status: tuple[int, ...] = (0,)) -> str:
    """Standard output of the program; AssertionError with all it said where its exit status is another."""
    command = [str(program), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = f"{' '.join(command)}\nexit status {done.returncode}, expected {status}\n{done.stdout}\n{done.stderr}"
    assert done.returncode in status, said
    return done.stdout


def device() -> list[str]:
    """Where the program runs its networks, always in float32: on the CPU unless the environment says otherwise."""
    names = {"--device": ("SKINGAUGE_PARITY_DEVICE", "cpu"), "--engine": ("SKINGAUGE_PARITY_ENGINE", "auto")}
    return [word for flag, (name, default) in names.items() for word in (flag, os.environ.get(name, default))]


@dataclass(frozen=True)
class TileLine:
    """A line of tiles.jsonl with its tiles: count x 128 x 128 x 3."""

    tiles: np.ndarray
    grades: dict[str, int]
    measurements: dict[str, float]


def read_tiles(folder: Path) -> dict[tuple[str, int], TileLine]:
    """(photo, facepart) -> tiles and truths."""
    pixels = np.fromfile(folder / "tiles.bin", np.uint8).reshape(-1, SIDE, SIDE, 3)
    found = {}
    for line in read_lines(folder / "tiles.jsonl"):
        tiles = pixels[line["first"] : line["first"] + line["tiles"]]
        found[line["photo"], line["facepart"]] = TileLine(tiles, line["grades"], line["measurements"])
    return found


def read_lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def read_predictions(folder: Path) -> dict[HeadKey, dict[str, Any]]:
    """predictions.jsonl by head; a head that stands there twice is an error."""
    lines = read_lines(folder / "predictions.jsonl")
    by_head = {(line["photo"], line["facepart"], line["key"], line["task"]): line for line in lines}
    assert len(by_head) == len(lines), "a head stands in predictions.jsonl twice"
    return by_head


def head_key(outcome: Outcome) -> HeadKey:
    return outcome.photo, outcome.facepart, outcome.key, outcome.task


def read_log(folder: Path, mode: str) -> list[str]:
    text = (folder / f"{mode}_test.txt").read_text(encoding="utf-8")
    assert text.endswith("\n")
    return [without_timestamp(line) for line in text[:-1].split("\n")]
