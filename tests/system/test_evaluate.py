"""`skingauge evaluate` on real files: published logs, what `validate` wrote, tables made by hand."""

from __future__ import annotations

import csv
import io
import json
import lzma
import math
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

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


def slice_of(summary: dict, dimension: str, mode: str = "class") -> dict[str, int]:
    return {s["value"]: s["pooled"]["judged"] for s in summary["modes"][mode]["slices"] if s["dimension"] == dimension}


def test_whatever_validate_writes_of_odd_labels_is_read(run, drawn: Path, manifest: Path, tmp_path: Path) -> None:
    """Labels and names of people as nobody should write them: neither evaluate nor a comparison stumbles."""
    subject = "=1, 'x\";@"
    for folder in ("img", "label"):
        for old in sorted((drawn / folder).rglob("*.*")):
            new = tmp_path / "data" / old.relative_to(drawn).parent.parent / subject / (subject + old.name[old.name.index("_") :])
            new.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(old, new)
    odd = [
        {"gender": "U", "age": -3, "skin_type": 9, "sensitive": True},
        {"gender": None, "age": 10**30, "skin_type": "2", "sensitive": None},
        {"gender": "\"'=,\n", "age": 35.0, "skin_type": -1, "sensitive": "yes"},
    ]
    for i, file in enumerate(sorted((tmp_path / "data" / "label").rglob("*.json"))):
        label = json.loads(file.read_text())
        label["info"].update(odd[i % len(odd)])
        file.write_text(json.dumps(label))
    out = tmp_path / "out"
    done = run("validate", tmp_path / "data", "--models", manifest, "--out", out, "--rounds", 0, "--device", "cpu")
    assert done.status == 1, done.err
    assert 'info.gender: found "U"' in done.err
    photos = rows_of(out / "photos.csv")
    assert {undone(row["subject"]) for row in photos} == {subject}
    assert {row["gender"] for row in photos} == {""}
    for inputs in (["predictions.jsonl"], ["class_test.txt", "regression_test.txt"]):
        read = run("evaluate", *(out / name for name in inputs), "--out", tmp_path / "again", "--rounds", 0)
        assert read.status == 0, read.out + read.err
        there, here = summary_of(out), summary_of(tmp_path / "again")
        for mode in ("class", "regression"):
            for count in ("judged", "photos", "people"):
                assert here["modes"][mode]["pooled"][count] == there["modes"][mode]["pooled"][count], (inputs, mode, count)
    compared = run("evaluate", "--compare", out / "predictions.jsonl", out / "predictions.jsonl", "--rounds", 20)
    assert compared.status == 0, compared.err


ODD_TEXTS = ["=1+1", "+a", "-a", "@a", "a,b", "a;b", "a\tb", 'a"b', '"a"', "a\nb", "a\r\nb", "a\rb", "\n", "it's", "'a", "''", "정면, 사진", "a b", ",", '"', "#N", "1.0"]


def undone(text: str) -> str:
    """A field of ours without the apostrophe that keeps a spreadsheet from computing it (docs/formats.md)."""

    def is_formula(rest: str) -> bool:
        if rest.startswith("-"):
            try:
                return not math.isfinite(float(rest))
            except ValueError:
                return True
        return rest[:1] in tuple("=+@\t\r")

    return text[1:] if text.startswith("'") and is_formula(text.lstrip("'")) else text


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(("encoding", "quoting"), [("utf-8", csv.QUOTE_MINIMAL), ("utf-8-sig", csv.QUOTE_ALL)])
def test_csv_that_python_writes_is_read(run, tmp_path: Path, delimiter: str, end: str, encoding: str, quoting: int) -> None:
    def written(rows: list[list[str]]) -> str:
        stream = io.StringIO(newline="")
        csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
        return stream.getvalue()

    # Before 3.13 Python wrote the ends of other systems' lines without quotes, and could not read them itself.
    texts = [text for text in ODD_TEXTS if list(csv.reader(io.StringIO(written([[text, "F"]]), newline=""), delimiter=delimiter)) == [[text, "F"]]]
    assert len(texts) >= len(ODD_TEXTS) - 3
    predictions = tmp_path / "predictions.jsonl"
    names = [(f"{text}{gender}", gender, text) for text in texts for gender in "FM"]
    predictions.write_text("".join(json.dumps({"photo": n, "key": "lip_dryness", "grade": 1, "truth": 1}) + "\n" for n, _, _ in names))
    header = ["photo", f"a {delimiter} \"note\"{end}in, two; lines", "gender", "subject"]
    rows = [[name, f'{delimiter}"{end}', gender, "p" + text] for name, gender, text in names]
    (tmp_path / "photos.csv").write_bytes(written([header, *rows]).encode(encoding))
    done = run("evaluate", predictions, "--out", tmp_path / "out", "--rounds", 0)
    assert done.status == 0, done.out + done.err
    summary = summary_of(tmp_path / "out")
    assert slice_of(summary, "gender") == {"F": len(texts), "M": len(texts)}
    assert summary["modes"]["class"]["pooled"]["people"] == len(texts)


