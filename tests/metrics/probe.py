"""The program metrics_probe, which answers cases with our figures, and the comparison of figures."""

from __future__ import annotations

import json
import math
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

BUILD = Path(os.environ.get("SKINGAUGE_BUILD", Path(__file__).resolve().parents[2] / "build"))
PROBE = BUILD / "tests" / "metrics_probe"

Figures = Mapping[str, Any]

EXACT = 1e-9
FLOAT32 = 1e-6  # torchmetrics divides counts in float32, whatever it is given


def ask(cases: list[dict[str, Any]]) -> list[Figures]:
    """Our figures of each case; what a case holds stands in metrics_probe.cpp."""
    done = subprocess.run([PROBE], input=json.dumps(cases), capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    answers = json.loads(done.stdout)
    assert len(answers) == len(cases)
    return answers


def is_undefined(value: float | None) -> bool:
    return value is None or math.isnan(value)


def expect(found: float | None, expected: float | None, what: object, tolerance: float = EXACT) -> None:
    """Equal to the tolerance (relative above 1), or null where the peer says None or nan."""
    if is_undefined(expected):
        assert found is None, f"{what}: found {found}, where it is not defined"
        return
    assert found is not None, f"{what}: not defined, expected {expected}"
    assert abs(found - expected) <= tolerance * max(1.0, abs(expected)), f"{what}: found {found}, expected {expected}"


def expect_values(found: Figures, expected: Mapping[str, float | None], what: object) -> None:
    for name, value in expected.items():
        expect(found[name]["value"], value, f"{what}: {name}")


def expect_constants(found: Figures, expected: Mapping[str, float | None], what: object) -> None:
    for name, value in expected.items():
        expect(found[name]["best_constant"], value, f"{what}: best constant of {name}")
