"""The reference's data, tiles and networks, on what can be worked out by hand."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import reference_networks
import torch
import torchvision
from reference import Crop, outcomes_of
from reference_data import (
    Label,
    Photo,
    Skip,
    list_photos,
    published_split,
    read_label,
    read_labels,
    true_grade,
    true_measurement,
)
from reference_tiles import crop_reason, cut_tiles

PHOTO = Photo("0120_01_Ft", Path("0120_01_Ft.jpg"), "0120", 1, "Ft")


# Listing and splits


def test_photos_are_listed_in_natural_order(tmp_path: Path) -> None:
    for name in ("01/10/10_01_F", "01/2/2_01_L30", "01/2/2_01_L15", "01/2/2_01_Ft", "01/2/2_01_F", "02/1/1_02_F"):
        (tmp_path / "img" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "img" / f"{name}.jpg").touch()
    ids = [photo.id for photo in list_photos(tmp_path)]
    assert ids == ["2_01_F", "2_01_Ft", "2_01_L15", "2_01_L30", "10_01_F", "1_02_F"]


@pytest.mark.parametrize(
    ("n", "sizes"), [(13_936, (11_149, 1_394, 1_393)), (10, (8, 1, 1)), (9, (8, 1, 0)), (1, (1, 0, 0)), (0, (0, 0, 0))]
)
def test_published_split_has_the_published_sizes(n: int, sizes: tuple[int, ...]) -> None:
    photos = [Photo(str(i), Path(), "", 1, "F") for i in range(n)]
    parts = published_split(photos)
    assert tuple(len(part) for part in parts.values()) == sizes
    assert sorted(int(photo.id) for part in parts.values() for photo in part) == list(range(n))


# Labels


def label_json(**changes: Any) -> dict[str, Any]:
    images = {"device": 0, "width": 2136, "height": 3216, "angle": 1, "facepart": 5, "bbox": [10, 20, 300, 400]}
    return {"images": images | changes.pop("images", {}), "annotations": {}, "equipment": {}} | changes


def written(folder: Path, content: Any, facepart: int = 5) -> Path:
    file = folder / f"0120_01_Ft_{facepart:02}.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


@pytest.mark.parametrize(
    ("corners", "box"),
    [
        ([10, 20, 300, 400], (10, 20, 300, 400)),
        ([300, 20, 10, 400], (10, 20, 300, 400)),
        ([300, 400, 10, 20], (10, 20, 300, 400)),
        ([10.9, 20.1, 300.9, 400], (10, 20, 300, 400)),
        ([-0.9, 0, 5, 5], (0, 0, 5, 5)),
        (None, None),
    ],
)
def test_box_is_sorted_and_truncated(tmp_path: Path, corners: Any, box: Any) -> None:
    assert read_label(written(tmp_path, label_json(images={"bbox": corners}))).box == box


BROKEN = [
    "{",
    "[]",
    "\ufeff{}",
    json.dumps(label_json()) + "x",
    label_json(images={"facepart": 9}),
    label_json(images={"facepart": "5"}),
    label_json(images={"bbox": [1, 2, 3]}),
    label_json(images={"bbox": [1, 2, 3, "4"]}),
    label_json(images={"bbox": [1, 2, 3, 1e300]}),
    label_json(images={"bbox": [1, 2, 3, float("nan")]}),
    label_json(annotations=3),
]


@pytest.mark.parametrize("content", BROKEN, ids=[json.dumps(content)[:60] for content in BROKEN])
def test_unusable_label_is_an_error_of_the_facepart_in_its_name(tmp_path: Path, content: Any) -> None:
    photo = Photo("0120_01_Ft", Path(), "0120", 1, "Ft", [written(tmp_path, content)])
    labels = read_labels(photo)
    assert labels[5] == Skip("label-error")
    assert labels[6] == Skip("no-label")


def test_json_facepart_counts_not_the_name(tmp_path: Path) -> None:
    photo = Photo("0120_01_Ft", Path(), "0120", 1, "Ft", [written(tmp_path, label_json(), facepart=6)])
    labels = read_labels(photo)
    assert isinstance(labels[5], Label)
    assert labels[6] == Skip("no-label")


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (0, 0),
        (5, 5),
        (6, Skip("value-invalid")),
        (-1, Skip("value-invalid")),
        (2.5, Skip("value-invalid")),
        ("3", Skip("value-invalid")),
        (True, Skip("value-invalid")),
        (None, Skip("no-value")),
        ("", Skip("no-value")),
    ],
)
def test_true_grade(value: Any, truth: Any) -> None:
    assert true_grade(Label(5, None, None, {"l_cheek_pore": value}, None), "l_cheek_pore", 5) == truth


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        (629, 629),
        (71.5, 71.5),
        ("Er", Skip("instrument-error")),
        (None, Skip("no-value")),
        ("", Skip("no-value")),
        ("12,3", Skip("value-invalid")),
        (float("nan"), Skip("value-invalid")),
        (False, Skip("value-invalid")),
    ],
)
def test_true_measurement(value: Any, truth: Any) -> None:
    assert true_measurement(Label(5, None, None, None, {"l_cheek_pore": value}), "l_cheek_pore") == truth


def test_null_block_and_absent_key() -> None:
    assert true_grade(Label(5, None, None, None, {}), "l_cheek_pore", 5) == Skip("no-block")
    assert true_measurement(Label(5, None, None, {}, {}), "l_cheek_pore") == Skip("no-value")


# Tiles


def ramp(width: int, height: int) -> np.ndarray:
    """A picture whose blue grows to the right and whose green grows downwards."""
    x, y = np.meshgrid(np.linspace(0, 255, width), np.linspace(0, 255, height))
    return np.dstack([x, y, np.full_like(x, 77)]).astype(np.uint8)


@pytest.mark.parametrize(
    ("width", "height", "tiles", "painted"),
    [
        (640, 640, 1, (128, 128)),
        (1280, 640, 1, (128, 64)),  # height 64 is not thin
        (1280, 639, 2, (256, 126)),  # 63.9 is truncated: thin
        (640, 1280, 1, (64, 128)),
        (639, 1280, 2, (126, 256)),
        (50, 700, 2, (18, 256)),
        (100, 100, 1, (128, 128)),
    ],
)
def test_tiles_of_a_crop(width: int, height: int, tiles: int, painted: tuple[int, int]) -> None:
    cut = cut_tiles(ramp(1400, 1400), (7, 9, 7 + width, 9 + height), 5, 50)
    assert len(cut) == tiles
    assert all(tile.shape == (128, 128, 3) for tile in cut)
    whole = cut[0] if tiles == 1 else np.concatenate(cut, axis=1 if width > height else 0)
    rows, columns = np.nonzero(whole[:, :, 2])  # red is 77 wherever there is skin
    assert (columns.max() + 1, rows.max() + 1) == painted


def test_whole_face_is_stretched() -> None:
    (tile,) = cut_tiles(ramp(300, 900), (0, 0, 300, 900), 0, 50)
    assert (tile[:, :, 2] == 77).all()


def test_tiles_keep_the_order_blue_green_red() -> None:
    (tile,) = cut_tiles(np.full((64, 64, 3), (1, 2, 3), np.uint8), (0, 0, 64, 64), 8, 50)
    assert (tile == (1, 2, 3)).all()


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        ((0, 0, 50, 50), None),
        ((0, 0, 49, 60), "box-too-small"),
        ((0, 0, 60, 49), "box-too-small"),
        ((5, 5, 5, 60), "box-too-small"),
        ((-1, 0, 60, 60), "box-outside"),
        ((0, 0, 100, 201), "box-outside"),
        ((50, 0, 100, 200), None),
        ((90, 0, 101, 60), "box-outside"),
    ],
)
def test_crop_reason(box: Any, reason: str | None) -> None:
    assert crop_reason(box, (100, 200), 50) == (Skip(reason) if reason else None)


# Networks and outcomes


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> reference_networks.Model:
    """A cheek's grades by a random ResNet-50."""
    torch.manual_seed(5)
    file = tmp_path_factory.mktemp("model") / "5.pt"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        network = torchvision.models.resnet50(num_classes=12).eval()
        torch.jit.save(torch.jit.trace(network, torch.rand(1, 3, 128, 128)), str(file))
    heads = [reference_networks.Head("cheek_pore", "grade", 0, 6, 1)]
    heads += [reference_networks.Head("cheek_pigmentation", "grade", 6, 6, 1)]
    return reference_networks.Model("grade/cheek", file, (5, 6), tuple(heads))


