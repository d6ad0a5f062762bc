"""Awkward cases put into a data set on purpose: each edits one label (or photo) and says what must come of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reference_data import Photo

Edit = Callable[[dict[str, Any]], None]
GOOD_BOX = [500, 900, 1200, 1700]
LEFT_EYE, RIGHT_EYE = "l_perocular_wrinkle_Ra", "r_perocular_wrinkle_Ra"


@dataclass(frozen=True)
class Case:
    """What one label of one photo becomes. Reasons by task; None: judged."""

    photo: int  # place in the listing
    facepart: int
    edit: Edit | str | None  # a change of the label, the file's new text, or None: the file is removed
    grade: str | None = None
    measurement: str | None = None


def box(*corners: Any) -> Edit:
    return lambda label: label["images"].update(bbox=list(corners))


def image(**changes: Any) -> Edit:
    return lambda label: label["images"].update(changes)


def grades(value: Any) -> Edit:
    """All grades of the label become this value; readings stay."""
    return lambda label: label["annotations"].update(dict.fromkeys(label["annotations"], value))


def readings(value: Any) -> Edit:
    return lambda label: label["equipment"].update(dict.fromkeys(label["equipment"], value))


def block(**blocks: Any) -> Edit:
    return lambda label: label.update(blocks)


def both(*edits: Edit) -> Edit:
    def edit(label: dict[str, Any]) -> None:
        for one in edits:
            one(label)

    return edit


def crop(photo: int, facepart: int, edit: Edit | str | None, reason: str) -> Case:
    return Case(photo, facepart, edit, reason, reason)


CASES = [
    # boxes that make unusual tiles
    Case(0, 0, box(100, 900, 1101, 1277)),
    Case(0, 1, box(300, 400, 1580, 1039)),  # thin by one pixel: 63.9 rows
    Case(0, 2, box(900.7, 1500.2, 500.9, 1100.5)),  # swapped and not whole
    Case(0, 3, box(400, 700, 450, 1400)),  # as narrow as is allowed, and tall
    Case(0, 4, box(200, 1300, 2100, 1350)),  # as low as is allowed, and wide
    Case(0, 5, box(0, 0, 2136, 3216)),  # the whole picture of a camera
    Case(0, 6, box(2086, 3166, 2136, 3216)),  # its last corner
    Case(0, 7, box(300, 400, 1580, 1040)),  # just not thin
    Case(0, 8, box(400, 700, 1039, 1980)),  # thin by one pixel, tall
    # crops that are left out
    crop(1, 0, box(-1, 0, 2000, 2000), "box-outside"),
    crop(1, 1, box(400, 700, 449, 1400), "box-too-small"),
    crop(1, 2, box(400, 700, 900, 749), "box-too-small"),
    crop(1, 3, box(700, 900, 700, 1400), "box-too-small"),
    crop(1, 4, box(2000, 900, 2500, 1400), "box-outside"),
    crop(1, 5, image(bbox=None), "no-box"),
    crop(1, 6, None, "no-label"),
    crop(1, 7, "{ no label", "label-error"),
    crop(1, 8, box(1, 2, 3), "label-error"),
    crop(2, 1, image(facepart=12), "label-error"),
    crop(2, 5, box(500, 900, "1200", 1700), "label-error"),
    crop(2, 6, image(width=1000, height=1000), "label-error"),
    # truths that are not judged
    Case(3, 0, readings("Er"), None, "instrument-error"),
    Case(3, 1, block(annotations=None), "no-block", None),
    Case(3, 2, grades("3"), "value-invalid", None),
    Case(3, 3, both(grades(7), readings("12,3")), "value-invalid", "value-invalid"),
    Case(3, 4, both(grades(True), readings(None)), "value-invalid", "no-value"),
    Case(3, 5, block(equipment=None), None, "no-block"),
    Case(3, 6, both(grades(2.5), readings(float("nan"))), "value-invalid", "value-invalid"),
    Case(3, 7, grades(-1), "value-invalid", None),
    Case(3, 8, block(annotations={}, equipment={}), "no-value", "no-value"),
    Case(4, 1, both(grades(""), readings("")), "no-value", "no-value"),
    Case(4, 5, both(grades(5), readings(4000.5))),  # readings above the scale
    Case(4, 6, both(image(bbox=None), block(annotations=None)), "no-box", "no-box"),  # the crop's reason comes first
    # two labels whose JSON contradicts their names: the JSON counts
    Case(5, 3, both(image(facepart=4), block(annotations={"r_perocular_wrinkle": 2}, equipment={RIGHT_EYE: 31.5}))),
    Case(5, 4, both(image(facepart=3), block(annotations={"l_perocular_wrinkle": 6}, equipment={LEFT_EYE: 9}))),
]
UNREADABLE_PHOTO = 6  # bytes that are no picture
RESIZED_PHOTO = 7  # all labels tell another size
TURNED_PHOTO = 8  # EXIF orientation: upside down


def put_into(root: Path, photos: list[Photo]) -> None:
    """Edits the data set in place. Labels are made complete first, so that each outcome is the case's own."""
    for case in CASES:
        photo = photos[case.photo]
        file = root / "label" / f"{photo.device:02}" / photo.subject / f"{photo.id}_{case.facepart:02}.json"
        if case.edit is None:
            file.unlink()
        elif isinstance(case.edit, str):
            file.write_text(case.edit, encoding="utf-8")
        else:
            label = json.loads(file.read_text(encoding="utf-8"))
            _complete(label)
            case.edit(label)
            file.write_text(json.dumps(label, ensure_ascii=False), encoding="utf-8")
    photos[UNREADABLE_PHOTO].file.write_bytes(b"\xff\xd8\xff but no picture" * 99)
    for file in photos[RESIZED_PHOTO].label_files:
        label = json.loads(file.read_text(encoding="utf-8"))
        label["images"]["width"] += 1
        file.write_text(json.dumps(label, ensure_ascii=False), encoding="utf-8")
    jpeg = photos[TURNED_PHOTO].file
    jpeg.write_bytes(with_orientation(jpeg.read_bytes(), 3))


