"""Small but true TorchScript models and a small drawn data set, shared by the tests of this folder."""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "models"))

import nia_2023  # noqa: E402


@dataclass(frozen=True)
class Outcome:
    status: int
    out: str
    err: str


class SmallNetwork(torch.nn.Module):
    """N x 3 x 128 x 128 -> N x width: enough of a network to be loaded, frozen and run."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.convolution = torch.nn.Conv2d(3, 8, 3, stride=4)
        self.norm = torch.nn.BatchNorm2d(8)
        self.linear = torch.nn.Linear(8, width)

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return self.linear(torch.relu(self.norm(self.convolution(tiles))).mean((2, 3)))


def save_script(network: torch.nn.Module, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.trace(network.eval(), torch.rand(1, 3, 128, 128)), str(file))


def write_models(folder: Path) -> Path:
    """Eleven small networks in the published layout; answers the manifest."""
    torch.manual_seed(0)
    for model in nia_2023.MODELS:
        save_script(SmallNetwork(model.width), folder / model.file)
    return nia_2023.write_manifest(folder, "small")


@pytest.fixture(scope="session")
def program() -> Path:
    named = os.environ.get("SKINGAUGE_PROGRAM")
    if not named or not Path(named).is_file():
        pytest.skip("SKINGAUGE_PROGRAM names no program")
    return Path(named)


@pytest.fixture(scope="session")
def run(program: Path):
    def run(*arguments: object, **options: object) -> Outcome:
        command = [str(program), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, **options)
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def drawn(run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data set of two photographs; tests copy it before they break it."""
    root = tmp_path_factory.mktemp("data") / "drawn"
    made = run("dataset", "synthesize", root, "--subjects", 1, "--photos-per-subject", 2, "--no-awkward", "--seed", 11)
    assert made.status == 0, made.err
    return root


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return write_models(tmp_path / "models")