def test_outcomes_add_the_tiles_and_keep_reasons(model: reference_networks.Model) -> None:
    thin = cut_tiles(ramp(900, 900), (0, 0, 900, 100), 5, 50)
    whole = cut_tiles(ramp(900, 900), (0, 0, 900, 900), 6, 50)
    assert isinstance(thin, list)
    labels = [
        Label(5, None, None, {"l_cheek_pore": 4, "l_cheek_pigmentation": None}, None),
        Label(6, None, None, None, None),
    ]
    crops = [Crop(PHOTO, 5, labels[0], thin), Crop(PHOTO, 6, labels[1], whole)]
    crops += [Crop(PHOTO, 6, labels[1], Skip("no-box"))]
    outcomes = outcomes_of(crops, reference_networks.Manifest(50, (model,)))
    assert [(o.key, o.skipped) for o in outcomes] == [
        ("l_cheek_pore", None),
        ("l_cheek_pigmentation", "no-value"),
        ("r_cheek_pore", "no-block"),
        ("r_cheek_pigmentation", "no-block"),
        ("r_cheek_pore", "no-box"),
        ("r_cheek_pigmentation", "no-box"),
    ]
    network = reference_networks.eager_network(model)
    inputs = [torch.from_numpy(tile).permute(2, 0, 1).unsqueeze(0) / 255 for tile in thin]
    with torch.inference_mode():
        expected = sum(network(tile)[0, :6] for tile in inputs)
    torch.testing.assert_close(torch.tensor(outcomes[0].logits), expected, rtol=0, atol=1e-5)
    assert sum(outcomes[0].probabilities) == pytest.approx(1)


def test_ties_go_to_the_lower_grade() -> None:
    assert reference_networks.ranking(np.array([1, 3, 3, 0, 1], np.float32)) == [1, 2, 0, 4, 3]