def with_orientation(jpeg: bytes, orientation: int) -> bytes:
    """The JPEG with an EXIF segment of one tag right behind its first marker."""
    tag = (0x0112).to_bytes(2, "big") + (3).to_bytes(2, "big") + (1).to_bytes(4, "big")
    tiff = b"MM\x00\x2a\x00\x00\x00\x08\x00\x01" + tag + orientation.to_bytes(2, "big") + bytes(6)
    exif = b"Exif\x00\x00" + tiff
    return jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:]


GRADE_KEYS = {
    1: ("forehead_pigmentation", "forehead_wrinkle"),
    2: ("glabellus_wrinkle",),
    3: ("l_perocular_wrinkle",),
    4: ("r_perocular_wrinkle",),
    5: ("l_cheek_pore", "l_cheek_pigmentation"),
    6: ("r_cheek_pore", "r_cheek_pigmentation"),
    7: ("lip_dryness",),
    8: ("chin_sagging",),
}
READING_KEYS = {
    0: ("pigmentation_count",),
    1: ("forehead_moisture", "forehead_elasticity_R2"),
    3: ("l_perocular_wrinkle_Ra",),
    4: ("r_perocular_wrinkle_Ra",),
    5: ("l_cheek_moisture", "l_cheek_elasticity_R2", "l_cheek_pore"),
    6: ("r_cheek_moisture", "r_cheek_elasticity_R2", "r_cheek_pore"),
    8: ("chin_moisture", "chin_elasticity_R2"),
}


def _complete(label: dict[str, Any]) -> None:
    facepart = label["images"]["facepart"]
    label["images"]["bbox"] = list(GOOD_BOX)
    if facepart in GRADE_KEYS:
        label["annotations"] = dict.fromkeys(GRADE_KEYS[facepart], 1)
    if facepart in READING_KEYS:
        label["equipment"] = dict.fromkeys(READING_KEYS[facepart], 0.5)
