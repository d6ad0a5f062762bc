"""The ensemble `nia-2023` as plain data: eleven ResNet-50 checkpoints, their heads, and the manifest that lists them.

One template, used by convert_checkpoints.py (published checkpoints) and make_demo_checkpoints.py (demo checkpoints).
Facts: the published evaluation program (head layout, scales, preprocessing) and the data set's guideline (units,
minimum box side). The standard library is enough to import this file.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FORMAT = 1
NAME = "nia-2023"
TILE_SIDE = 128
MIN_BOX_SIDE = 50

PREPROCESS: dict[str, Any] = {
    "size": TILE_SIDE,
    "order": "bgr",
    "scale": 0.00392156862745098,
    "mean": [0, 0, 0],
    "std": [1, 1, 1],
    "fit": "longest-side-top-left",
    "thin": "double-and-sum",
    "second_tile": "as-is",
    "mirror_right": False,
    "min_box_side": MIN_BOX_SIDE,
}


@dataclass(frozen=True)
class Head:
    """A slice of a model's outputs, in the order of the published checkpoints' outputs."""

    sign: str  # without side: "cheek_pore"
    task: str  # "grade": one output a grade; "measurement": one output, the normalised value
    width: int
    scale: float = 1  # measurements: value in units = output x scale
    unit: str = ""  # measurements


@dataclass(frozen=True)
class Model:
    """One checkpoint: `published` is its folder under checkpoint/, `file` its TorchScript file beside the manifest."""

    id: str
    published: str  # "class/1": <class|regression>/<facepart>, with the run's name between them on disk
    file: str
    faceparts: tuple[int, ...]  # right-hand faceparts use the left-hand model
    heads: tuple[Head, ...]

    @property
    def width(self) -> int:
        """The number of outputs."""
        return sum(head.width for head in self.heads)


def _grade(sign: str, width: int) -> Head:
    return Head(sign, "grade", width)


def _measure(sign: str, scale: float, unit: str) -> Head:
    return Head(sign, "measurement", 1, scale, unit)


def _model(region: str, mode: str, faceparts: tuple[int, ...], *heads: Head) -> Model:
    folder = {"class": "grade", "regression": "measure"}[mode]
    first = faceparts[0]
    return Model(f"{folder}/{region}", f"{mode}/{first}", f"{folder}/{first}.pt", faceparts, heads)


_MOISTURE = (100, "corneometer units")
_ELASTICITY = (1, "ratio")

MODELS: tuple[Model, ...] = (
    _model("forehead", "class", (1,), _grade("forehead_pigmentation", 6), _grade("forehead_wrinkle", 9)),
    _model("glabella", "class", (2,), _grade("glabellus_wrinkle", 7)),
    _model("eye-corner", "class", (3, 4), _grade("perocular_wrinkle", 7)),
    _model("cheek", "class", (5, 6), _grade("cheek_pore", 6), _grade("cheek_pigmentation", 6)),
    _model("lips", "class", (7,), _grade("lip_dryness", 5)),
    _model("chin", "class", (8,), _grade("chin_sagging", 7)),
    _model("face", "regression", (0,), _measure("pigmentation_count", 350, "spots")),
    _model(
        "forehead",
        "regression",
        (1,),
        _measure("forehead_moisture", *_MOISTURE),
        _measure("forehead_elasticity_R2", *_ELASTICITY),
    ),
    _model("eye-corner", "regression", (3, 4), _measure("perocular_wrinkle_Ra", 100, "µm")),
    _model(
        "cheek",
        "regression",
        (5, 6),
        _measure("cheek_moisture", *_MOISTURE),
        _measure("cheek_elasticity_R2", *_ELASTICITY),
        _measure("cheek_pore", 3000, "pores"),
    ),
    _model(
        "chin",
        "regression",
        (8,),
        _measure("chin_moisture", *_MOISTURE),
        _measure("chin_elasticity_R2", *_ELASTICITY),
    ),
)


def sha256_of(file: Path) -> str:
    """The SHA-256 of a file, as 64 hex digits."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_manifest(
    out_dir: str | os.PathLike[str],
    name: str = NAME,
    files: Mapping[str, str | os.PathLike[str]] | None = None,
    demo: bool = False,
    min_box_side: int = MIN_BOX_SIDE,
) -> Path:
    """Writes OUT_DIR/NAME.json for TorchScript files that already lie in OUT_DIR, and returns its path.

    files: model id ("grade/forehead") -> file, relative to OUT_DIR or inside it; None: every model under its own
    `file`. Models that `files` does not name are left out. demo marks checkpoints that are for trying only.
    Raises ValueError for an unknown id or a file outside OUT_DIR, OSError where a file cannot be read or written.
    The manifest appears whole or not at all.
    """
    out = Path(out_dir)
    chosen = {model.id: model.file for model in MODELS} if files is None else dict(files)
    unknown = sorted(set(chosen) - {model.id for model in MODELS})
    if unknown:
        raise ValueError(f"files: found {unknown[0]!r}, expected one of {', '.join(m.id for m in MODELS)}")
    manifest: dict[str, Any] = {"format": FORMAT, "name": name}
    if demo:
        manifest["demo"] = True
    manifest["preprocess"] = {**copy.deepcopy(PREPROCESS), "min_box_side": min_box_side}
    manifest["models"] = [_model_entry(out, m, chosen[m.id]) for m in MODELS if m.id in chosen]
    return _write_whole(out / f"{name}.json", json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")


def _model_entry(out: Path, model: Model, file: str | os.PathLike[str]) -> dict[str, Any]:
    path = (out / file).resolve()
    if not path.is_relative_to(out.resolve()):
        raise ValueError(f"{model.id}: found {path}, expected a file inside {out}")
    return {
        "id": model.id,
        "file": path.relative_to(out.resolve()).as_posix(),
        "sha256": sha256_of(path),
        "faceparts": list(model.faceparts),
        "heads": _head_entries(model),
    }


def _head_entries(model: Model) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    offset = 0
    for head in model.heads:
        entry: dict[str, Any] = {"sign": head.sign, "task": head.task, "offset": offset, "width": head.width}
        if head.task == "measurement":
            entry |= {"scale": head.scale, "unit": head.unit}
        entries.append(entry)
        offset += head.width
    return entries


def _write_whole(path: Path, text: str) -> Path:
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
    return path
