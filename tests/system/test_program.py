"""The program on real files, good and bad: what it prints, what it writes, and its exit status."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import time
import unicodedata
from pathlib import Path

import nia_2023
import pytest
import torch
from conftest import SmallNetwork, save_script

HEADS = 24  # of one photograph: 11 grades, 13 measurements


@pytest.fixture
def data(drawn: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drawn, tmp_path / "data"))


def photos_of(data: Path) -> list[Path]:
    return sorted(data.glob("img/*/*/*.jpg"))


def label_of(data: Path, photo: Path, facepart: int) -> Path:
    return next(data.glob(f"label/*/*/{photo.stem}_{facepart:02d}.json"))


def change(file: Path, edit) -> None:
    content = json.loads(file.read_text())
    edit(content)
    file.write_text(json.dumps(content))


def lines_of(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def claim_size(photo: Path, width: int, height: int) -> None:
    """Writes another size into the JPEG's frame header."""
    content = bytearray(photo.read_bytes())
    at = content.index(b"\xff\xc0")
    content[at + 5 : at + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    photo.write_bytes(content)


def test_validate_writes_logs_predictions_and_summary(run, data: Path, manifest: Path, tmp_path: Path) -> None:
    done = run("validate", data, "--models", manifest, "--out", tmp_path / "out", "--device", "cpu")
    assert done.status == 0, done.err
    assert "mean of items" in done.out
    summary = json.loads((tmp_path / "out/summary.json").read_text())
    assert summary["run"]["photos"] == 2
    assert summary["run"]["device"] == "cpu"
    assert len(lines_of(tmp_path / "out/predictions.jsonl")) == 2 * HEADS
    for name in ("class_test.txt", "regression_test.txt"):
        assert (tmp_path / "out" / name).read_text().rstrip().endswith("Finish!")


def test_batch_and_threads_change_no_answer(run, data: Path, manifest: Path, tmp_path: Path) -> None:
    answers = []
    for batch, threads in ((1, 1), (16, 2), (5, 3)):
        out = tmp_path / f"out{batch}"
        run("validate", data, "--models", manifest, "--out", out, "--batch", batch, "--threads", threads, "--logits")
        answers.append(lines_of(out / "predictions.jsonl"))
    for other in answers[1:]:
        for one, two in zip(answers[0], other, strict=True):
            assert one.keys() == two.keys()
            assert one.get("grade") == two.get("grade")
            assert one.get("logits", [one.get("value", 0)]) == pytest.approx(two.get("logits", [two.get("value", 0)]), abs=1e-4)


def test_decoding_on_a_gpu_that_is_not_used_is_told_and_changes_no_answer(run, data: Path, manifest: Path, tmp_path: Path) -> None:
    predictions = []
    for jpeg in ("cpu", "gpu"):
        out = tmp_path / jpeg
        done = run("validate", data, "--models", manifest, "--out", out, "--device", "cpu", "--batch", 1, "--jpeg", jpeg)
        assert done.status == 0, done.err
        assert ("JPEG files are decoded on the CPU: no GPU is used" in done.err) == (jpeg == "gpu")
        assert json.loads((out / "summary.json").read_text())["run"]["photos_decoded_on_gpu"] == 0
        predictions.append((out / "predictions.jsonl").read_bytes())
    assert predictions[0] == predictions[1]


def test_modes_write_only_their_own(run, data: Path, manifest: Path, tmp_path: Path) -> None:
    run("validate", data, "--models", manifest, "--out", tmp_path / "out", "--mode", "regression")
    assert {line["task"] for line in lines_of(tmp_path / "out/predictions.jsonl")} == {"measurement"}
    assert not (tmp_path / "out/class_test.txt").exists()


def test_predict_reads_labels_and_boxes(run, data: Path, manifest: Path, tmp_path: Path) -> None:
    photo = photos_of(data)[0]
    by_labels = run("predict", photo, "--models", manifest, "--labels", data / "label", "--format", "json")
    assert by_labels.status == 0, by_labels.err
    boxes = {str(n): json.loads(label_of(data, photo, n).read_text())["images"]["bbox"] for n in range(9)}
    (tmp_path / "boxes.json").write_text(json.dumps({"format": 1, "photos": {photo.name: boxes}}))
    by_boxes = run("predict", photo, "--models", manifest, "--boxes", tmp_path / "boxes.json", "--format", "json")
    one, two = (json.loads(done.out)["photos"][0]["predictions"] for done in (by_labels, by_boxes))
    assert one == two
    assert len(one) == HEADS


def test_measurements_outside_the_official_range_are_marked_and_not_clamped(run, data: Path, tmp_path: Path) -> None:
    for model in nia_2023.MODELS:
        network = SmallNetwork(model.width)
        torch.nn.init.constant_(network.linear.bias, -1)
        save_script(network, tmp_path / "models" / model.file)
    manifest = nia_2023.write_manifest(tmp_path / "models", "small")
    arguments = (photos_of(data)[0], "--models", manifest, "--labels", data / "label")
    predictions = json.loads(run("predict", *arguments, "--format", "json").out)["photos"][0]["predictions"]
    measured = [head for head in predictions if "units" in head]
    assert measured
    assert all(head["outside_official_range"] == (head["units"] < 0) for head in measured)
    assert any(head["units"] < 0 for head in measured)
    rows = run("predict", *arguments).out.splitlines()
    assert sum("outside the official range" in row for row in rows) == sum(head["units"] < 0 for head in measured)
    done = run("validate", data, "--models", manifest, "--out", tmp_path / "out", "--rounds", 0)
    summary = json.loads((tmp_path / "out/summary.json").read_text())
    heads = summary["modes"]["regression"]["heads"]
    lines = [line for line in lines_of(tmp_path / "out/predictions.jsonl") if "units" in line]
    assert {key: head["outside_official_range"]["answers"] for key, head in heads.items() if head["judged"]} == {
        key: sum(line["outside_official_range"] for line in lines if line["key"] == key) for key in {line["key"] for line in lines}
    }
    assert "outside the official range" in done.out
    assert "out of range" in (tmp_path / "out/report.html").read_text()


def test_bf16_on_the_cpu_answers_nearly_the_same(run, data: Path, manifest: Path, tmp_path: Path) -> None:
    values = []
    for precision in ("fp32", "bf16"):
        done = run("validate", data, "--models", manifest, "--out", tmp_path / precision, "--precision", precision, "--device", "cpu")
        assert done.status == 0, done.err
        values.append([line.get("value", 0) for line in lines_of(tmp_path / precision / "predictions.jsonl")])
    assert values[1] == pytest.approx(values[0], abs=0.05)


@pytest.mark.parametrize("precision", ["tf32", "fp16"])
def test_precisions_of_the_gpu_are_refused_on_the_cpu(run, data: Path, manifest: Path, tmp_path: Path, precision: str) -> None:
    done = run("validate", data, "--models", manifest, "--out", tmp_path / "out", "--device", "cpu", "--precision", precision)
    assert done.status == 2
    assert precision in done.err


def test_cuda_without_a_gpu_ends_with_5(run, data: Path, manifest: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    done = run("validate", data, "--models", manifest, "--out", tmp_path / "out", "--device", "cuda", env=environment)
    assert done.status == 5
    assert "[device-unavailable]" in done.err


def truncate(photo: Path) -> None:
    photo.write_bytes(photo.read_bytes()[: photo.stat().st_size // 2])


BAD_PHOTOS = {
    "missing": (lambda photo: photo.unlink(), "image-missing"),
    "empty": (lambda photo: photo.write_bytes(b""), "image-empty"),
    "truncated": (truncate, "image-truncated"),
    "text": (lambda photo: photo.write_text("not a picture, whatever its name says"), "image-format"),
    "huge claim": (lambda photo: claim_size(photo, 60000, 60000), "image-too-large"),
}


@pytest.mark.parametrize("kind", BAD_PHOTOS)
def test_bad_photo_ends_predict_with_3_and_names_it(run, data: Path, manifest: Path, kind: str) -> None:
    spoil, code = BAD_PHOTOS[kind]
    photo = photos_of(data)[0]
    spoil(photo)
    done = run("predict", photo, "--models", manifest, "--labels", data / "label")
    assert done.status == 3
    assert photo.name in done.out
    assert f"[{code}]" in done.out


@pytest.mark.parametrize("kind", [kind for kind in BAD_PHOTOS if kind != "missing"])
def test_bad_photo_leaves_its_neighbour_alone(run, data: Path, manifest: Path, tmp_path: Path, kind: str) -> None:
    spoil, code = BAD_PHOTOS[kind]
    bad, good = photos_of(data)
    spoil(bad)
    done = run("validate", data, "--models", manifest, "--out", tmp_path / "out")
    assert done.status == 1
    assert f"[{code}]" in done.err
    lines = lines_of(tmp_path / "out/predictions.jsonl")
    assert {line.get("skipped") for line in lines if line["photo"] == bad.stem} == {"photo-error"}
    assert any("grade" in line for line in lines if line["photo"] == good.stem)


BAD_LABELS = {
    "broken": (lambda file: file.write_text('{"info": {,'), "at byte"),
    "three numbers": (lambda file: change(file, lambda label: label["images"].update(bbox=[1, 2, 3])), "[1,2,3]"),
    "text in the box": (lambda file: change(file, lambda label: label["images"].update(bbox=["1", 2, 3, 4])), "images.bbox"),
    "outside": (lambda file: change(file, lambda label: label["images"].update(bbox=[0, 0, 99999, 500])), "99999"),
    "facepart 9": (lambda file: change(file, lambda label: label["images"].update(facepart=9)), "images.facepart"),
    "grade 9": (lambda file: change(file, lambda label: label["annotations"].update(chin_sagging=9)), "0..6"),
}


@pytest.mark.parametrize("kind", BAD_LABELS)
def test_bad_label_ends_validate_with_1_and_names_file_and_value(run, data: Path, manifest: Path, tmp_path: Path, kind: str) -> None:
    spoil, named = BAD_LABELS[kind]
    file = label_of(data, photos_of(data)[0], 8)
    spoil(file)
    done = run("validate", data, "--models", manifest, "--out", tmp_path / "out")
    assert done.status == 1
    assert file.name in done.err
    assert named in done.err
    lines = lines_of(tmp_path / "out/predictions.jsonl")
    assert len(lines) == 2 * HEADS
    assert sum("grade" in line for line in lines) >= 2 * 11 - 1 - 4  # its neighbours are judged


def boxes_of(data: Path, photo: Path) -> dict:
    return {str(n): json.loads(label_of(data, photo, n).read_text())["images"]["bbox"] for n in range(9)}


def as_sizes(box: list | None) -> list | None:
    return box and [box[0], box[1], box[2] - box[0], box[3] - box[1]]


def predict_with_boxes(run, photo: Path, boxes: dict, manifest: Path, folder: Path, *options: object):
    (folder / "boxes.json").write_text(json.dumps({"format": 1, "photos": boxes}))
    return run("predict", photo, "--models", manifest, "--boxes", folder / "boxes.json", *options)


def test_boxes_that_are_sizes_end_predict_with_3_and_a_hint(run, data: Path, manifest: Path, tmp_path: Path) -> None:
    photo = photos_of(data)[0]
    boxes = {part: as_sizes(box) for part, box in boxes_of(data, photo).items()}
    done = predict_with_boxes(run, photo, {photo.name: boxes}, manifest, tmp_path)
    assert done.status == 3
    assert "[x, y, width, height]" in done.out
    assert "[box-invalid]" in done.out


def test_swapped_corners_are_sorted_and_told(run, data: Path, manifest: Path, tmp_path: Path) -> None:
    photo = photos_of(data)[0]
    boxes = boxes_of(data, photo)
    part, box = next((part, box) for part, box in boxes.items() if part != "0" and box)
    plain = predict_with_boxes(run, photo, {photo.name: boxes}, manifest, tmp_path, "--format", "json")
    boxes[part] = box[2:] + box[:2]
    swapped = predict_with_boxes(run, photo, {photo.name: boxes}, manifest, tmp_path, "--format", "json")
    assert swapped.status == 0, swapped.err
    one, two = (json.loads(done.out)["photos"][0] for done in (plain, swapped))
    assert one["predictions"] == two["predictions"]
    assert "corners_sorted" not in one
    assert two["corners_sorted"] == [int(part)]


def test_labels_whose_boxes_are_sizes_are_errors_of_validate_and_audit(run, data: Path, manifest: Path, tmp_path: Path) -> None:
    bad, good = photos_of(data)
    for n in range(9):
        change(label_of(data, bad, n), lambda label: label["images"].update(bbox=as_sizes(label["images"]["bbox"])))
    done = run("validate", data, "--models", manifest, "--out", tmp_path / "out")
    assert done.status == 1
    assert "[x, y, width, height]" in done.err
    assert "[x, y, width, height]" in done.out  # and in the summary
    lines = lines_of(tmp_path / "out/predictions.jsonl")
    assert not any("grade" in line or "value" in line for line in lines if line["photo"] == bad.stem)
    assert any("grade" in line for line in lines if line["photo"] == good.stem)
    audit = run("dataset", "audit", data)
    assert audit.status == 1
    assert "[x, y, width, height]" in audit.out


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_of_photographs_match_in_either_unicode_form(run, data: Path, manifest: Path, tmp_path: Path, form: str) -> None:
    other = "NFD" if form == "NFC" else "NFC"
    photo = tmp_path / unicodedata.normalize(form, "정면 사진.jpg")
    shutil.copy(photos_of(data)[0], photo)
    boxes = {unicodedata.normalize(other, photo.name): boxes_of(data, photos_of(data)[0])}
    done = predict_with_boxes(run, photo, boxes, manifest, tmp_path)
    assert done.status == 0, done.out
    for n in range(9):
        shutil.copy(label_of(data, photos_of(data)[0], n), tmp_path / (unicodedata.normalize(other, photo.stem) + f"_{n:02d}.json"))
    by_labels = run("predict", photo, "--models", manifest, "--labels", tmp_path)
    assert by_labels.status == 0, by_labels.out
    assert by_labels.out == done.out


@pytest.mark.parametrize(
    ("flag", "content", "code"),
    [
        ("--boxes", None, "boxes-missing"),
        ("--boxes", "{", "boxes-syntax"),
        ("--boxes", '{"format": 2}', "boxes-field"),
        ("--boxes", '{"format": 1, "photos": {}}', "boxes-field"),
        ("--labels", None, "labels-missing"),
    ],
)
def test_boxes_and_labels_that_cannot_be_had_are_named_by_their_own_codes(
    run, data: Path, manifest: Path, tmp_path: Path, flag: str, content: str | None, code: str
) -> None:
    if content is not None:
        (tmp_path / "given").write_text(content)
    done = run("predict", photos_of(data)[0], "--models", manifest, flag, tmp_path / "given")
    assert done.status == 3
    assert f"[{code}]" in done.out + done.err


def test_data_set_that_is_smaller_than_it_looks_is_told(run, data: Path, manifest: Path, tmp_path: Path) -> None:
    lost, kept = photos_of(data)
    lost.rename(lost.with_suffix(".heic"))
    (data / "img" / "TS_02.zip").write_bytes(b"PK")
    done = run("validate", data, "--models", manifest, "--out", tmp_path / "out")
    assert done.status == 0, done.err
    run_facts = json.loads((tmp_path / "out/summary.json").read_text())["run"]
    assert run_facts["photos"] == 1
    assert run_facts["passed_over"] == {"pictures": 1, "label_files": 9, "archives": 1}
    assert "1 picture (format, name or place), 9 label files without a photograph, 1 archive" in done.out
    again = run("evaluate", tmp_path / "out/predictions.jsonl", "--out", tmp_path / "again")
    assert "9 label files without a photograph" in again.out
    audit = json.loads(run("dataset", "audit", data, "--format", "json").out)
    assert audit["passed_over_counts"] == run_facts["passed_over"]
    assert any(lost.stem + ".heic" in note for note in audit["passed_over"])
    for n in range(9):
        label_of(data, kept, n).unlink()
    assert run("validate", data, "--models", manifest, "--out", tmp_path / "none").out.count("1 photograph without a label file") == 1


def edit_manifest(manifest: Path, edit) -> None:
    change(manifest, edit)


def replace_lips(manifest: Path, write) -> None:
    """Another file in the place of the lips' model, with its hash set right."""
    file = manifest.parent / "grade/7.pt"
    write(file)
    digest = nia_2023.sha256_of(file)
    edit_manifest(manifest, lambda content: next(m for m in content["models"] if m["file"] == "grade/7.pt").update(sha256=digest))


def nan_network() -> torch.nn.Module:
    network = SmallNetwork(5)
    network.linear.weight.data[0, 0] = float("nan")
    return network


BAD_MODELS = {
    "unknown field": (lambda m: edit_manifest(m, lambda c: c.update(colour="bgr")), "manifest-field"),
    "missing file": (lambda m: (m.parent / "grade/7.pt").unlink(), "model-missing"),
    "wrong hash": (lambda m: (m.parent / "grade/7.pt").write_bytes(b"something else"), "model-hash"),
    "wrong width": (lambda m: replace_lips(m, lambda file: save_script(SmallNetwork(6), file)), "model-width"),
    "state_dict": (lambda m: replace_lips(m, lambda file: torch.save(SmallNetwork(5).state_dict(), file)), "model-format"),
    "random bytes": (lambda m: replace_lips(m, lambda file: file.write_bytes(os.urandom(4096))), "model-format"),
    "truncated": (lambda m: replace_lips(m, lambda file: file.write_bytes(file.read_bytes()[:3000])), "model-format"),
    "NaN weights": (lambda m: replace_lips(m, lambda file: save_script(nan_network(), file)), "model-format"),
}


@pytest.mark.parametrize("kind", BAD_MODELS)
def test_bad_model_ends_with_4_before_any_photo(run, data: Path, manifest: Path, tmp_path: Path, kind: str) -> None:
    spoil, code = BAD_MODELS[kind]
    spoil(manifest)
    done = run("validate", data, "--models", manifest, "--out", tmp_path / "out")
    assert done.status == 4
    assert f"[{code}]" in done.err
    assert not (tmp_path / "out").exists()
    assert run("models", "verify", manifest).status == 4


def test_state_dict_is_told_from_torchscript(run, data: Path, manifest: Path) -> None:
    BAD_MODELS["state_dict"][0](manifest)
    done = run("models", "verify", manifest)
    assert "state_dict" in done.err
    assert "convert_checkpoints.py" in done.err


def test_full_disk_ends_with_6(program: Path, manifest: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([program, "models", "verify", manifest], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 6
    assert "[io-failed]" in done.stderr


@pytest.fixture(scope="module")
def many(run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """52 photographs: enough to stop a run in the middle."""
    root = tmp_path_factory.mktemp("many") / "drawn"
    assert run("dataset", "synthesize", root, "--subjects", 4, "--no-awkward").status == 0
    return root


def interrupted(command: list, predictions: Path, sent: signal.Signals) -> tuple[int, str]:
    """Runs a command, sends it a signal as soon as a photograph is finished; exit status and standard error."""
    running = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not (predictions.exists() and predictions.stat().st_size > 0) and time.monotonic() < deadline:
        time.sleep(0.01)
    running.send_signal(sent)
    _, err = running.communicate(timeout=120)
    return running.returncode, err


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("in_flight", [1, 4])
def test_interrupt_keeps_what_is_finished(program: Path, run, many: Path, manifest: Path, tmp_path: Path, sent: signal.Signals, in_flight: int) -> None:
    command = [program, "validate", many, "--models", manifest, "--threads", 1, "--batch", 1, "--in-flight", in_flight]
    out = tmp_path / "out"
    status, err = interrupted([*command, "--out", out], out / "predictions.jsonl", sent)
    assert status == 1
    assert "stopping: " in err
    summary = json.loads((out / "summary.json").read_text())
    assert summary["run"]["stopped"] is True
    assert 0 < summary["run"]["photos"] < 52
    lines = (out / "predictions.jsonl").read_text().splitlines()
    assert len(lines) == HEADS * summary["run"]["photos"]
    assert "Finish!" not in (out / "class_test.txt").read_text()
    assert (out / "report.html").exists()
    assert run(*command[1:], "--out", tmp_path / "whole").status == 0
    assert lines == (tmp_path / "whole/predictions.jsonl").read_text().splitlines()[: len(lines)]


def test_disk_that_fills_up_ends_validate_with_6_and_keeps_what_is_finished(run, many: Path, manifest: Path, tmp_path: Path) -> None:
    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # then a write over the limit fails, as on a full disk
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    done = run("validate", many, "--models", manifest, "--out", tmp_path / "out", preexec_fn=small_files)
    assert done.status == 6
    assert "predictions.jsonl" in done.err
    assert "[io-failed]" in done.err
    lines = (tmp_path / "out/predictions.jsonl").read_text().splitlines()[:-1]  # the last may have been cut
    assert len(lines) > 2 * HEADS
    assert all("photo" in json.loads(line) for line in lines)
