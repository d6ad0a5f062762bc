"""Logs and tables of predictions as they were met in the field, all with the same figures inside."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def validated(run, drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A validation's output folder: its logs and predictions are what the tests disguise."""
    from system.conftest import write_models

    folder = tmp_path_factory.mktemp("validated")
    manifest = write_models(folder / "models")
    done = run("validate", drawn, "--models", manifest, "--out", folder / "out", "--rounds", 0, "--split", "all")
    assert done.status == 0, done.err
    return folder / "out"


@pytest.fixture
def evaluate(run, tmp_path: Path):
    """Evaluates a file of this content and answers its outcome and summary."""

    def evaluate(name: str, content: bytes | str, *more: object):
        file = tmp_path / name
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        done = run("evaluate", file, "--rounds", 0, "--out", tmp_path / "evaluated", *more)
        summary = tmp_path / "evaluated/summary.json"
        return done, json.loads(summary.read_text()) if summary.is_file() else None

    return evaluate


def figures(summary: dict) -> dict:
    """Every figure of a summary, and nothing of its input."""
    return summary["modes"]


# ---- Published logs -----------------------------------------------------------------------------------------
STAMP = "2023-11-25 10:00:00,001 "
PREAMBLE = "".join(STAMP + line + "\n" for line in (
    "Sat Nov 25 10:00:00 2023", "total 116", "drwxr-xr-x 2 user user 4096 Nov 25 09:00 tool", "",
    "Command Line: test.py --mode class --name 523st", "\x1b[32mResuming......\x1b[0m"))  # fmt: skip
BAR = " testing:  60%|██████    | 3/5 [00:02<00:01,  1.20it/s]"


def in_colour(log: str) -> str:
    return "".join(f"\x1b[32m{line}\x1b[0m\n" for line in log.splitlines())


def with_level_names(log: str) -> str:
    return re.sub(r"(?m)^(\S+ \S+) ", r"\1 INFO root: ", log)


DISGUISES = {
    "preamble": lambda log: PREAMBLE + log,
    "blank line first": lambda log: "\n" + log,
    "progress bar before a line": lambda log: BAR + log,
    "progress bar with carriage returns": lambda log: f"\r{BAR}\r{BAR}\r" + log,
    "colours": in_colour,
    "level names": with_level_names,
    "windows line ends": lambda log: log.replace("\n", "\r\n"),
    "Inferece": lambda log: STAMP + "Inferece ...\n" + log,
}  # fmt: skip
ENCODINGS = {
    "utf-8 with BOM": lambda log: log.encode("utf-8-sig"),
    "utf-16 of PowerShell": lambda log: b"\xff\xfe" + log.replace("\n", "\r\n").encode("utf-16-le"),
    "utf-16 big-endian": lambda log: b"\xfe\xff" + log.encode("utf-16-be"),
}


@pytest.fixture(params=["class_test.txt", "regression_test.txt"])
def log(request: pytest.FixtureRequest, validated: Path) -> str:
    return (validated / request.param).read_text()


@pytest.mark.parametrize("disguise", [*DISGUISES.values(), *ENCODINGS.values()], ids=[*DISGUISES, *ENCODINGS])
def test_log_as_its_program_and_shell_leave_it_has_the_same_figures(evaluate, log: str, disguise) -> None:
    plain, expected = evaluate("plain.txt", log)
    assert plain.status == 0, plain.err
    done, found = evaluate("odd.txt", disguise(log))
    assert done.status == 0, done.err
    assert figures(found) == figures(expected)


