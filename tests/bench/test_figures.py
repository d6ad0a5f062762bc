"""Medians, percentiles, ratios and tables of the benchmarks."""

from __future__ import annotations

import numpy as np
import pytest
from figures import (
    best,
    by_batch,
    markdown_table,
    medians,
    number,
    percentile,
    percentiles_ms,
    ratio,
    select,
    spread,
    text_table,
    with_ratios,
)


def row(peer: str, precision: str, batch: int, rate: float) -> dict:
    return {"peer": peer, "precision": precision, "batch": batch, "crops_per_s": rate}


ROWS = [
    row("skingauge-fused", "fp32", 1, 120.0),
    row("skingauge-torchscript", "fp32", 1, 60.0),
    row("skingauge-fused", "fp32", 8, 150.0),
    row("onnxruntime", "fp32", 1, 100.0),
    row("onnxruntime", "fp32", 8, 160.0),
    row("openvino-latency", "bf16", 1, 240.0),
]


def test_spread_is_median_least_and_most() -> None:
    assert spread("rate", [3.0, 1.0, 10.0]) == {"rate": 3.0, "rate_min": 1.0, "rate_max": 10.0, "rounds": 3}
    assert spread("rate", [1.0, 2.0])["rate"] == 1.5


@pytest.mark.parametrize("percent", [0, 5, 50, 95, 99, 100])
@pytest.mark.parametrize("values", [[7.0], [3.0, 1.0], [5.0, 1.0, 4.0, 2.0, 8.0]])
def test_percentiles_are_those_of_numpy(values: list[float], percent: float) -> None:
    assert percentile(values, percent) == pytest.approx(np.percentile(values, percent))


def test_percentiles_are_in_milliseconds() -> None:
    assert percentiles_ms([0.5, 0.5]) == {"p50_ms": 500, "p95_ms": 500, "p99_ms": 500}


def test_medians_of_rounds_add_their_counts() -> None:
    rounds = [{"p50_ms": value, "count": 5} for value in (3.0, 1.0, 2.0)]
    assert medians(rounds, ("p50_ms",)) == {"p50_ms": 2.0, "count": 15, "rounds": 3}


def test_select_tells_own_rows_from_peers() -> None:
    assert [r["batch"] for r in select(ROWS, own=True, precision="fp32")] == [1, 1, 8]
    assert [r["peer"] for r in select(ROWS, own=False, precision="fp32", batch=8)] == ["onnxruntime"]
    assert select(ROWS, own=True, precision="bf16") == []


def test_ratio_is_of_the_best_of_both() -> None:
    assert ratio(select(ROWS, own=True, precision="fp32"), select(ROWS, own=False, precision="fp32")) == 150 / 160
    assert ratio([], ROWS) is None
    assert ratio(ROWS, []) is None
    assert best([]) is None


def test_each_row_gets_the_ratio_to_the_best_own_row_beside_it() -> None:
    ratios = {(r["peer"], r["precision"], r["batch"]): r["skingauge_ratio"] for r in with_ratios(ROWS)}
    assert ratios["onnxruntime", "fp32", 1] == 1.2
    assert ratios["onnxruntime", "fp32", 8] == 150 / 160
    assert ratios["skingauge-fused", "fp32", 1] == 1
    assert ratios["skingauge-torchscript", "fp32", 1] == 2
    assert ratios["openvino-latency", "bf16", 1] is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (12, "12"),
        ("cpu", "cpu"),
        (123.45, "123"),
        (12.345, "12.3"),
        (1.2345, "1.23"),
        (0.0, "0.00"),
        (0.00123, "0.0012"),
    ],
)
def test_a_number_shows_what_matters_of_it(value: object, text: str) -> None:
    assert number(value) == text


def test_a_table_has_a_column_a_batch_and_dashes_for_what_is_missing() -> None:
    heading, lines = by_batch(ROWS)
    assert heading == ["engine", "precision", "batch 1", "batch 8"]
    assert lines == [
        ["skingauge-fused", "fp32", "120", "150"],
        ["skingauge-torchscript", "fp32", "60.0", "-"],
        ["onnxruntime", "fp32", "100", "160"],
        ["openvino-latency", "bf16", "240", "-"],
    ]


def test_tables_for_pages_and_terminals() -> None:
    assert markdown_table(["a", "b"], [["x", "1"]]) == "| a | b |\n|---|---|\n| x | 1 |"
    assert text_table(["name", "n"], [["x", "100"]]) == "name    n\nx     100"
