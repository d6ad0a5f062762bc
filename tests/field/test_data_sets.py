"""Data sets as they were met in the field: other folders, lost photographs, archives still packed, odd labels."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

DEVICES = {"01": "1. 디지털카메라", "02": "2. 스마트패드", "03": "3. 스마트폰"}


@pytest.fixture(scope="session")
def people(run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two people, two photographs each; tests copy it before they break it."""
    root = tmp_path_factory.mktemp("data") / "people"
    made = run("dataset", "synthesize", root, "--subjects", 2, "--photos-per-subject", 2, "--no-awkward", "--seed", 5)
    assert made.status == 0, made.err
    return root


@pytest.fixture
def data(people: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(people, tmp_path / "data"))


def photos_of(root: Path) -> list[Path]:
    return sorted(root.rglob("*.jpg"))


def change_labels(root: Path, edit) -> None:
    for file in root.rglob("*.json"):
        content = json.loads(file.read_text())
        edit(content)
        file.write_text(json.dumps(content))


def as_archive(data: Path, root: Path, part_of_photos, part_of_labels) -> Path:
    """The archive layout, each person's files in the numbered parts that the functions name."""
    training = root / "Training"
    for kind, source, part_of, prefix in (("01.원천데이터", "img", part_of_photos, "TS"),
                                          ("02.라벨링데이터", "label", part_of_labels, "TL")):  # fmt: skip
        for folder in sorted(data.glob(f"{source}/*/*")):
            target = training / kind / (prefix + part_of(folder.name)) / DEVICES[folder.parent.name] / folder.name
            shutil.copytree(folder, target)
    return root


@pytest.fixture
def validate(run, manifest: Path, tmp_path: Path):
    def validate(root: Path, *more: object):
        done = run("validate", root, "--models", manifest, "--out", tmp_path / "out", "--rounds", 0, "--split", "all", *more)
        summary = tmp_path / "out/summary.json"
        return done, json.loads(summary.read_text()) if summary.is_file() else {}

    return validate


@pytest.mark.parametrize(("photos", "labels"), [
    (lambda person: "_01" if person == "0001" else "_02", lambda person: "_01" if person == "0001" else "_02"),
    (lambda person: "_1" if person == "0001" else "_2", lambda _: ""),
    (lambda _: "", lambda person: "_1" if person == "0001" else "_2"),
], ids=["TS_01+TS_02 with TL_01+TL_02", "TS_1+TS_2 with TL", "TS with TL_1+TL_2"])  # fmt: skip
def test_numbered_parts_lose_no_label(run, validate, data: Path, tmp_path: Path, photos, labels) -> None:
    root = as_archive(data, tmp_path / "028", photos, labels)
    audit = json.loads(run("dataset", "audit", root, "--format", "json").out)
    assert (audit["photos"], audit["label_files"]) == (4, 36)
    done, summary = validate(root)
    assert done.status == 0, done.err
    assert summary["run"]["photos"] == 4
    predictions = (tmp_path / "out/predictions.jsonl").read_text()
    assert "no-label" not in predictions


def test_archives_that_are_still_packed_are_named(run, tmp_path: Path) -> None:
    for name in ("01.원천데이터/TS.zip", "02.라벨링데이터/TL.zip"):
        file = tmp_path / "028/Training" / name
        file.parent.mkdir(parents=True)
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("0001/0001_01_F.jpg", b"")
    done = run("dataset", "audit", tmp_path / "028")
    assert done.status == 3
    assert "TS.zip" in done.err and "dataset-" in done.err


def test_photographs_under_other_endings_are_read_or_named_with_their_labels(run, validate, data: Path) -> None:
    one, two, three, _ = photos_of(data)
    one.rename(one.with_suffix(".heic"))
    two.rename(two.with_suffix(".jfif"))
    three.rename(three.with_suffix(".JPEG"))
    (three.parent / f"._{three.name}").write_bytes(b"\0\5\x16\7")
    done = run("dataset", "audit", data)
    assert f"{one.stem}.heic" in done.out  # said by name
    audit = json.loads(run("dataset", "audit", data, "--format", "json").out)
    assert audit["photos"] == 3
    assert one.stem in json.dumps(audit)
    done, summary = validate(data)
    assert summary["run"]["photos"] == 3
    assert one.stem in done.out + done.err + json.dumps(summary)  # a data set smaller than it looks says so


def test_labels_without_a_photograph_are_counted(run, validate, data: Path) -> None:
    lost = photos_of(data)[0]
    lost.unlink()
    audit = run("dataset", "audit", data, "--format", "json").out
    assert lost.stem in audit
    done, summary = validate(data)
    assert lost.stem in done.out + done.err + json.dumps(summary)


def test_photographs_without_labels_are_counted(run, validate, data: Path) -> None:
    bare = photos_of(data)[0]
    for label in data.rglob(f"{bare.stem}_0*.json"):
        label.unlink()
    audit = json.loads(run("dataset", "audit", data, "--format", "json").out)
    assert (audit["photos"], audit["photos_without_labels"]) == (4, 1)
    _, summary = validate(data)
    assert "photos-without-labels" in {warning["code"] for warning in summary["warnings"]}


def test_boxes_of_a_whole_set_given_as_width_and_height_never_pass_unremarked(run, validate, data: Path) -> None:
    def edit(label: dict) -> None:
        x1, y1, x2, y2 = label["images"]["bbox"] or (0, 0, 0, 0)
        if label["images"]["bbox"]:
            label["images"]["bbox"] = [x1, y1, x2 - x1, y2 - y1]

    change_labels(data, edit)
    audit = run("dataset", "audit", data)
    assert "width" in audit.out + audit.err and "height" in audit.out + audit.err
    done, _ = validate(data)
    assert "width" in done.out + done.err and "height" in done.out + done.err


def test_a_gender_that_a_later_server_writes_is_unknown_and_the_run_can_be_read_back(run, validate, data: Path, tmp_path: Path) -> None:
    change_labels(data, lambda label: label["info"].update(gender="U"))
    audit = run("dataset", "audit", data)
    assert '"U"' in audit.out  # a warning says so
    done, _ = validate(data)
    assert done.status == 0, done.err
    again = run("evaluate", tmp_path / "out/predictions.jsonl", "--rounds", 0)
    assert again.status == 0, again.err
    both = run("evaluate", "--compare", tmp_path / "out/predictions.jsonl", tmp_path / "out/predictions.jsonl", "--rounds", 0)
    assert both.status == 0, both.err
