"""`skingauge evaluate` on real files: published logs, what `validate` wrote, tables made by hand."""

from __future__ import annotations

import csv
import json
import lzma
import os
import shutil
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("SKINGAUGE_SHARED", ""))
RUNNING_LINES = 1431  # one after each of 1,430 photographs, and once more at the end


def published(mode: str, folder: Path) -> Path:
    packed = SHARED / "data" / f"published-{mode}-2023-11-25.log.xz"
    if not packed.is_file():
        pytest.skip(f"{packed} is missing: the published logs are not part of the project")
    file = folder / f"{mode}.log"
    file.write_bytes(lzma.decompress(packed.read_bytes()))
    return file


def summary_of(folder: Path) -> dict:
    return json.loads((folder / "summary.json").read_text())


def rows_of(file: Path) -> list[dict]:
    with file.open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def validated(run, drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `validate` writes for two drawn photographs, with a gallery."""
    from conftest import write_models

    folder = tmp_path_factory.mktemp("validated")
    manifest = write_models(folder / "models")
    done = run("validate", drawn, "--models", manifest, "--out", folder / "out", "--gallery", 2, "--rounds", 50, "--device", "cpu")
    assert done.status == 0, done.err
    shutil.rmtree(folder / "models")
    return folder / "out"


def test_published_log_of_grades_replays_to_the_published_figures(run, tmp_path: Path) -> None:
    done = run("evaluate", published("class", tmp_path), "--out", tmp_path / "out")
    assert done.status == 0, done.err
    summary = summary_of(tmp_path / "out")
    replay = summary["replays"][0]
    assert replay["criterion"] == "within1"
    assert (replay["running_lines"], replay["agreed"]) == (RUNNING_LINES, RUNNING_LINES)
    assert replay["largest_difference"] == 0
    assert replay["total"] == replay["printed_total"] == 80.88
    assert replay["items"] == {"pigmentation": 84.55, "wrinkle": 64.97, "sagging": 66.76, "pore": 91.83, "dryness": 96.3}
    items = summary["modes"]["class"]["items"]
    assert {name: round(100 * item["within1"], 2) for name, item in items.items()} == replay["items"]
    assert items["pigmentation"]["judged"] == 3279 + 599
    assert {"always-the-same", "no-better-than-constant"} <= {warning["code"] for warning in summary["warnings"]}


def test_published_log_of_measurements_replays_within_its_rounding(run, tmp_path: Path) -> None:
    done = run("evaluate", published("regression", tmp_path), "--out", tmp_path / "out")
    assert done.status == 0, done.err
    summary = summary_of(tmp_path / "out")
    replay = summary["replays"][0]
    assert (replay["running_lines"], replay["agreed"]) == (RUNNING_LINES, RUNNING_LINES)
    assert replay["largest_difference"] <= 0.00055
    assert replay["total"] == replay["printed_total"] == 0.194
    expected = {"count": 0.2711, "moisture": 0.1981, "wrinkle": 0.0757, "elasticity": 0.2038, "pore": 0.223}
    assert replay["items"] == pytest.approx(expected, abs=0.00011)
    assert {name: item["mae"] for name, item in summary["modes"]["regression"]["items"].items()} == pytest.approx(expected, abs=0.0006)
    assert {entry["dimension"] for entry in summary["modes"]["regression"]["slices"]} == {"device", "angle", "side"}


def test_a_published_log_cut_short_is_said_to_be(run, tmp_path: Path) -> None:
    log = published("class", tmp_path)
    text = log.read_text()
    log.write_text(text[: len(text) // 2])
    done = run("evaluate", log)
    assert done.status == 1
    assert "log-truncated" in done.out and "bad-line" in done.out


PREAMBLE = """{t} Sat 25 Nov 2023 08:41:10 PM KST

{t} total 108
drwxrwxrwx  7 a a  4096 Dec  2 13:42 .
-rw-rw-r--  1 a a    19 Dec  1 23:47 .env

{t} Command Line: test.py --mode class
{t} \x1b[92mResuming......checkpoint/class/100%/1,2,3\x1b[0m
\r 60%|██████    | 3/5 [00:00<00:00,  4.12it/s]{t} Inferece ...
""".format(t="2023-11-25 20:41:10,803")


@pytest.mark.parametrize("mode", ["class", "regression"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_published_log_as_its_program_leaves_it(run, tmp_path: Path, mode: str, encoding: str) -> None:
    log = published(mode, tmp_path)
    text = log.read_text()
    cut = text[: text.index("\n", len(text) // 3) + 60]  # in the middle of a line
    log.write_text(PREAMBLE + PREAMBLE + cut + PREAMBLE + text + PREAMBLE, encoding=encoding, newline="\r\n" if encoding == "utf-16" else "\n")
    done = run("evaluate", log, "--out", tmp_path / "out", "--rounds", 0)
    assert done.status == 0, done.out
    summary = summary_of(tmp_path / "out")
    replay = summary["replays"][0]
    assert (replay["running_lines"], replay["agreed"]) == (RUNNING_LINES, RUNNING_LINES)
    assert replay["total"] == {"class": 80.88, "regression": 0.194}[mode]
    assert replay["run"] == 2
    assert [run["finished"] for run in replay["runs"]] == [False, True]
    assert [run["evaluated"] for run in replay["runs"]] == [False, True]
    assert "run 2 of 2" in done.out and "1 other passed over" in done.out
    assert summary["evaluation"]["inputs"][0]["foreign_lines"] == 4 * 8
    first = run("evaluate", log, "--run", 1, "--format", "json", "--rounds", 0)
    assert first.status == 1
    assert json.loads(first.out)["replays"][0]["run"] == 1
    assert run("evaluate", log, "--run", 3).status == 2


def test_predictions_give_the_figures_of_the_run_that_made_them(run, validated: Path, tmp_path: Path) -> None:
    done = run("evaluate", validated / "predictions.jsonl", "--out", tmp_path, "--rounds", 50)
    assert done.status == 0, done.err
    there, here = summary_of(validated), summary_of(tmp_path)
    for mode in ("class", "regression"):
        for name, item in there["modes"][mode]["items"].items():
            for figure, value in item.items():
                if isinstance(value, float):
                    assert here["modes"][mode]["items"][name][figure] == pytest.approx(value, rel=1e-6, abs=1e-6), (name, figure)
        slices = [[(s["dimension"], s["value"], s["pooled"]["judged"]) for s in root["modes"][mode]["slices"]] for root in (there, here)]
        assert slices[0] == slices[1], "photos.csv beside the predictions tells of the people"
    assert here["run"] == there["run"], "summary.json beside the predictions tells of the run"


def test_a_summary_of_other_predictions_tells_nothing_of_these(run, validated: Path, tmp_path: Path) -> None:
    shutil.copy(validated / "summary.json", tmp_path)
    lines = (validated / "predictions.jsonl").read_text().splitlines(keepends=True)
    (tmp_path / "predictions.jsonl").write_text("".join(lines[1:]))
    done = run("evaluate", tmp_path / "predictions.jsonl", "--out", tmp_path / "out", "--rounds", 0)
    assert done.status == 0, done.err
    assert "run" not in summary_of(tmp_path / "out")


def test_the_logs_of_a_run_replay(run, validated: Path, tmp_path: Path) -> None:
    done = run("evaluate", validated / "class_test.txt", validated / "regression_test.txt", "--out", tmp_path)
    assert done.status == 0, done.out
    there, here = summary_of(validated), summary_of(tmp_path)
    assert [replay["agreed"] for replay in here["replays"]] == [2, 2]
    pooled = here["modes"]["regression"]["pooled"]
    assert pooled["mae"] == pytest.approx(there["modes"]["regression"]["pooled"]["mae"], abs=0.001)
    assert pooled["judged"] == there["modes"]["regression"]["pooled"]["judged"]


def test_validate_writes_report_tables_and_gallery(validated: Path) -> None:
    html = (validated / "report.html").read_text()
    assert "small" in html and html.count("data:image/jpeg;base64,") > 10
    assert rows_of(validated / "photos.csv")[0]["subject"]
    heads = rows_of(validated / "heads.csv")
    assert {row["key"] for row in heads if row["mode"] == "class"} >= {"l_cheek_pore", "lip_dryness"}
    assert {row["figure"] for row in heads if row["mode"] == "class"} >= {"top3", "weighted_kappa", "ece"}
    for name in ("items.csv", "slices.csv", "confusion.csv", "calibration.csv"):
        assert rows_of(validated / name), name


def test_a_report_shows_no_face_unless_asked(run, validated: Path, tmp_path: Path) -> None:
    run("evaluate", validated / "predictions.jsonl", "--out", tmp_path, "--rounds", 0)
    assert "data:image/jpeg" not in (tmp_path / "report.html").read_text()


def test_gallery_of_stored_predictions_needs_their_data_set(run, validated: Path, drawn: Path, tmp_path: Path) -> None:
    refused = run("evaluate", validated / "predictions.jsonl", "--gallery", 1)
    assert refused.status == 2 and "--dataset" in refused.err
    done = run("evaluate", validated / "predictions.jsonl", "--gallery", 1, "--dataset", drawn, "--out", tmp_path, "--rounds", 0)
    assert done.status == 0, done.err
    assert "data:image/jpeg;base64," in (tmp_path / "report.html").read_text()


def test_two_runs_are_compared_on_the_same_crops(run, validated: Path, tmp_path: Path) -> None:
    lines = [json.loads(line) for line in (validated / "predictions.jsonl").read_text().splitlines()]
    for line in lines:
        if "value" in line:
            line["value"] += 0.5
    other = tmp_path / "other.jsonl"
    other.write_text("".join(json.dumps(line) + "\n" for line in lines[1:]))
    done = run("evaluate", "--compare", validated / "predictions.jsonl", other, "--out", tmp_path / "out", "--rounds", 50)
    assert done.status == 0, done.err
    comparison = json.loads((tmp_path / "out/comparison.json").read_text())
    assert comparison["left_out"] == {"only_a": 1, "only_b": 0, "truths_differ": 0}
    assert comparison["modes"]["class"]["pooled"]["exact"]["difference"] == 0
    bias = comparison["modes"]["regression"]["pooled"]["bias"]
    assert bias["difference"] == pytest.approx(0.5, abs=1e-6)
    assert rows_of(tmp_path / "out/comparison.csv")
    assert (tmp_path / "out/report.html").stat().st_size > 10_000


def test_csv_made_by_hand(run, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("photo,key,prediction,truth\na.jpg,lip_dryness,1,1\nb.jpg,lip_dryness,1,2\nb.jpg,chin_moisture,0.5,0.75\n")
    done = run("evaluate", table, "--format", "json", "--quiet")
    assert done.status == 0 and done.err == ""
    summary = json.loads(done.out)
    assert summary["modes"]["class"]["heads"]["lip_dryness"]["exact"] == 0.5
    assert summary["modes"]["regression"]["heads"]["chin_moisture"]["mae_units"] == 25
    assert summary["modes"]["class"]["heads"]["lip_dryness"]["top3"] is None


def test_problems_of_the_input_are_told_and_the_rest_is_judged(run, tmp_path: Path) -> None:
    table = tmp_path / "mine.csv"
    table.write_text("photo,key,prediction,truth\na,lip_dryness,1,1\na,lip_dryness,2,1\nb,lip_dryness,7,1\nc,lips,1,1\n")
    done = run("evaluate", table, "--out", tmp_path / "out")
    assert done.status == 1
    for part in ("mine.csv:3:", "[duplicate]", "mine.csv:4:", "expected 0..4", "[grade-out-of-range]", "mine.csv:5:", "[unknown-key]"):
        assert part in done.out, part
    assert summary_of(tmp_path / "out")["problems"]["counts"] == {"duplicate": 1, "grade-out-of-range": 1, "unknown-key": 1}
    assert "mine.csv" in (tmp_path / "out/report.html").read_text()


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        ("", ("holds no line",)),
        ("photo,key\n", ("line 1", "expected")),
        ("photo,key,prediction,truth\na,lips,1,1\n", ("no prediction that can be judged", "line 2")),
    ],
)
def test_nothing_to_judge_ends_with_3(run, tmp_path: Path, content: str, parts: tuple[str, ...]) -> None:
    file = tmp_path / "input"
    file.write_text(content)
    done = run("evaluate", file, "--out", tmp_path / "out")
    assert done.status == 3
    assert all(part in done.err for part in parts), done.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--compare", "{csv}", "{csv}", "--gallery", "5"),
        ("--protocol", "gaze", "{gaze}", "--compare", "{csv}", "{csv}"),
        ("--protocol", "gaze", "{gaze}", "--gallery", "5"),
        ("--protocol", "gaze", "{gaze}", "--criterion", "exact"),
        ("--protocol", "gaze", "{gaze}", "--run", "1"),
        ("--protocol", "gaze", "{gaze}", "--seed", "1"),
        ("--protocol", "gaze", "{gaze}", "--rounds", "0"),
        ("--protocol", "gaze", "{gaze}", "--dataset", "{csv}"),
        ("--protocol", "gaze", "{gaze}", "--photos", "{csv}"),
        ("--protocol", "gaze", "{gaze}", "--classes", "2"),
        ("{csv}", "--classes", "5"),
        ("{csv}", "--criterion", "exact"),
        ("{csv}", "--run", "1"),
    ],
)
def test_a_flag_that_would_change_nothing_is_refused(run, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "mine.csv").write_text("photo,key,prediction,truth\na,lip_dryness,1,1\n")
    (tmp_path / "gaze.csv").write_text("prediction,truth\n0.1 0.2,0.1 0.2\n")
    filled = [argument.format(csv=tmp_path / "mine.csv", gaze=tmp_path / "gaze.csv") for argument in arguments]
    refused = run("evaluate", *filled)
    assert refused.status == 2, refused.out
    flag = [argument for argument in filled if argument.startswith("--") and argument not in ("--protocol",)][-1]
    assert f"{flag}:" in refused.err and "[bad-option]" in refused.err
    assert run("evaluate", "--protocol", "gaze", tmp_path / "gaze.csv").status == 0


def test_wrong_use_ends_with_2(run, tmp_path: Path) -> None:
    assert run("evaluate").status == 2
    assert run("evaluate", "a", "--compare", "a", "b").status == 2
    assert run("evaluate", "a", "--rounds", 7).status == 2
    assert run("evaluate", tmp_path / "none.jsonl").status == 3


def test_the_same_seed_gives_the_same_report(run, validated: Path, tmp_path: Path) -> None:
    texts = [run("evaluate", validated / "predictions.jsonl", "--rounds", 100, "--seed", seed).out for seed in (1, 1, 2)]
    assert texts[0] == texts[1]
    assert texts[0] != texts[2]
