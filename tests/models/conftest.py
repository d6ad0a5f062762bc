"""Published checkpoints made on the spot: true ResNet-50s with random weights, in the published layout."""

from __future__ import annotations

import copy
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
import torchvision

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "models"))

import nia_2023  # noqa: E402

WRITER = Callable[[str, Any], Path]


@pytest.fixture(scope="session")
def backbone() -> dict[str, torch.Tensor]:
    """A random ResNet-50's state without its last layer; batch norm with statistics of its own."""
    torch.manual_seed(1)
    network = torchvision.models.resnet50(weights=None)
    state = {key: value for key, value in network.state_dict().items() if not key.startswith("fc.")}
    for key, value in state.items():
        if key.endswith("running_mean"):
            value.normal_(0, 0.01)
    return state


@pytest.fixture(scope="session")
def state_of(backbone: dict[str, torch.Tensor]) -> Callable[[int], dict[str, torch.Tensor]]:
    """A new state dict with this many outputs; the tensors of the backbone are shared."""

    def make(outputs: int) -> dict[str, torch.Tensor]:
        generator = torch.Generator().manual_seed(outputs)
        head = torch.randn(outputs, 2048, generator=generator) * 0.02
        return {**backbone, "fc.weight": head, "fc.bias": torch.randn(outputs, generator=generator)}

    return make


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory, state_of: Callable[[int], Any]) -> Iterator[Path]:
    """All eleven checkpoints as published, in checkpoint/<mode>/run/<facepart>/state_dict.bin."""
    root = tmp_path_factory.mktemp("published")
    for model in nia_2023.MODELS:
        mode, facepart = model.published.split("/")
        folder = root / "checkpoint" / mode / "run" / facepart
        folder.mkdir(parents=True)
        losses = {"pore": 0.5, "wrinkle": float("inf")}
        torch.save({"model_state": state_of(model.width), "epoch": 7, "best_loss": losses}, folder / "state_dict.bin")
    yield root
    shutil.rmtree(root)  # a gigabyte that pytest would keep


@pytest.fixture(autouse=True)
def leave_nothing(tmp_path: Path) -> Iterator[None]:
    """Checkpoints are large, and pytest would keep those of three runs."""
    yield
    shutil.rmtree(tmp_path)


@pytest.fixture
def published_with(published: Path, tmp_path: Path) -> WRITER:
    """The same files (linked) but for one: a writer (`class/1`, content) -> SOURCE; bytes are written as they are."""

    def write(which: str, content: Any) -> Path:
        source = tmp_path / "source"
        for file in published.rglob("state_dict.bin"):
            link = source / file.relative_to(published)
            link.parent.mkdir(parents=True)
            link.symlink_to(file)
        mode, facepart = which.split("/")
        bad = source / "checkpoint" / mode / "run" / facepart / "state_dict.bin"
        bad.unlink(missing_ok=True)
        bad.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            bad.write_bytes(content)
        elif content is not None:
            torch.save(copy.copy(content), bad)
        return source

    return write
