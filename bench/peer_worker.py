"""A process a peer: libraries keep their own threads and allocators, so that none disturbs another.

`Worker` is the handle in the parent: `call(name, ...)` runs that method of `Bench` in the process and answers its
result. One worker runs at a time; the others wait for their pipe and take no core.
"""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
import time
import traceback
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from peer_engines import Run, Setup, Unavailable
from peers import PEERS, Peer
from protocol import Job, Manifest, Picture, answer

LONGEST_S = 1800  # for one call; compiling eleven models is the longest
WARM_UPS = 3  # libraries that compile while running do so in their first calls


class PeerFailed(Exception):
    """A peer could not do what it was asked; says what it said."""


class Bench:
    """The peer's side: networks of one batch size at a time, and photographs."""

    def __init__(self, peer: Peer, manifest: Manifest, setup: Setup) -> None:
        self.peer = peer
        self.manifest = manifest
        self.engine = peer.make(setup)
        self.networks: dict[tuple[int, int], list[Run]] = {}

    def prepare(self, batch: int, models: int, tiles: list[np.ndarray]) -> list[np.ndarray]:
        """Loads the first models for a batch size, warms them up, and answers what they make of the first tiles."""
        self.drop()
        outputs = []
        for index in range(models):
            for run in self._load(index, batch):
                for _ in range(WARM_UPS):
                    rows = run(tiles[index][:batch])()
            outputs.append(np.array(rows))
        return outputs

    def rate(self, batch: int, models: int, tiles: list[np.ndarray], seconds: float) -> float:
        """Crops per second; each batch goes to the next model, as many in flight at once as the library wants.

        The clock runs from one end of a batch to another, so that neither filling nor draining counts.
        """
        networks = [self.networks[index, batch] for index in range(models)]
        inputs = [np.ascontiguousarray(tiles[index][:batch]) for index in range(models)]
        streams = min(len(runs) for runs in networks)
        flying: deque[Callable[[], np.ndarray]] = deque()
        start = 0.0
        for number in itertools.count():
            if number >= streams:
                flying.popleft()()
            if number >= streams and number % streams == 0:
                start = start or time.perf_counter()
                passed = time.perf_counter() - start
                if number > streams and passed >= seconds:
                    break
            flying.append(networks[number % models][number % streams](inputs[number % models]))
        for wait in flying:
            wait()
        return (number - streams) * batch / passed

    def photo(self, picture: Picture, documented: bool = False) -> tuple[float, dict[str, Any]]:
        """Seconds from a photograph's file to its results through all models, and the results.

        documented: one tile at a time.
        """
        networks = self._apart if documented or self.peer.tile_by_tile else self._together
        start = time.perf_counter()
        results = answer(picture, self.manifest, networks)
        return time.perf_counter() - start, results

    def drop(self) -> None:
        self.networks.clear()
        self.engine.forget()
        gc.collect()

    def _load(self, index: int, batch: int) -> list[Run]:
        if (index, batch) not in self.networks:
            self.networks[index, batch] = self.engine.load(index, self.manifest.models[index], batch)
        return self.networks[index, batch]

    def _apart(self, jobs: list[Job]) -> list[np.ndarray]:
        return [np.concatenate([self._load(job.model, 1)[0](tile[None])() for tile in job.inputs]) for job in jobs]

    def _together(self, jobs: list[Job]) -> list[np.ndarray]:
        loaded = [self._load(job.model, len(job.inputs)) for job in jobs]
        streams = min(len(runs) for runs in loaded)
        flying: deque[tuple[int, Callable[[], np.ndarray]]] = deque()
        outputs: dict[int, np.ndarray] = {}
        for number, index in enumerate(sorted(range(len(jobs)), key=lambda i: -len(jobs[i].inputs))):
            if number >= streams:
                done, wait = flying.popleft()
                outputs[done] = wait()
            flying.append((index, loaded[index][number % streams](jobs[index].inputs)))
        outputs |= {done: wait() for done, wait in flying}
        return [outputs[index] for index in range(len(jobs))]


class Worker:
    """The parent's side. A call that fails raises PeerFailed; after the process is gone, every call does."""

    def __init__(self, peer: Peer, manifest: Manifest, setup: Setup, log: Path) -> None:
        self.peer = peer
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        arguments = (theirs, PEERS.index(peer), manifest, setup, log)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()
        theirs.close()
        self._answer()

    def call(self, name: str, *arguments: Any) -> Any:
        try:
            self._pipe.send((name, arguments))
        except OSError as error:
            raise PeerFailed("its process has ended") from error
        return self._answer()

    def end(self) -> None:
        self._pipe.close()
        self._process.join(30)
        if self._process.is_alive():
            self._process.kill()

    def _answer(self) -> Any:
        if not self._pipe.poll(LONGEST_S):
            self._process.kill()
            raise PeerFailed(f"no answer within {LONGEST_S} s")
        try:
            good, result = self._pipe.recv()
        except (EOFError, OSError) as error:
            self._process.join(5)
            raise PeerFailed(f"its process ended with {self._process.exitcode}") from error
        if not good:
            raise PeerFailed(result)
        return result


def _serve(pipe: Connection, peer: int, manifest: Manifest, setup: Setup, log: Path) -> None:
    with log.open("ab") as file:  # libraries write what they like
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    try:
        bench = Bench(PEERS[peer], manifest, setup)
    except Exception as error:
        pipe.send((False, _reason(error)))
        return
    pipe.send((True, None))
    while True:
        try:
            name, arguments = pipe.recv()
        except EOFError:
            return
        try:
            pipe.send((True, getattr(bench, name)(*arguments)))
        except Exception as error:
            traceback.print_exc()
            pipe.send((False, _reason(error)))


def _reason(error: Exception) -> str:
    text = str(error).strip().splitlines()
    return text[0] if isinstance(error, Unavailable) and text else f"{type(error).__name__}: {text[0] if text else ''}"[:300]
