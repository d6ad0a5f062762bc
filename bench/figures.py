"""Figures and tables, without any library that is measured: medians, percentiles, ratios, text.

A row of networks is one peer at one precision and batch size: `peer`, `precision`, `batch`, `crops_per_s` (the median of
its rounds) and more. Rows whose peer is named `skingauge...` are the project's own.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import Any

OWN = "skingauge"

Row = dict[str, Any]


def is_own(row: Row) -> bool:
    return str(row["peer"]).startswith(OWN)


def spread(name: str, values: Sequence[float]) -> Row:
    """`name`: the median, `name`_min, `name`_max and how many rounds they are of."""
    return {
        name: statistics.median(values),
        f"{name}_min": min(values),
        f"{name}_max": max(values),
        "rounds": len(values),
    }


def percentile(values: Sequence[float], percent: float) -> float:
    """Between the two nearest ranks, linearly, as numpy does by default."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def percentiles_ms(seconds: Sequence[float]) -> Row:
    return {f"p{percent}_ms": 1000 * percentile(seconds, percent) for percent in (50, 95, 99)}


def medians(rounds: Sequence[Row], names: Sequence[str]) -> Row:
    """Of each named figure the median over the rounds; `count` is their sum."""
    middle = {name: statistics.median(row[name] for row in rounds) for name in names}
    return middle | {"count": sum(row["count"] for row in rounds), "rounds": len(rounds)}


def select(rows: Iterable[Row], *, own: bool, precision: str, batch: int | None = None) -> list[Row]:
    """The project's rows, or its peers', of a precision and (unless None) of a batch size."""
    return [
        row
        for row in rows
        if is_own(row) == own and row["precision"] == precision and (batch is None or row["batch"] == batch)
    ]


def best(rows: Iterable[Row], figure: str = "crops_per_s") -> Row | None:
    """The row with the highest figure; None of none."""
    return max((row for row in rows if row.get(figure) is not None), key=lambda row: row[figure], default=None)


def ratio(rows: Sequence[Row], others: Sequence[Row]) -> float | None:
    """The best of `rows` over the best of `others`; None where either is missing."""
    one, other = best(rows), best(others)
    return one["crops_per_s"] / other["crops_per_s"] if one and other else None


def with_ratios(rows: Sequence[Row]) -> list[Row]:
    """Each row with `skingauge_ratio`: the project's best at its precision and batch over the row; None without one."""
    answer = []
    for row in rows:
        ours = best(select(rows, own=True, precision=row["precision"], batch=row["batch"]))
        answer.append(row | {"skingauge_ratio": ours["crops_per_s"] / row["crops_per_s"] if ours else None})
    return answer


def number(value: Any) -> str:
    """Three digits or more; a dash for nothing."""
    if value is None:
        return "-"
    if not isinstance(value, float):
        return str(value)
    size = abs(value)
    digits = 0 if size >= 100 else 1 if size >= 10 else 2
    return f"{value:.{digits}f}" if size >= 0.1 or value == 0 else f"{value:.2g}"


def by_batch(rows: Sequence[Row], figure: str = "crops_per_s") -> tuple[list[str], list[list[str]]]:
    """Heading and lines of a table: a line a peer and precision, a column a batch size."""
    batches = sorted({row["batch"] for row in rows})
    lines: dict[tuple[str, str], dict[int, Any]] = {}
    for row in rows:
        lines.setdefault((row["peer"], row["precision"]), {})[row["batch"]] = row[figure]
    heading = ["engine", "precision", *[f"batch {batch}" for batch in batches]]
    return heading, [[*key, *[number(cells.get(batch)) for batch in batches]] for key, cells in lines.items()]


def text_table(heading: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """For a terminal: columns aligned, the first to the left, the others to the right."""
    rows = [list(heading), *[list(line) for line in lines]]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heading))]
    return "\n".join("  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows)


def markdown_table(heading: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    first, *others = ["| " + " | ".join(row) + " |" for row in (heading, *lines)]
    return "\n".join([first, "|" + "---|" * len(heading), *others])