def test_csv_that_is_written_is_read_by_python(run, tmp_path: Path) -> None:
    texts = [*filter(str.strip, ODD_TEXTS), "'=1", "''=1", " blanks ", "-1", "-1.5e3", "\t=1", "\r1"]
    lines = [{"photo": f"{i}", "key": "lip_dryness", "skipped": text} for i, text in enumerate(texts)]
    lines.append({"photo": "judged", "key": "lip_dryness", "grade": 1, "truth": 1})
    (tmp_path / "predictions.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = run("evaluate", tmp_path / "predictions.jsonl", "--out", tmp_path / "out", "--rounds", 0)
    assert done.status == 0, done.err
    rows = rows_of(tmp_path / "out/skipped.csv")
    assert sorted(undone(row["reason"]) for row in rows) == sorted(texts)
    assert {row["count"] for row in rows} == {"1"}


def test_predictions_that_python_writes_keep_their_records(run, tmp_path: Path) -> None:
    with (tmp_path / "mine.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["photo", "key", "prediction", "truth", "note"])
        for i, text in enumerate(ODD_TEXTS):
            writer.writerow([text, "lip_dryness", 1.0, 1.0 + i % 2, text])
    done = run("evaluate", tmp_path / "mine.csv", "--format", "json", "--rounds", 0, "--quiet")
    assert done.status == 0, done.out
    head = json.loads(done.out)["modes"]["class"]["heads"]["lip_dryness"]
    assert (head["judged"], head["photos"], head["exact"]) == (len(ODD_TEXTS), len(ODD_TEXTS), 0.5)


# A ranking of five grades; the truth is the third of every second line, else the fourth: Top-3 is one half.
RANKING = [1, 3, 2, 0, 4]
SPELLINGS = {
    "list": str,
    "tuple": lambda top: str(tuple(top)),
    "array": lambda top: str(np.array(top)),
    "array repr": lambda top: repr(np.array(top)),
    "float array": lambda top: str(np.array(top, dtype=np.float32)),
    "array of texts": lambda top: str(np.array([str(grade) for grade in top])),
    "list of scalars": lambda top: str(list(np.array(top))),
    "padded array": lambda top: str(np.array([*top, 100])[:3]).replace("[", "[ "),
    "tensor": lambda top: str(torch.tensor(top)),
    "tensor of a batch": lambda top: str(torch.tensor([top])),
    "list of tensors": lambda top: str(list(torch.tensor(top))),
    "topk": lambda top: str(torch.tensor([5.0 - top.index(g) if g in top else 0.0 for g in range(5)]).topk(3).indices),
    "json": json.dumps,
    "json of floats": lambda top: json.dumps([float(grade) for grade in top]),
    "json of texts": lambda top: json.dumps([str(grade) for grade in top]),
    "json in json": lambda top: json.dumps(json.dumps(top)),
    "commas": lambda top: ",".join(map(str, top)),
    "blanks": lambda top: " ".join(map(str, top)),
}


def top3_table(folder: Path, spelled, lines: int = 10) -> Path:
    table = folder / "mine.csv"
    with table.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["photo", "key", "prediction", "truth", "top3"])
        writer.writerows([f"p{i}", "lip_dryness", 1, RANKING[2 + i % 2], spelled(RANKING[:3])] for i in range(lines))
    return table


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_top3_is_read_in_every_spelling(run, tmp_path: Path, spelling: str) -> None:
    done = run("evaluate", top3_table(tmp_path, SPELLINGS[spelling]), "--format", "json", "--rounds", 0, "--quiet")
    assert done.status == 0, done.out + done.err
    assert json.loads(done.out)["modes"]["class"]["heads"]["lip_dryness"]["top3"] == 0.5


@pytest.mark.parametrize("text", ["1-3-2", "yes", "1 3 3", "1 3 7", "1 3 2.5", "0 3 2"])
def test_top3_that_is_no_list_of_grades_is_counted(run, tmp_path: Path, text: str) -> None:
    done = run("evaluate", top3_table(tmp_path, lambda _: text))
    assert done.status == 3
    assert "value-invalid 10" in done.err and text in done.err
    table = top3_table(tmp_path, str)
    table.write_text(table.read_text().replace('"[1, 3, 2]"', text, 1))
    done = run("evaluate", table, "--format", "json", "--rounds", 0, "--quiet")
    assert done.status == 1
    summary = json.loads(done.out)
    assert summary["problems"]["counts"] == {"value-invalid": 1}
    assert summary["modes"]["class"]["pooled"]["top3"] == pytest.approx(4 / 9)


def test_a_short_top3_tells_none(run, tmp_path: Path) -> None:
    done = run("evaluate", top3_table(tmp_path, lambda top: str(top[:2])), "--out", tmp_path / "out", "--rounds", 0)
    assert done.status == 0
    assert "Top-3 accuracy is not defined" in done.out
    summary = summary_of(tmp_path / "out")
    assert summary["modes"]["class"]["pooled"]["top3"] is None
    assert summary["modes"]["class"]["pooled"]["judged"] == 10
    assert "top3-not-defined" in {warning["code"] for warning in summary["warnings"]}


def test_people_that_one_run_alone_names_hold_for_a_comparison(run, tmp_path: Path) -> None:
    def write(folder: Path, bias: float) -> Path:
        folder.mkdir()
        lines = [{"photo": f"p{i}", "key": "chin_moisture", "value": 0.5 + bias * (i % 5), "truth": 0.5} for i in range(60)]
        (folder / "predictions.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
        return folder / "predictions.jsonl"

    a, b = write(tmp_path / "a", 0.01), write(tmp_path / "b", 0.02)
    table = "photo,subject\n" + "".join(f"p{i},person {i // 10}\n" for i in range(60))

    def compared(*named: Path) -> dict:
        for folder in (a.parent, b.parent):
            (folder / "photos.csv").unlink(missing_ok=True)
        for folder in named:
            (folder / "photos.csv").write_text(table)
        done = run("evaluate", "--compare", a, b, "--format", "json", "--rounds", 200)
        assert done.status == 0, done.err
        return json.loads(done.out)["modes"]["regression"]["pooled"]

    both = compared(a.parent, b.parent)
    assert both["people"] == 6
    assert compared(a.parent) == both
    assert compared(b.parent) == both
    low, high = both["mae"]["interval"]
    assert low <= both["mae"]["difference"] <= high


def test_a_stray_photos_csv_never_makes_an_input_unreadable(run, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("photo,key,prediction,truth\na,lip_dryness,1,1\n")
    (tmp_path / "photos.csv").write_text("holiday,place\n1,sea\n")
    done = run("evaluate", tmp_path / "mine.csv")
    assert done.status == 1
    assert "has no column" in done.out and "photos.csv" in done.out
    assert run("evaluate", tmp_path / "mine.csv", "--photos", tmp_path / "photos.csv").status == 3, "asked for by name"


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
