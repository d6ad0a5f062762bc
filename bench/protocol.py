"""The documented protocol for the benchmarks: one photograph through all networks, whatever runs them.

Listing, decoding, cropping, tiles, heads and eager networks are those of tests/parity, the tests' independent
reference; here they are only put in order.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from machine import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tests" / "parity"))

from reference_data import Label, Skip, list_photos, read_labels  # noqa: E402
from reference_networks import Manifest, Model, eager_network, head_id, read_manifest, softmax  # noqa: E402
from reference_tiles import cut_tiles, decode, network_input  # noqa: E402

__all__ = ["Manifest", "Model", "Picture", "answer", "eager_network", "head_id", "read_manifest", "read_pictures", "tiles_of"]

Networks = Callable[[Sequence["Job"]], list[np.ndarray]]


@dataclass(frozen=True)
class Picture:
    """A photograph's file and the boxes its labels give."""

    file: Path
    boxes: dict[int, tuple[int, int, int, int]]


@dataclass(frozen=True)
class Job:
    """The tiles of one photograph that go through one model: `crops` says how many belong to each facepart."""

    model: int
    inputs: np.ndarray  # N x 3 x 128 x 128 float32
    faceparts: tuple[int, ...]
    crops: tuple[int, ...]


def read_pictures(root: Path, count: int) -> list[Picture]:
    """The first `count` photographs of the data set, as the program's benchmarks take them; all where it holds fewer."""
    chosen = list_photos(root)[:count]
    if not chosen:
        raise SystemExit(f"{root}: found no photographs, expected ROOT/img/<device>/<subject>/<photo>.jpg")
    return [Picture(photo.file, _boxes(read_labels(photo))) for photo in chosen]


def _boxes(labels: dict[int, Label | Skip]) -> dict[int, tuple[int, int, int, int]]:
    return {part: label.box for part, label in labels.items() if isinstance(label, Label) and label.box}


def cut(picture: Picture, min_box_side: int) -> dict[int, list[np.ndarray]]:
    """A photograph's file to the tiles of each facepart that has a usable box."""
    pixels = decode(picture.file)
    if isinstance(pixels, Skip):
        raise ValueError(f"{picture.file}: {pixels.reason}")
    tiles = {part: cut_tiles(pixels, box, part, min_box_side) for part, box in picture.boxes.items()}
    return {part: found for part, found in tiles.items() if not isinstance(found, Skip)}


def jobs_of(tiles: dict[int, list[np.ndarray]], manifest: Manifest) -> list[Job]:
    jobs = []
    for index, model in enumerate(manifest.models):
        parts = tuple(part for part in model.faceparts if part in tiles)
        if parts:
            stacked = np.stack([tile for part in parts for tile in tiles[part]])
            jobs.append(Job(index, network_input(stacked).numpy(), parts, tuple(len(tiles[part]) for part in parts)))
    return jobs


def answer(picture: Picture, manifest: Manifest, networks: Networks) -> dict[str, float | list[float]]:
    """File to results: probabilities of each grade, normalised value of each measurement, by head (`grade/l_cheek_pore`)."""
    jobs = jobs_of(cut(picture, manifest.min_box_side), manifest)
    results: dict[str, float | list[float]] = {}
    for job, rows in zip(jobs, networks(jobs), strict=True):
        starts = np.cumsum((0, *job.crops[:-1]))
        for part, outputs in zip(job.faceparts, np.add.reduceat(rows, starts), strict=True):
            for head in manifest.models[job.model].heads:
                values = outputs[head.offset : head.offset + head.width]
                results[head.id(part)] = softmax(values) if head.task == "grade" else float(values[0])
    return results


def tiles_of(pictures: Sequence[Picture], manifest: Manifest, count: int) -> list[np.ndarray]:
    """For each model the first `count` inputs (N x 3 x 128 x 128) that the photographs hold for it, repeated if fewer."""
    found: list[list[np.ndarray]] = [[] for _ in manifest.models]
    for picture in pictures:
        if all(len(inputs) >= count for inputs in found):
            break
        for job in jobs_of(cut(picture, manifest.min_box_side), manifest):
            found[job.model].extend(job.inputs)
    missing = [model.id for model, inputs in zip(manifest.models, found, strict=True) if not inputs]
    if missing:
        raise SystemExit(f"no tile for {', '.join(missing)} in {len(pictures)} photographs, expected one or more each")
    return [np.stack([inputs[i % len(inputs)] for i in range(count)]) for inputs in found]
