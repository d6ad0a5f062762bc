"""Comparing answers with the truth: the evaluators and their figures (protocol, section 6)."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from reference_networks import ITEMS

CRITERIA = ("top3", "within1", "exact")
MODES = {"class": "grade", "regression": "measurement"}


@dataclass
class Outcome:
    """One head of one crop. Judged: `skipped` is None, and truth and answer are there."""

    photo: str
    facepart: int
    key: str
    task: str
    item: str
    scale: float = 1
    skipped: str | None = None
    truth: float = 0  # the grade, or value / scale
    logits: tuple[float, ...] = ()  # grades
    probabilities: tuple[float, ...] = ()
    ranking: tuple[int, ...] = ()  # all grades, best first
    value: float = 0  # measurements: the output

    @property
    def grade(self) -> int:
        return self.ranking[0]

    @property
    def error(self) -> float:
        return abs(self.value - self.truth)

    def hit(self, criterion: str) -> bool:
        """Whether the grade is right."""
        if criterion == "top3":
            return self.truth in self.ranking[:3]
        distance = abs(self.grade - self.truth)
        return distance < 2 if criterion == "within1" else distance == 0


def mode_figures(outcomes: Iterable[Outcome], mode: str) -> dict[str, Any]:
    """The figures of one mode, in the layout of summary.json's modes."""
    task = MODES[mode]
    all_of_task = [outcome for outcome in outcomes if outcome.task == task]
    judged = [outcome for outcome in all_of_task if outcome.skipped is None]
    items = {item: figures([o for o in judged if o.item == item], task) for item in ITEMS[task]}
    keys = sorted({outcome.key for outcome in judged})
    return {
        "items": items,
        "mean_of_items": mean_of(list(items.values())),
        "pooled": figures(judged, task),
        "heads": {key: figures([o for o in judged if o.key == key], task) for key in keys},
        "skipped": dict(Counter(o.skipped for o in all_of_task if o.skipped is not None)),
    }


def figures(judged: list[Outcome], task: str) -> dict[str, Any]:
    """Accuracies, or errors, of these outcomes; None where there is no outcome."""
    found: dict[str, Any] = {"judged": len(judged)}
    if task == "grade":
        return found | {c: mean([float(outcome.hit(c)) for outcome in judged]) for c in CRITERIA}
    in_units = [outcome.error * outcome.scale for outcome in judged]
    return found | {"mae": mean([outcome.error for outcome in judged]), "mae_units": mean(in_units)}


def mean_of(items: list[dict[str, Any]]) -> dict[str, Any]:
    """The plain mean of the items' figures; None where an item has none."""
    names = [name for name in items[0] if name not in ("judged", "mae_units")]
    defined = {name: all(item[name] is not None for item in items) for name in names}
    return {name: mean([item[name] for item in items]) if defined[name] else None for name in names}


def mean(values: list[float]) -> float | None:
    return statistics.fmean(values) if values else None
