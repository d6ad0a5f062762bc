"""The dated result files: DATE-DEVICE-WHAT.json, each of one kind (its `bench`, else WHAT)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The first format of a kind whose figures are right. Before, `precision` merged a grade and a measurement of one key.
RIGHT_SINCE = {"precision": 2}

NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-(cpu|cuda)-(.+)\.json")


@dataclass(frozen=True)
class Result:
    name: str  # of its file
    date: str
    device: str  # cpu or cuda
    kind: str  # networks, pipeline, peers, documented-way, ...
    data: dict[str, Any]

    @property
    def format(self) -> int:
        return self.data.get("format", 1)

    @property
    def where(self) -> str:
        """The CPU, or the GPUs, that the figures are of."""
        machine = self.data.get("machine", {})
        return ", ".join(machine.get("gpus") or []) or machine.get("cpu") or "unknown CPU"


def read_results(folder: Path) -> list[Result]:
    """All of them, oldest first. ValueError for a file that is named or written otherwise."""
    return [_read(file) for file in sorted(folder.glob("*.json"))]


def _read(file: Path) -> Result:
    match = NAME.fullmatch(file.name)
    if not match:
        raise ValueError(f"{file}: expected a name like 2026-01-31-cpu-pipeline.json")
    data = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise ValueError(f"{file}: found {type(data).__name__}, expected one object")
    kind = str(data.get("bench", match[3])).replace("_", "-")
    return Result(file.name, match[1], match[2], kind, data)


def newest(results: Iterable[Result], kind: str, device: str) -> list[Result]:
    """Those of the newest day that has any of this kind and device; several where several settings were measured. Files of
    a format whose figures are wrong are passed over."""
    found = [result for result in results if (result.kind, result.device) == (kind, device)]
    found = [result for result in found if result.format >= RIGHT_SINCE.get(kind, 1)]
    last = max((result.date for result in found), default="")
    return [result for result in found if result.date == last]
