"""The reference's figures and log: by hand, and against the published program's own logs."""

from __future__ import annotations

import io
import lzma
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from reference_data import Photo
from reference_evaluation import Outcome, mode_figures
from reference_log import Line, Number, Running, differences, log_lines, running_lines, total_of, without_timestamp
from reference_networks import ITEMS

PHOTO = Photo("0120_01_Ft", Path("0120_01_Ft.jpg"), "0120", 1, "Ft")


def graded(ranking: tuple[int, ...], truth: int, item: str = "pore", photo: Photo = PHOTO) -> Outcome:
    return Outcome(photo.id, 6, f"r_cheek_{item}", "grade", item, truth=truth, ranking=ranking)


def measured(value: float, truth: float, item: str = "moisture", scale: float = 100) -> Outcome:
    return Outcome(PHOTO.id, 6, f"r_cheek_{item}", "measurement", item, scale, truth=truth, value=value)


@pytest.mark.parametrize(
    ("truth", "hits"),
    [(2, (True, True, True)), (3, (True, True, False)), (5, (True, False, False)), (1, (False, True, False))],
)
def test_criteria(truth: int, hits: tuple[bool, ...]) -> None:
    outcome = graded((2, 3, 5, 1, 0, 4), truth)
    assert tuple(outcome.hit(criterion) for criterion in ("top3", "within1", "exact")) == hits


def test_items_pool_and_undefined_stays_undefined() -> None:
    outcomes = [graded((2, 3, 4, 0), 2), graded((2, 3, 4, 0), 0), graded((1, 0, 2), 0, "wrinkle")]
    outcomes += [Outcome("x", 6, "r_cheek_pore", "grade", "pore", skipped="no-box")]
    found = mode_figures(outcomes, "class")
    assert found["items"]["pore"] == {"judged": 2, "top3": 0.5, "within1": 0.5, "exact": 0.5}
    assert found["items"]["dryness"] == {"judged": 0, "top3": None, "within1": None, "exact": None}
    assert found["mean_of_items"] == {"top3": None, "within1": None, "exact": None}
    assert found["pooled"]["within1"] == pytest.approx(2 / 3)
    assert found["skipped"] == {"no-box": 1}


def test_measurement_errors_in_units() -> None:
    found = mode_figures([measured(0.5, 0.4), measured(0.5, 0.8)], "regression")["items"]["moisture"]
    assert (found["judged"], found["mae"], found["mae_units"]) == (2, pytest.approx(0.2), pytest.approx(20))


def test_class_log_as_published() -> None:
    outcomes = [graded((2, 1, 0, 3), 3), graded((2, 3, 1, 0), 3), graded((0, 1), 0, "sagging")]
    other = Photo("0007_03_L", Path(), "0007", 3, "L")
    texts = [line.text for line in log_lines([PHOTO, other], outcomes, "class")]
    running = "pigmentation: 0%(T: 0 / F: 0) // wrinkle: 0%(T: 0 / F: 0) // sagging: 100.0%(T: 1 / F: 0) // "
    running += "pore: 50.0%(T: 1 / F: 1) // dryness: 0%(T: 0 / F: 0)"
    assert texts == [
        "Sub_0120_Equ_01_Angle_Ft_Area_6(pore)==> Pred: 2  /  Gt: 3  ==> False ",
        "Sub_0120_Equ_01_Angle_Ft_Area_6(pore)==> Pred: 2  /  Gt: 3  ==> True ",
        "Sub_0120_Equ_01_Angle_Ft_Area_6(sagging)==> Pred: 0  /  Gt: 0  ==> True ",
        running,
        "[0 / 2]Total Average Acc => 30.00%",
        "=" * 180,
        running,
        "[1 / 2]Total Average Acc => 30.00%",
        "=" * 180,
        "Finish!",
    ]


def test_regression_log_as_published() -> None:
    outcomes = [measured(0.643, 0.4884), measured(0.1, 0.3, "pore")]
    texts = [line.text for line in log_lines([PHOTO], outcomes, "regression")]
    assert texts == [
        "Sub_0120_Equ_01_Angle_Ft_Area_6(moisture)==> Pred: 0.643  /  Gt: 0.488  ==> MAE: 0.155",
        "Sub_0120_Equ_01_Angle_Ft_Area_6(pore)==> Pred: 0.100  /  Gt: 0.300  ==> MAE: 0.200",
        "count: 0 // moisture: 0.1546 // wrinkle: 0 // elasticity: 0 // pore: 0.2",
        "[0 / 1] Total Average MAE => 0.071",
        "=" * 180,
        "Finish!",
    ]


