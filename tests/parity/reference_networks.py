"""The eleven networks as eager PyTorch, and what their outputs say (protocol, sections 2 and 4)."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torchvision
from reference_tiles import network_input

TILES_AT_ONCE = 16
SIDE_PREFIX = {3: "l_", 4: "r_", 5: "l_", 6: "r_"}
ITEMS = {
    "grade": ("pigmentation", "wrinkle", "sagging", "pore", "dryness"),
    "measurement": ("count", "moisture", "wrinkle", "elasticity", "pore"),
}


def head_id(task: str, key: str) -> str:
    return f"{task}/{key}"


@dataclass(frozen=True)
class Head:
    sign: str  # "cheek_pore"
    task: str  # "grade" or "measurement"
    offset: int
    width: int
    scale: float

    def key(self, facepart: int) -> str:
        """The key in the label files: `cheek_pore` of facepart 6 is `r_cheek_pore`."""
        return SIDE_PREFIX.get(facepart, "") + self.sign

    def id(self, facepart: int) -> str:
        """The head's identity, `grade/r_cheek_pore`: a key alone may be that of a grade and of a measurement."""
        return head_id(self.task, self.key(facepart))

    @property
    def item(self) -> str:
        """What the evaluation pools: pore, wrinkle, ..."""
        return next(item for item in ITEMS[self.task] if item in self.sign.split("_"))


@dataclass(frozen=True)
class Model:
    id: str
    file: Path
    faceparts: tuple[int, ...]
    heads: tuple[Head, ...]


@dataclass(frozen=True)
class Manifest:
    min_box_side: int
    models: tuple[Model, ...]

    def models_of(self, facepart: int, task: str) -> list[Model]:
        return [m for m in self.models if facepart in m.faceparts and m.heads[0].task == task]


def read_manifest(file: Path) -> Manifest:
    """Models and heads of a manifest. The reference knows one preprocessing: that of nia-2023, with any box limit."""
    content = json.loads(file.read_text(encoding="utf-8"))
    steps = content["preprocess"]
    known = {"size": 128, "order": "bgr", "mean": [0, 0, 0], "std": [1, 1, 1], "fit": "longest-side-top-left"}
    known |= {"thin": "double-and-sum", "second_tile": "as-is", "mirror_right": False}
    if any(steps[name] != value for name, value in known.items()) or abs(steps["scale"] * 255 - 1) > 1e-12:
        raise ValueError(f"{file}: preprocess: found {steps}, expected that of nia-2023")
    models = []
    for model in content["models"]:
        heads = [Head(h["sign"], h["task"], h["offset"], h["width"], h.get("scale", 1)) for h in model["heads"]]
        models.append(Model(model["id"], file.parent / model["file"], tuple(model["faceparts"]), tuple(heads)))
    return Manifest(steps["min_box_side"], tuple(models))


def eager_network(model: Model) -> torch.nn.Module:
    """torchvision's ResNet with the weights of the TorchScript file: the graph is PyTorch's, not the file's."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        weights = torch.jit.load(str(model.file), map_location="cpu").state_dict()
    network = resnet_of(weights)
    network.load_state_dict(weights)
    return network.eval()


def resnet_of(weights: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The torchvision ResNet (basic or bottleneck, ResNeXt and wide ones too) that these weights fit."""
    bottleneck = "layer1.0.conv3.weight" in weights
    blocks = [sum(f"layer{i}.{j}.conv1.weight" in weights for j in range(100)) for i in (1, 2, 3, 4)]
    inner = weights["layer1.0.conv2.weight"].shape
    groups = inner[0] // inner[1] if bottleneck else 1
    return torchvision.models.resnet.ResNet(
        torchvision.models.resnet.Bottleneck if bottleneck else torchvision.models.resnet.BasicBlock,
        blocks,
        num_classes=weights["fc.weight"].shape[0],
        groups=groups,
        width_per_group=inner[1] if bottleneck else 64,
    )


def crop_outputs(network: torch.nn.Module, crops: list[list[np.ndarray]]) -> np.ndarray:
    """One row of outputs a crop: the sum over its tiles."""
    tiles = np.stack([tile for crop in crops for tile in crop])
    with torch.inference_mode():
        batches = [network(network_input(tiles[i : i + TILES_AT_ONCE])) for i in range(0, len(tiles), TILES_AT_ONCE)]
    outputs = torch.cat(batches).numpy()
    first = np.cumsum([0] + [len(crop) for crop in crops[:-1]])
    return np.add.reduceat(outputs, first)


def softmax(logits: np.ndarray) -> list[float]:
    return torch.softmax(torch.from_numpy(logits.astype(np.float64)), 0).tolist()


def ranking(logits: np.ndarray) -> list[int]:
    """Grades from the highest score to the lowest; ties to the lower grade."""
    return sorted(range(len(logits)), key=lambda grade: (-float(logits[grade]), grade))
