#!/usr/bin/env python3
"""The whole protocol once more, in plain Python: what the program must answer for a data set and a manifest.

    reference.py ROOT --models MANIFEST --out DIR

ROOT is a data set in the program layout. DIR gets predictions.jsonl, class_test.txt, regression_test.txt and
summary.json as the program writes them, but for timestamps and what only the program knows. Slow on purpose: OpenCV for
the pixels, eager PyTorch for the networks, no code shared with the C++ library.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from reference_data import Label, Photo, Skip, list_photos, photo_size, read_labels, true_grade, true_measurement
from reference_evaluation import MODES, Outcome, mode_figures
from reference_log import log_lines
from reference_networks import Head, Manifest, Model, crop_outputs, eager_network, ranking, read_manifest, softmax
from reference_tiles import cut_tiles, decode


@dataclass
class Crop:
    """One facepart of one photo: its tiles, or why there are none."""

    photo: Photo
    facepart: int
    label: Label | None
    tiles: list[np.ndarray] | Skip


def crops_of(photos: list[Photo], min_box_side: int) -> Iterator[Crop]:
    """All nine faceparts of each photo. A photo's own trouble comes before its labels' trouble."""
    for photo in photos:
        labels = read_labels(photo)
        picture = decode(photo.file)
        size = photo_size(labels)
        if not isinstance(picture, Skip) and size not in (None, (picture.shape[1], picture.shape[0])):
            picture = Skip("photo-error")
        for facepart, label in labels.items():
            known = label if isinstance(label, Label) else None
            yield Crop(photo, facepart, known, _tiles(picture, facepart, label, min_box_side))


def _tiles(picture: Any, facepart: int, label: Label | Skip, min_box_side: int) -> list[np.ndarray] | Skip:
    if isinstance(picture, Skip):
        return picture
    if isinstance(label, Skip):
        return label
    return Skip("no-box") if label.box is None else cut_tiles(picture, label.box, facepart, min_box_side)


def truth_of(crop: Crop, head: Head) -> float | Skip:
    """The grade, or value / scale, or why the head is not judged: the crop's reason comes first."""
    if isinstance(crop.tiles, Skip):
        return crop.tiles
    assert crop.label is not None
    key = head.key(crop.facepart)
    if head.task == "grade":
        return true_grade(crop.label, key, head.width - 1)
    value = true_measurement(crop.label, key)
    return value if isinstance(value, Skip) else value / head.scale


def outcomes_of(crops: list[Crop], manifest: Manifest) -> list[Outcome]:
    """One outcome a head of every facepart of every photo: by photo, grades and measurements by facepart and head."""
    outputs = {model.id: _outputs(crops, model) for model in manifest.models}
    outcomes = []
    for task in MODES.values():
        for index, crop in enumerate(crops):
            for model in manifest.models_of(crop.facepart, task):
                row = outputs[model.id].get(index)
                outcomes += [_outcome(crop, head, row) for head in model.heads]
    return outcomes


def _outputs(crops: list[Crop], model: Model) -> dict[int, np.ndarray]:
    cut = [i for i, c in enumerate(crops) if c.facepart in model.faceparts and not isinstance(c.tiles, Skip)]
    if not cut:
        return {}
    rows = crop_outputs(eager_network(model), [crops[i].tiles for i in cut])  # type: ignore[misc]
    return dict(zip(cut, rows, strict=True))


def _outcome(crop: Crop, head: Head, outputs: np.ndarray | None) -> Outcome:
    outcome = Outcome(crop.photo.id, crop.facepart, head.key(crop.facepart), head.task, head.item, head.scale)
    truth = truth_of(crop, head)
    if isinstance(truth, Skip):
        outcome.skipped = truth.reason
        return outcome
    assert outputs is not None
    outcome.truth = truth
    logits = outputs[head.offset : head.offset + head.width]
    if head.task == "grade":
        outcome.logits = tuple(logits.tolist())
        outcome.probabilities = tuple(softmax(logits))
        outcome.ranking = tuple(ranking(logits))
    else:
        outcome.value = float(logits[0])
    return outcome


def prediction_line(outcome: Outcome) -> dict[str, Any]:
    """A line of predictions.jsonl."""
    names = ("photo", "facepart", "key", "task")
    line: dict[str, Any] = {name: getattr(outcome, name) for name in names}
    if outcome.skipped is not None:
        return line | {"skipped": outcome.skipped}
    if outcome.task == "grade":
        line |= {"grade": outcome.grade, "top3": outcome.ranking[:3], "probabilities": outcome.probabilities}
        return line | {"logits": outcome.logits, "truth": outcome.truth}
    return line | {"value": outcome.value, "units": outcome.value * outcome.scale, "truth": outcome.truth}


def write_all(photos: list[Photo], outcomes: list[Outcome], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    by_photo = defaultdict(list)
    for outcome in outcomes:
        by_photo[outcome.photo].append(outcome)
    lines = [json.dumps(prediction_line(outcome)) + "\n" for photo in photos for outcome in by_photo[photo.id]]
    (out / "predictions.jsonl").write_text("".join(lines), encoding="utf-8")
    for mode in MODES:
        text = "".join(line.text + "\n" for line in log_lines(photos, outcomes, mode))
        (out / f"{mode}_test.txt").write_text(text, encoding="utf-8")
    summary = {"format": 1, "modes": {mode: mode_figures(outcomes, mode) for mode in MODES}}
    (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("root", metavar="ROOT", type=Path)
    parser.add_argument("--models", metavar="MANIFEST", type=Path, required=True)
    parser.add_argument("--out", metavar="DIR", type=Path, required=True)
    options = parser.parse_args()
    photos = list_photos(options.root)
    manifest = read_manifest(options.models)
    crops = list(crops_of(photos, manifest.min_box_side))
    write_all(photos, outcomes_of(crops, manifest), options.out)
    print(options.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
