"""Photographs and boxes as they were met in the field: every file is made here, and what is right for it is said."""

from __future__ import annotations

import json
import struct
import unicodedata
from pathlib import Path

import cv2
import numpy as np
import pytest
from system.conftest import REPOSITORY

ASTRONAUT = json.loads((REPOSITORY / "examples/astronaut-boxes.json").read_text())["photos"]["astronaut.jpg"]
HEADS = 24


def jpeg() -> bytes:
    """The portrait as a plain baseline JPEG with a JFIF header."""
    picture = cv2.imread(str(REPOSITORY / "examples/astronaut.jpg"))
    content = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()
    assert content[2:4] == b"\xff\xe0" and content[6:11] == b"JFIF\0"
    return content


def replaced(content: bytes, at: int, new: bytes) -> bytes:
    return content[:at] + new + content[at + len(new) :]


def with_zero_scan_parameters(content: bytes) -> bytes:
    """Ss, Se, Ah and Al = 0 0 0: what the front cameras of several phones write."""
    sos = content.index(b"\xff\xda")
    length = int.from_bytes(content[sos + 2 : sos + 4], "big")
    return replaced(content, sos + 2 + length - 3, b"\0\0\0")


def with_segments(content: bytes, *segments: bytes) -> bytes:
    """APP1 segments directly behind the start of the file."""
    app1 = b"".join(b"\xff\xe1" + (len(data) + 2).to_bytes(2, "big") + data for data in segments)
    return content[:2] + app1 + content[2:]


def exif(orientation: int) -> bytes:
    return b"Exif\0\0" + struct.pack("<2sHIHHHII", b"II", 42, 8, 1, 0x0112, 3, 1, orientation) + b"\0\0\0\0"


XMP = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"


@pytest.fixture
def predict(run, manifest: Path, tmp_path: Path):
    """Predicts on files with these contents, all with the portrait's boxes; the printed JSON by name, and the outcome."""

    def predict(files: dict[str, bytes], boxes: dict[str, object] | None = None):
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        named = boxes if boxes is not None else {name: ASTRONAUT for name in files}
        (tmp_path / "boxes.json").write_text(json.dumps({"format": 1, "photos": named}), encoding="utf-8")
        done = run("predict", *(tmp_path / name for name in files), "--models", manifest, "--boxes", tmp_path / "boxes.json",
                   "--min-box-side", 14, "--format", "json")  # fmt: skip
        photos = json.loads(done.out)["photos"] if done.out else []
        return dict(zip(files, photos, strict=False)), done

    return predict


@pytest.mark.parametrize("change", [
    with_zero_scan_parameters,
    lambda content: replaced(content, 11, b"\x00\x02"),
    lambda content: replaced(content, 11, b"\x02\x01"),
], ids=["sos-zero", "jfif-0.02", "jfif-2.01"])  # fmt: skip
def test_header_that_a_decoder_only_warns_of_changes_no_prediction(predict, tmp_path: Path, change) -> None:
    odd = change(jpeg())
    files = {"plain.jpg": jpeg(), "odd.jpg": odd}
    plain, changed = (cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR) for content in files.values())
    assert odd != jpeg() and (plain == changed).all()  # imread sees no difference
    photos, done = predict(files)
    assert done.status == 0, done.err
    assert len(photos["odd.jpg"]["predictions"]) == HEADS
    assert photos["odd.jpg"]["predictions"] == photos["plain.jpg"]["predictions"]


@pytest.mark.parametrize("segments", [[XMP, exif(6)], [exif(6), XMP], [exif(1), exif(6)], [exif(6), exif(1)]],
                         ids=["xmp-exif6", "exif6-xmp", "exif1-exif6", "exif6-exif1"])  # fmt: skip
def test_orientation_is_the_one_imread_applies(predict, segments: list[bytes]) -> None:
    tagged = with_segments(jpeg(), *segments)
    upright = cv2.imdecode(np.frombuffer(tagged, np.uint8), cv2.IMREAD_COLOR)
    # The same pixels without a tag: PNG keeps them.
    photos, done = predict({"tagged.jpg": tagged, "upright.png": cv2.imencode(".png", upright)[1].tobytes()})
    assert done.status == 0, done.err
    assert photos["tagged.jpg"]["predictions"] == photos["upright.png"]["predictions"]


@pytest.mark.parametrize(("start", "name"), [
    (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic", "HEIC"),
    (b"\0\0\0\x1cftypavif\0\0\0\0avifmif1", "AVIF"),
    (b"GIF89a\x10\0\x10\0\x80\0\0", "GIF"),
], ids=["heic", "avif", "gif"])  # fmt: skip
def test_other_format_under_a_jpg_name_is_named(predict, start: bytes, name: str) -> None:
    photos, done = predict({"odd.jpg": start + bytes(3000), "good.jpg": jpeg()})
    assert done.status == 1
    assert photos["odd.jpg"]["error"]["code"] == "image-format"
    assert name in photos["odd.jpg"]["error"]["message"]
    assert len(photos["good.jpg"]["predictions"]) == HEADS


@pytest.mark.parametrize("forms", [("NFD", "NFC"), ("NFC", "NFD")])
def test_composed_and_decomposed_names_are_one(predict, forms: tuple[str, str]) -> None:
    on_disk, in_boxes = (unicodedata.normalize(form, "정면 사진é.jpg") for form in forms)
    assert on_disk != in_boxes
    photos, done = predict({on_disk: jpeg()}, {in_boxes: ASTRONAUT})
    assert done.status == 0, done.err
    assert len(photos[on_disk]["predictions"]) == HEADS


def as_width_and_height(box: list[int]) -> list[int]:
    return [box[0], box[1], box[2] - box[0], box[3] - box[1]]


def test_boxes_given_as_width_and_height_never_pass_unremarked(predict) -> None:
    boxes = {facepart: as_width_and_height(box) for facepart, box in ASTRONAUT.items()}
    _, done = predict({"face.jpg": jpeg()}, {"face.jpg": boxes})
    assert done.status != 0
    assert "width" in done.out + done.err and "height" in done.out + done.err


def test_one_box_with_swapped_corners_is_sorted(predict) -> None:
    swapped = {**ASTRONAUT, "5": [ASTRONAUT["5"][i] for i in (2, 3, 0, 1)]}
    photos, done = predict({"a.jpg": jpeg(), "b.jpg": jpeg()}, {"a.jpg": swapped, "b.jpg": ASTRONAUT})
    assert done.status == 0, done.err
    assert photos["a.jpg"]["predictions"] == photos["b.jpg"]["predictions"]
