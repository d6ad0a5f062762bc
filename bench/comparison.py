"""One comparison: contenders, interleaved rounds, and the figures they give."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import figures
import machine
import skingauge_program
from contenders import DocumentedWay, NoPeer, PeerContender, ProgramContender, ProgramSettings, Subject, expected_of
from peer_engines import Setup
from peer_worker import PeerFailed, Worker
from peers import PEERS, Peer
from protocol import read_manifest, read_pictures, tiles_of
from skingauge_program import ProgramFailed

CALIBRATION_TILES = 64


@dataclass(frozen=True)
class Settings:
    manifest: Path
    root: Path
    program: Path
    work: Path
    threads: int
    rounds: int
    seconds: float
    batches: Sequence[int]
    models_subset: int | None
    latency_photos: int
    pipeline_photos: int
    peers: Sequence[str]
    precisions: Sequence[str]
    engines: Sequence[str]  # of the program

    def shown(self) -> dict[str, Any]:
        """Those that are no paths, and what the environment says to OpenMP."""
        openmp = {name: value for name, value in os.environ.items() if name.startswith(("OMP_", "GOMP_", "KMP_"))}
        return {name: value for name, value in vars(self).items() if not isinstance(value, Path)} | {"environment": openmp}


class Comparison:
    """Measures one part after the other; what can't be measured is noted in `skipped` with its reason."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._start = time.monotonic()
        self._skipped: list[dict[str, str]] = []
        self._figures: dict[str, Any] = {name: [] for name in ("outputs", "networks", "latency", "end_to_end")}
        self._figures["limits"] = None
        manifest = read_manifest(settings.manifest)
        self._pictures = read_pictures(settings.root, max(settings.latency_photos, settings.pipeline_photos))
        tiles = tiles_of(self._pictures, manifest, max(CALIBRATION_TILES, *settings.batches))
        self._say("eager PyTorch's outputs")
        expected, self._gflop = expected_of(manifest.models, [inputs[: max(settings.batches)] for inputs in tiles])
        self._subject = Subject(manifest, self._pictures[: settings.latency_photos], tiles, expected)
        self._workers: dict[str, Worker] = {}

    def __enter__(self) -> Comparison:
        self._start_workers()
        count = min(self._settings.models_subset or 999, len(self._subject.manifest.models))
        seconds = self._settings.seconds
        self._peers = [PeerContender(worker, self._subject, count, seconds) for worker in self._workers.values()]
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self._workers.values():
            worker.end()

    def figures(self) -> dict[str, Any]:
        networks = figures.with_ratios(self._figures["networks"])
        return {"gflop_per_crop": self._gflop} | self._figures | {"networks": networks, "skipped": self._skipped}

    def measure_limits(self) -> None:
        self._say("limits")
        files = [picture.file for picture in self._subject.pictures]
        flags = ("--threads", self._settings.threads, "--rounds", self._settings.rounds, "--seconds", self._settings.seconds)

        def limits() -> dict[str, Any]:
            return skingauge_program.call(self._settings.program, "bench", "limits", *files, *flags)

        self._figures["limits"] = self._attempt("limits", limits)

    def measure_outputs(self) -> None:
        """Nothing is timed: how far the program's answers lie from eager PyTorch's."""
        for one in self._own:
            row = {"peer": one.name, "precision": one.precision, "photos": len(self._subject.pictures)}
            self._figures["outputs"].append(row | one.check_photos())

    def measure_networks(self) -> None:
        for batch in self._settings.batches:
            measured = self._rounds(
                f"networks, batch {batch}",
                [*self._own, *self._peers],
                check=lambda one, batch=batch: one.check_networks(batch),
                act=lambda one, batch=batch: one.rate(batch),
            )
            for one, difference, rates in measured:
                row = {"peer": one.name, "precision": one.precision, "batch": batch, "models": one.models}
                self._figures["networks"].append(row | figures.spread("crops_per_s", rates) | difference)

    def measure_latency(self) -> None:
        everyone = [*self._own, *self._peers]
        measured = self._rounds("latency", everyone, lambda one: one.check_photos(), lambda one: one.latency())
        for one, difference, rounds in measured:
            row = {"peer": one.name, "precision": one.precision}
            self._figures["latency"].append(row | figures.medians(rounds, ("p50_ms", "p95_ms", "p99_ms")) | difference)

    def measure_end_to_end(self) -> None:
        everyone: list[Any] = list(self._own)
        if worker := self._workers.get("pytorch-eager fp32"):
            everyone.append(DocumentedWay(worker, self._pictures[: self._settings.pipeline_photos]))
        measured = self._rounds("end to end", everyone, lambda one: one.check_photos(), lambda one: one.photos_per_s())
        for one, _, rates in measured:
            row = {"peer": one.name, "precision": one.precision, "photos": self._settings.pipeline_photos}
            self._figures["end_to_end"].append(row | figures.spread("photos_per_s", rates))

    def _rounds(
        self, part: str, everyone: Iterable[Any], check: Callable[[Any], figures.Row], act: Callable[[Any], Any]
    ) -> list[tuple[Any, figures.Row, list[Any]]]:
        """Each contender that passes its check, with the check's figures and one value a round."""
        ready: list[tuple[Any, figures.Row, list[Any]]] = []
        for one in everyone:
            self._say(f"{part}: preparing {one.name} {one.precision}")
            difference = self._attempt(f"{part}: {one.name} {one.precision}", lambda one=one: check(one))
            if difference is not None:
                ready.append((one, difference, []))
        for number in range(self._settings.rounds):
            self._say(f"{part}: round {number + 1} of {self._settings.rounds}")
            for one, _, values in ready:
                if len(values) == number:  # who failed once is out
                    value = self._attempt(f"{part}: {one.name} {one.precision}", lambda one=one: act(one))
                    values += [] if value is None else [value]
        return [entry for entry in ready if len(entry[2]) == self._settings.rounds]

    @cached_property
    def _own(self) -> list[ProgramContender]:
        """The program's engines and precisions whose answers are eager PyTorch's."""
        names = ProgramSettings.__dataclass_fields__
        settings = ProgramSettings(**{name: getattr(self._settings, name) for name in names})
        chosen = [(engine, precision) for precision in self._settings.precisions for engine in self._settings.engines]
        every = [ProgramContender(engine, precision, self._subject, settings) for engine, precision in chosen]
        self._say("checking the program's answers")
        return [one for one in every if self._attempt(f"{one.name} {one.precision}", one.check_photos)]

    def _start_workers(self) -> None:
        names = ("torch", "onnx", "openvino", "nncf")
        work = self._settings.work / "_".join(f"{name}-{machine.version(name)}" for name in names)
        work.mkdir(parents=True, exist_ok=True)
        calibration = tuple(tiles[:CALIBRATION_TILES] for tiles in self._subject.tiles)
        setup = Setup(self._settings.threads, work, calibration)
        for peer in PEERS:
            if peer.name in self._settings.peers and peer.precision in self._settings.precisions:
                self._start_worker(peer, setup)

    def _start_worker(self, peer: Peer, setup: Setup) -> None:
        self._say(f"starting {peer.id}")
        log = self._settings.work / "peers.log"
        if worker := self._attempt(peer.id, lambda: Worker(peer, self._subject.manifest, setup, log)):
            self._workers[peer.id] = worker

    def _attempt(self, what: str, act: Callable[[], Any]) -> Any:
        """What `act` answers; None, and a note of the reason, where it fails."""
        try:
            return act()
        except (PeerFailed, ProgramFailed, NoPeer) as error:
            self._skipped.append({"what": what, "reason": str(error)})
            self._say(f"left out: {what}: {error}")
            return None

    def _say(self, text: str) -> None:
        print(f"[{time.monotonic() - self._start:6.0f} s] {text}", file=sys.stderr, flush=True)
