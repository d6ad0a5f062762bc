"""From a box in a photograph to the network's input (protocol, section 3), with OpenCV, step by step."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import torch
from reference_data import Box, Skip

SIDE = 128
WHOLE_FACE = 0


def decode(file: Path) -> np.ndarray | Skip:
    """The photograph as height x width x 3 bytes B, G, R, upright."""
    picture = cv2.imdecode(np.fromfile(file, np.uint8), cv2.IMREAD_COLOR) if file.stat().st_size else None
    return Skip("photo-error") if picture is None else picture


def crop_reason(box: Box, size: tuple[int, int], min_box_side: int) -> Skip | None:
    """Why this box in a photograph of this size (width, height) is left out. An empty box is a small one."""
    x1, y1, x2, y2 = box
    width, height = x2 - x1, y2 - y1
    if width == 0 or height == 0:
        return Skip("box-too-small")
    if x1 < 0 or y1 < 0 or x2 > size[0] or y2 > size[1]:
        return Skip("box-outside")
    longest = max(width, height)
    vanishes = width * SIDE < longest or height * SIDE < longest
    return Skip("box-too-small") if min(width, height) < min_box_side or vanishes else None


def cut_tiles(photo: np.ndarray, box: Box, facepart: int, min_box_side: int) -> list[np.ndarray] | Skip:
    """One or two tiles of 128 x 128 x 3 bytes."""
    reason = crop_reason(box, (photo.shape[1], photo.shape[0]), min_box_side)
    if reason:
        return reason
    x1, y1, x2, y2 = box
    crop = photo[y1:y2, x1:x2]
    if facepart == WHOLE_FACE:
        return [cv2.resize(crop, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)]

    r = max(crop.shape[:2]) / SIDE
    width, height = int(crop.shape[1] / r), int(crop.shape[0] / r)
    crop = cv2.resize(crop, (width, height), interpolation=cv2.INTER_LINEAR)
    if height < SIDE // 2:
        canvas = _paste(_twice(crop), SIDE, 2 * SIDE)
        return [canvas[:, :SIDE], canvas[:, SIDE:]]
    if width < SIDE // 2:
        canvas = _paste(_twice(crop), 2 * SIDE, SIDE)
        return [canvas[:SIDE], canvas[SIDE:]]
    return [_paste(crop, SIDE, SIDE)]


def network_input(tiles: np.ndarray) -> torch.Tensor:
    """N x 128 x 128 x 3 bytes -> N x 3 x 128 x 128 float32 in [0, 1]; the channels stay B, G, R."""
    return torch.from_numpy(np.ascontiguousarray(tiles.transpose(0, 3, 1, 2))).float() / 255


def _twice(crop: np.ndarray) -> np.ndarray:
    height, width = crop.shape[:2]
    return cv2.resize(crop, (2 * width, 2 * height), interpolation=cv2.INTER_LINEAR)


def _paste(crop: np.ndarray, height: int, width: int) -> np.ndarray:
    canvas = np.zeros((height, width, 3), np.uint8)
    canvas[: crop.shape[0], : crop.shape[1]] = crop
    return canvas
