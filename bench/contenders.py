"""What a comparison measures, all by the same four questions: a peer in its process, or the program.

`check_networks` and `check_photos` come before timing, prepare for it, and answer how far the outputs lie from eager
PyTorch's; NoPeer where that is farther than the precision excuses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import figures
import numpy as np
import skingauge_program
from peer_worker import Worker
from protocol import Manifest, Model, Picture, answer, eager_network

# How far outputs may lie from eager PyTorch's, as root mean square relative to theirs. Quantising networks that were
# not trained for it costs what it costs; at 1 an output says no more than zero would.
FARTHEST = {"fp32": 1e-3, "tf32": 0.02, "fp16": 0.05, "bf16": 0.2, "int8": 1.0}

Answers = list[dict[str, Any]]


class NoPeer(Exception):
    """Its outputs are not eager PyTorch's; says by how much."""


class Contender(Protocol):
    name: str
    precision: str
    models: int  # that its networks' rate cycles through

    def check_networks(self, batch: int) -> figures.Row: ...

    def rate(self, batch: int) -> float:
        """Crops per second of networks alone."""

    def check_photos(self) -> figures.Row: ...

    def latency(self) -> figures.Row:
        """p50_ms, p95_ms, p99_ms and count over the photographs, one at a time, from file to result."""


@dataclass
class Subject:
    """What all of them run: the same checkpoints and photographs, and what eager PyTorch makes of them."""

    manifest: Manifest
    pictures: Sequence[Picture]  # for latency
    tiles: Sequence[np.ndarray]  # inputs by model
    expected: Sequence[np.ndarray]  # outputs by model

    @cached_property
    def answers(self) -> Answers:
        loaded: dict[int, Any] = {}

        def networks(jobs: Sequence[Any]) -> list[np.ndarray]:
            for job in jobs:
                if job.model not in loaded:
                    loaded[job.model] = eager_network(self.manifest.models[job.model])
            return [eager_outputs(loaded[job.model], job.inputs) for job in jobs]

        return [answer(picture, self.manifest, networks) for picture in self.pictures]


def eager_outputs(network: Any, tiles: np.ndarray) -> np.ndarray:
    import torch

    with torch.inference_mode():
        return network(torch.from_numpy(np.ascontiguousarray(tiles))).numpy()


class PeerContender:
    def __init__(self, worker: Worker, subject: Subject, models: int, seconds: float) -> None:
        self.name, self.precision = worker.peer.name, worker.peer.precision
        self.models = min(models, worker.peer.most_models or models)
        self._worker, self._subject, self._seconds = worker, subject, seconds

    def check_networks(self, batch: int) -> figures.Row:
        found = self._worker.call("prepare", batch, self.models, self._tiles(batch))
        return checked(found, [rows[:batch] for rows in self._subject.expected[: self.models]], self.precision)

    def rate(self, batch: int) -> float:
        return self._worker.call("rate", batch, self.models, self._tiles(batch), self._seconds)

    def check_photos(self) -> figures.Row:
        self._worker.call("drop")
        for _ in range(2):  # the first run loads, the second still warms up
            found = [self._worker.call("photo", picture)[1] for picture in self._subject.pictures]
        return checked_answers(found, self._subject.answers, self.precision)

    def latency(self) -> figures.Row:
        seconds = [self._worker.call("photo", picture)[0] for picture in self._subject.pictures]
        return figures.percentiles_ms(seconds) | {"count": len(seconds)}

    def end(self) -> None:
        self._worker.end()

    def _tiles(self, batch: int) -> list[np.ndarray]:
        return [tiles[:batch] for tiles in self._subject.tiles[: self.models]]


class DocumentedWay:
    """End to end as documented: eager PyTorch, one photograph after the other, one tile at a time."""

    name, precision = "documented-way", "fp32"

    def __init__(self, worker: Worker, pictures: Sequence[Picture]) -> None:
        self._worker, self._pictures = worker, pictures

    def check_photos(self) -> figures.Row:
        for picture in self._pictures[:2]:
            self._worker.call("photo", picture, True)
        return {}  # what it answers is checked as latency of eager PyTorch

    def photos_per_s(self) -> float:
        return len(self._pictures) / sum(self._worker.call("photo", picture, True)[0] for picture in self._pictures)


