"""The crops that the demo networks learn from: what `skingauge dataset tiles` writes, and how it maps to outputs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

import nia_2023
from nia_2023 import Head, Model


@dataclass(frozen=True)
class Output:
    """One head, and where its outputs lie among those of all eleven models, one behind the other."""

    model: Model
    head: Head
    offset: int

    @property
    def columns(self) -> slice:
        return slice(self.offset, self.offset + self.head.width)

    def key(self, facepart: int) -> str:
        """The head's key in the label of this facepart."""
        side = {3: "l_", 4: "r_", 5: "l_", 6: "r_"}.get(facepart, "")
        return side + self.head.sign


def list_outputs() -> list[Output]:
    """All heads of all models, in the manifest's order."""
    outputs: list[Output] = []
    offset = 0
    for model in nia_2023.MODELS:
        for head in model.heads:
            outputs.append(Output(model, head, offset))
            offset += head.width
    return outputs


OUTPUTS = list_outputs()
WIDTH = OUTPUTS[-1].offset + OUTPUTS[-1].head.width


@dataclass
class Crops:
    """All crops of a data set. tiles: N x 3 x 128 x 128 bytes (B, G, R); a crop has one tile, or two."""

    tiles: torch.Tensor  # in the order of the crops
    count: torch.Tensor  # crop -> its number of tiles
    facepart: torch.Tensor
    truth: torch.Tensor  # crop x head: grade or normalised value; NaN: not judged, or another facepart's head


def read_crops(folder: Path) -> Crops:
    """What `dataset tiles` has written, wholly in memory. Raises ValueError where its two files do not fit together."""
    lines = [json.loads(line) for line in (folder / "tiles.jsonl").read_text(encoding="utf-8").splitlines()]
    side = nia_2023.TILE_SIDE
    pixels = np.fromfile(folder / "tiles.bin", dtype=np.uint8).reshape(-1, side, side, 3)
    truth = np.full((len(lines), len(OUTPUTS)), np.nan, dtype=np.float32)
    for row, line in enumerate(lines):
        for column, output in enumerate(OUTPUTS):
            if line["facepart"] in output.model.faceparts:
                values = line["grades" if output.head.task == "grade" else "measurements"]
                truth[row, column] = values.get(output.key(line["facepart"]), np.nan)
    count, facepart = (torch.tensor([line[key] for line in lines]) for key in ("tiles", "facepart"))
    if count.sum() != len(pixels):
        raise ValueError(f"{folder}: tiles.bin holds {len(pixels)} tiles, tiles.jsonl lists {int(count.sum())}")
    return Crops(torch.from_numpy(pixels).permute(0, 3, 1, 2), count, facepart, torch.from_numpy(truth))
