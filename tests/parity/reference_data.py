"""The data set as the protocol describes it: listing (program layout), published split, labels and their truths.

Independent of the C++ code; plain Python on purpose.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

SPLIT_SEED = 523
FARTHEST_CORNER = 1 << 20

Box = tuple[int, int, int, int]  # x1, y1, x2, y2; x1 <= x2, y1 <= y2


@dataclass(frozen=True)
class Skip:
    """Why a head is not judged, by the name that stands in predictions.jsonl."""

    reason: str


@dataclass
class Label:
    """What the evaluation needs of one label file."""

    facepart: int
    box: Box | None
    size: tuple[int, int] | None  # width, height of the photograph
    annotations: dict[str, Any] | None
    equipment: dict[str, Any] | None


@dataclass
class Photo:
    id: str  # "0001_01_F"
    file: Path
    subject: str
    device: int  # 1 camera, 2 tablet, 3 phone
    angle: str
    label_files: list[Path] = field(default_factory=list)


def natural_key(name: str) -> list[Any]:
    """Runs of digits compare as numbers: L15 before L30, 2 before 10."""
    return [int(piece) if piece.isdigit() else piece for piece in re.split(r"(\d+)", name)]


def list_photos(root: Path) -> list[Photo]:
    """ROOT/img/<device>/<subject>/<subject>_<device>_<angle>.jpg in natural order, with ROOT/label's files."""
    photos = []
    for device in _sorted(root / "img"):
        for subject in _sorted(device):
            for file in _sorted(subject):
                name, number, angle = file.stem.rsplit("_", 2)
                labels = _sorted(root / "label" / device.name / subject.name, f"{file.stem}_*.json")
                photos.append(Photo(file.stem, file, name, int(number), angle, labels))
    return photos


def published_split(photos: list[Photo]) -> dict[str, list[Photo]]:
    """80/10/10 of a permutation: by floor, the remainder dealt one each from the front."""
    n = len(photos)
    order = torch.randperm(n, generator=torch.Generator().manual_seed(SPLIT_SEED)).tolist()
    sizes = [n * 8 // 10, n // 10, n // 10]
    for part in range(n - sum(sizes)):
        sizes[part] += 1
    parts = {}
    for part, size in zip(("train", "val", "test"), sizes, strict=True):
        parts[part] = [photos[i] for i in order[:size]]
        order = order[size:]
    return parts


def read_labels(photo: Photo) -> dict[int, Label | Skip]:
    """The labels of a photograph by facepart. The JSON's facepart counts; the name's, where a file is unusable."""
    labels: dict[int, Label | Skip] = {facepart: Skip("no-label") for facepart in range(9)}
    size = None
    for file in photo.label_files:
        try:
            label = read_label(file)
        except ValueError:
            named = int(file.stem.rsplit("_", 1)[1])
            if not isinstance(labels[named], Label):
                labels[named] = Skip("label-error")
            continue
        if isinstance(labels[label.facepart], Label):
            continue  # labelled twice: the first file is used
        size = size or label.size
        fits = label.size is None or label.size == size
        labels[label.facepart] = label if fits else Skip("label-error")
    return labels


def photo_size(labels: dict[int, Label | Skip]) -> tuple[int, int] | None:
    """Width and height of the photograph, as its labels say."""
    sizes = [label.size for label in labels.values() if isinstance(label, Label) and label.size]
    return sizes[0] if sizes else None


def read_label(file: Path) -> Label:
    """One label file; ValueError where it cannot be used."""
    root = json.loads(file.read_bytes().decode("utf-8"), object_pairs_hook=_first_of_duplicates)
    images = _block(root, "images")
    if images is None or not _is_integer(images.get("facepart")) or images["facepart"] not in range(9):
        raise ValueError("images.facepart")
    size = (images.get("width"), images.get("height"))
    return Label(
        facepart=images["facepart"],
        box=read_box(images.get("bbox")),
        size=size if all(_is_integer(side) for side in size) else None,
        annotations=_block(root, "annotations"),
        equipment=_block(root, "equipment"),
    )


def read_box(corners: Any) -> Box | None:
    """Two opposite corners in either order, truncated to whole pixels."""
    if corners is None:
        return None
    if not isinstance(corners, list) or len(corners) != 4 or not all(map(_is_usable, corners)):
        raise ValueError("images.bbox")
    xa, ya, xb, yb = (int(corner) for corner in corners)
    return min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb)


def true_grade(label: Label, key: str, highest: int) -> int | Skip:
    """The grade under annotations, or why there is none."""
    if label.annotations is None:
        return Skip("no-block")
    value = label.annotations.get(key)
    if value is None or value == "":
        return Skip("no-value")
    return value if _is_integer(value) and 0 <= value <= highest else Skip("value-invalid")


def true_measurement(label: Label, key: str) -> float | Skip:
    """The instrument's value in its unit, or why there is none."""
    if label.equipment is None:
        return Skip("no-block")
    value = label.equipment.get(key)
    if value is None or value == "":
        return Skip("no-value")
    if value == "Er":
        return Skip("instrument-error")
    return float(value) if _is_number(value) and math.isfinite(value) else Skip("value-invalid")


def _sorted(folder: Path, pattern: str = "*") -> list[Path]:
    return sorted(folder.glob(pattern), key=lambda path: natural_key(path.name))


def _block(root: Any, name: str) -> dict[str, Any] | None:
    block = root[name] if isinstance(root, dict) and name in root else None
    if not isinstance(root, dict) or (block is not None and not isinstance(block, dict)):
        raise ValueError(name)
    return block


def _first_of_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return dict(reversed(pairs))


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_usable(corner: Any) -> bool:
    return _is_number(corner) and abs(corner) <= FARTHEST_CORNER