@dataclass(frozen=True)
class ProgramSettings:
    program: Path
    manifest: Path
    root: Path
    threads: int
    seconds: float
    latency_photos: int
    pipeline_photos: int


class ProgramContender:
    """The program with one engine and precision. It loads its networks anew for every figure; that is not timed."""

    def __init__(self, engine: str, precision: str, subject: Subject, settings: ProgramSettings) -> None:
        self.name, self.precision = f"{figures.OWN}-{engine}", precision
        self.models = len(subject.manifest.models)
        self._subject, self._settings = subject, settings
        chosen = ("--engine", engine, "--precision", precision, "--threads", settings.threads)
        self._flags = ("--models", settings.manifest, *chosen)

    def check_networks(self, batch: int) -> figures.Row:
        return self._difference

    def rate(self, batch: int) -> float:
        return self._bench("networks", "--mode", "both", "--batch", batch, "--seconds", self._settings.seconds)["crops_per_s"]

    def check_photos(self) -> figures.Row:
        return self._difference

    def latency(self) -> figures.Row:
        found = self._bench("latency", self._settings.root, "--photos", self._settings.latency_photos)
        return {name: found[name] for name in ("p50_ms", "p95_ms", "p99_ms", "count")}

    def photos_per_s(self) -> float:
        photos = ("--photos", self._settings.pipeline_photos, "--seconds", 0.5)
        return self._bench("pipeline", self._settings.root, *photos)["photos_per_s"]

    @cached_property
    def _difference(self) -> figures.Row:
        """Of what `predict` answers."""
        files = [picture.file for picture in self._subject.pictures]
        labels = ("--labels", self._settings.root / "label")
        found = skingauge_program.predictions(self._settings.program, files, *labels, *self._flags)
        return checked_answers(found, self._subject.answers, self.precision)

    def _bench(self, kind: str, *arguments: object) -> dict[str, Any]:
        return skingauge_program.call(self._settings.program, "bench", kind, *arguments, *self._flags, "--rounds", 1)


def checked(found: Sequence[Any], expected: Sequence[Any], precision: str) -> figures.Row:
    """The largest difference of outputs, and their root mean square relative to what is expected."""
    theirs = np.concatenate([np.ravel(one) for one in expected]).astype(np.float64)
    apart = np.concatenate([np.ravel(one) for one in found]).astype(np.float64) - theirs
    relative = float(np.sqrt(np.mean(apart**2) / np.mean(theirs**2)))
    largest = float(np.max(np.abs(apart)))
    if not relative <= FARTHEST[precision]:  # not a number is no peer either
        words = f"outputs differ from eager PyTorch's by {largest:.2g} at most, relatively by {relative:.2g}"
        raise NoPeer(f"{words} (root mean square), allowed {FARTHEST[precision]:g}")
    return {"largest_difference": largest, "rms_difference": relative}


def checked_answers(found: Answers, expected: Answers, precision: str) -> figures.Row:
    """Every head must hold by itself, so that no other head's outputs hide that it is wrong."""
    heads: dict[str, list[tuple[Any, Any]]] = {}
    for ours, theirs in zip(found, expected, strict=True):
        if ours.keys() != theirs.keys():
            raise NoPeer(f"{', '.join(sorted(ours.keys() ^ theirs.keys()))}: answered by one alone")
        for head, wanted in theirs.items():
            heads.setdefault(head, []).append((ours[head], wanted))
    for head, pairs in heads.items():
        try:
            checked(*zip(*pairs, strict=True), precision)
        except NoPeer as error:
            raise NoPeer(f"{head}: {error}") from None
    together = [pair for pairs in heads.values() for pair in pairs]
    return checked(*zip(*together, strict=True), precision) | {"heads_compared": len(heads)}


def expected_of(models: Sequence[Model], tiles: Sequence[np.ndarray]) -> tuple[list[np.ndarray], float]:
    """Eager PyTorch's outputs by model, and the mean GFLOP (a multiply-add counts two) of one tile."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    rows, operations = [], []
    for model, inputs in zip(models, tiles, strict=True):
        network = eager_network(model)
        with torch.inference_mode(), FlopCounterMode(display=False) as counter:
            network(torch.from_numpy(inputs[:1]))
        operations.append(counter.get_total_flops() / 1e9)
        rows.append(eager_outputs(network, inputs))
    return rows, float(np.mean(operations))