@pytest.mark.parametrize(
    ("value", "printed", "allowed"),
    [
        (0.12300, "0.123", True),
        (0.12300, "0.124", False),
        (0.12300, "0.122", False),
        (0.12339, "0.124", False),
        (0.12262, "0.122", False),
        (0.12300, "0.1230", False),
        (0.12450, "0.124", True),
        (0.12452, "0.124", True),
        (0.12452, "0.125", True),
        (0.12448, "0.125", True),
        (0.12435, "0.125", False),
    ],
)
def test_a_number_may_differ_only_at_a_rounding_border(value: float, printed: str, allowed: bool) -> None:
    assert Number(value, 3, True, 1e-4).allows(printed) is allowed


def test_comparison_finds_what_differs() -> None:
    lines = list(log_lines([PHOTO], [measured(0.64301, 0.4884), measured(0.1, 0.3, "pore")], "regression"))
    printed = [line.text for line in lines]
    assert differences(lines, printed) == []
    for number, old, new in [(0, "0.643", "0.644"), (0, "_6(", "_5("), (2, "0.1546", "0.1547"), (3, "0.071", "0.072")]:
        changed = list(printed)
        changed[number] = changed[number].replace(old, new)
        assert len(differences(lines, changed)) >= 1, (number, old, new)
    assert differences(lines, printed[:-1]) == ["5 lines, expected 6"]


def test_total_follows_the_items_as_printed() -> None:
    lines = [Line((Number(0.12345, 4, False, 1e-5),)), Line(("[0 / 1] Total Average MAE => 0.0",), "{:.4f}")]
    lines[0] = Line(("a: ", Number(0.12345, 4, False, 1e-5)))
    assert differences(lines, ["a: 0.1235", "0.0247"]) == []
    assert differences(lines, ["a: 0.1234", "0.0247"]) == []
    assert differences(lines, ["a: 0.1234", "0.0246"]) != []


# The published program's own logs (not part of the repository)


def published_log(mode: str) -> Iterator[str]:
    folder = os.environ.get("SKINGAUGE_SHARED")
    file = Path(folder or "") / "data" / f"published-{mode}-2023-11-25.log.xz"
    if not folder or not file.is_file():
        pytest.skip("SKINGAUGE_SHARED names no folder that holds data/ with the published logs")
    with io.TextIOWrapper(lzma.open(file), encoding="utf-8") as stream:
        yield from (line.rstrip("\n") for line in stream)


def test_running_lines_of_the_published_class_log() -> None:
    so_far = {item: Running() for item in ITEMS["grade"]}
    checked = 0
    for line in map(without_timestamp, published_log("class")):
        if head := re.fullmatch(r".*\((\w+)\)==> Pred: (\d+)  /  Gt: (\d+)  ==> (True|False) ", line):
            item, pred, truth, right = head.groups()
            outcome = graded((int(pred),), int(truth), item)
            assert str(outcome.hit("within1")) == right
            so_far[item].add(outcome, "within1")
        elif line.startswith("pigmentation"):
            expected = [expected.text for expected in running_lines(so_far, "class", "")]
            assert line == expected[0]
        elif line.startswith("Total"):
            assert line == expected[1]
            checked += 1
    assert checked == 1431
    assert expected[1] == "Total Average Acc => 80.88%"


def test_totals_of_the_published_regression_log() -> None:
    so_far = {item: Running() for item in ITEMS["measurement"]}
    checked = 0
    for line in map(without_timestamp, published_log("regression")):
        if head := re.fullmatch(r".*\((\w+)\)==> Pred: (\S+)  /  Gt: (\S+)  ==> MAE: (\S+)", line):
            outcome = measured(float(head[2]), float(head[3]), head[1])
            assert outcome.error == pytest.approx(float(head[4]), abs=1.01e-3)
            so_far[head[1]].add(outcome, "")
        elif line.startswith("count"):
            running = line
        elif "Total" in line:
            assert line.endswith(f"Total Average MAE => {total_of(running):.3f}")
            checked += 1
    assert checked == 1431
    for item, text in re.findall(r"(\w+): ([\d.]+)", running):
        assert so_far[item].error / so_far[item].judged == pytest.approx(float(text), abs=2e-4)