def test_last_finished_run_of_several_is_the_one_evaluated(evaluate, log: str) -> None:
    _, expected = evaluate("plain.txt", log)
    lines = log.splitlines(keepends=True)
    other, cut = "".join(lines[1:]), "".join(lines[: len(lines) // 2])
    done, found = evaluate("three.txt", PREAMBLE + other + PREAMBLE + log + PREAMBLE + cut)
    assert done.status == 0, done.err
    assert figures(found) == figures(expected)
    assert "run" in done.out + done.err  # said on screen


@pytest.mark.parametrize("place", [0, 2], ids=["first line", "third line"])
def test_value_that_is_not_a_number_is_one_bad_line_wherever_it_stands(evaluate, validated: Path, place: int) -> None:
    lines = (validated / "regression_test.txt").read_text().splitlines(keepends=True)
    lines[place] = re.sub(r"Gt: \S+", "Gt: nan", re.sub(r"MAE: \S+", "MAE: nan", lines[place]))
    done, found = evaluate("nan.txt", "".join(lines))
    assert done.status == 1
    assert found is not None and found["modes"]["regression"]["pooled"]["judged"] > 0
    assert sum(found["problems"]["counts"].values()) >= 1


# ---- Tables -------------------------------------------------------------------------------------------------
@pytest.fixture
def grades(validated: Path) -> list[dict]:
    lines = [json.loads(line) for line in (validated / "predictions.jsonl").read_text().splitlines()]
    return [line for line in lines if line["task"] == "grade" and "truth" in line]


def table(grades: list[dict], top3=lambda best: f"{best[0]} {best[1]} {best[2]}", number=str) -> str:
    rows = [f'{line["photo"]},{line["key"]},{number(line["grade"])},{number(line["truth"])},"{top3(line["top3"])}"' for line in grades]
    return "photo,key,prediction,truth,top3\n" + "\n".join(rows) + "\n"


SPELLINGS = {
    "pandas of a list": lambda best: f"[{best[0]}, {best[1]}, {best[2]}]",
    "numpy": lambda best: f"[{best[0]} {best[1]} {best[2]}]",
    "numpy, padded": lambda best: f"[ {best[0]}  {best[1]}  {best[2]}]",
    "tuple": lambda best: f"({best[0]}, {best[1]}, {best[2]})",
    "commas": lambda best: f"{best[0]},{best[1]},{best[2]}",
    "floats": lambda best: f"[{best[0]}.0, {best[1]}.0, {best[2]}.0]",
    "strings": lambda best: f"['{best[0]}', '{best[1]}', '{best[2]}']",
}
LIES = {
    "hyphens": lambda best: f"{best[0]}-{best[1]}-{best[2]}",
    "yes": lambda _: "yes",
    "repeated": lambda best: f"[{best[0]}, {best[0]}, {best[1]}]",
    "out of range": lambda best: f"[{best[0]}, {best[1]}, 17]",
    "fractions": lambda best: f"[{best[0]}, {best[1]}, 2.5]",
}


def top3_of(summary: dict) -> float | None:
    return summary["modes"]["class"]["pooled"]["top3"]


@pytest.mark.parametrize("spelling", SPELLINGS.values(), ids=SPELLINGS)
def test_every_spelling_of_a_list_has_the_same_top3(evaluate, grades: list[dict], spelling) -> None:
    _, expected = evaluate("plain.csv", table(grades))
    done, found = evaluate("odd.csv", table(grades, spelling))
    assert done.status == 0, done.err
    assert figures(found) == figures(expected)


@pytest.mark.parametrize("spelling", LIES.values(), ids=LIES)
def test_what_is_no_list_of_grades_is_a_counted_problem_and_no_hit(evaluate, grades: list[dict], spelling) -> None:
    done, found = evaluate("odd.csv", table(grades, spelling))
    assert done.status in (1, 3)
    assert "value-invalid" in done.out + done.err
    assert found is None or top3_of(found) is None


def test_list_shorter_than_three_tells_no_top3(evaluate, grades: list[dict]) -> None:
    _, complete = evaluate("plain.csv", table(grades))
    assert top3_of(complete) is not None
    named = ("photo", "facepart", "key", "task", "grade", "truth")
    short = [{**{name: line[name] for name in named}, "top3": line["top3"][:1]} for line in grades]
    _, found = evaluate("short.jsonl", "".join(json.dumps(line) + "\n" for line in short))
    assert found is not None
    assert found["modes"]["class"]["pooled"]["exact"] == complete["modes"]["class"]["pooled"]["exact"]
    assert top3_of(found) is None


def test_grades_written_as_floats_are_grades(evaluate, grades: list[dict]) -> None:
    _, expected = evaluate("plain.csv", table(grades))
    done, found = evaluate("floats.csv", table(grades, number=lambda value: f"{float(value)}"))
    assert done.status == 0, done.err
    assert figures(found) == figures(expected)
