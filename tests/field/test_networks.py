"""TorchScript files as they were met in the field. `predict`, `validate` and `models verify` agree on each of them."""

from __future__ import annotations

import warnings
from pathlib import Path

import nia_2023
import pytest
import torch
from system.conftest import SmallNetwork, save_script
from torch import nn

LIPS = next(model for model in nia_2023.MODELS if model.file == "grade/7.pt")


class WithDropout(SmallNetwork):
    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        features = torch.relu(self.norm(self.convolution(tiles))).mean((2, 3))
        return self.linear(nn.functional.dropout(features, 0.5, self.training))


class WithoutStatistics(SmallNetwork):
    def __init__(self, width: int) -> None:
        super().__init__(width)
        self.norm = nn.BatchNorm2d(8, track_running_stats=False)


class MixingTheBatch(SmallNetwork):
    """reshape(1, C, -1) lays all tiles of a batch side by side; the mean is then over all of them."""

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        features = torch.relu(self.norm(self.convolution(tiles)))
        count = tiles.shape[0]
        mixed = features.permute(1, 0, 2, 3).reshape(1, 8, -1).mean(2)
        return self.linear(mixed).expand(count, -1)


class OneTileAlone(SmallNetwork):
    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return self.linear(torch.relu(self.norm(self.convolution(tiles))).mean((2, 3)).view(1, 8))


class WithSoftmax(SmallNetwork):
    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return super().forward(tiles).softmax(1)


def spiced(network: nn.Module) -> nn.Module:
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d) and module.track_running_stats:
            module.running_mean.normal_(0.2, 0.1)
            module.running_var.uniform_(0.5, 2.0)
    return network


def save_in_training_mode(network: nn.Module, file: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.trace(network.train(), torch.rand(2, 3, 128, 128), check_trace=False), str(file))


def save_optimized(network: nn.Module, file: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        traced = torch.jit.trace(network.eval(), torch.rand(1, 3, 128, 128))
        torch.jit.save(torch.jit.optimize_for_inference(torch.jit.freeze(traced)), str(file))


@pytest.fixture
def with_network(run, manifest: Path, drawn: Path, tmp_path: Path):
    """All three commands with this network of the lips in the place of the small one."""

    def with_network(network: nn.Module, save=save_script):
        torch.manual_seed(7)
        save(spiced(network), manifest.parent / LIPS.file)
        listed = nia_2023.write_manifest(manifest.parent, "field")
        photo = sorted(drawn.glob("img/*/*/*.jpg"))[0]
        return (run("models", "verify", listed),
                run("predict", photo, "--models", listed, "--labels", drawn / "label"),
                run("validate", drawn, "--models", listed, "--out", tmp_path / "out", "--rounds", 0, "--split", "all"))  # fmt: skip

    return with_network


@pytest.mark.parametrize(("kind", "save", "code"), [
    (WithDropout, save_in_training_mode, "model-training"),
    (SmallNetwork, save_in_training_mode, "model-training"),
    (WithoutStatistics, save_script, "model-"),
    (MixingTheBatch, save_script, "model-inconsistent"),
], ids=["active dropout", "traced in training mode", "no running statistics", "reshape(1, C, -1)"])  # fmt: skip
def test_network_whose_outputs_are_not_its_tiles_alone_is_refused_by_all(with_network, kind, save, code: str) -> None:
    for done in with_network(kind(LIPS.width), save):
        assert done.status == 4, done.out + done.err
        assert code in done.out + done.err
        assert LIPS.file in done.out + done.err or LIPS.id in done.out + done.err


def test_network_for_single_tiles_has_the_same_verdict_everywhere(with_network) -> None:
    assert len({done.status for done in with_network(OneTileAlone(LIPS.width))}) == 1


def test_softmax_inside_is_hinted_at_by_all(with_network) -> None:
    for done in with_network(WithSoftmax(LIPS.width)):
        assert done.status == 0, done.err
        assert "softmax" in done.out + done.err


def test_file_of_optimize_for_inference_is_named_as_such(with_network) -> None:
    for done in with_network(SmallNetwork(LIPS.width), save_optimized):
        assert done.status == 4
        assert "optimize_for_inference" in done.out + done.err


def test_scripted_network_runs_fused(run, manifest: Path) -> None:
    from torchvision.models import resnet18

    torch.manual_seed(7)
    network = spiced(resnet18(num_classes=LIPS.width)).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(network), str(manifest.parent / LIPS.file))
    listed = nia_2023.write_manifest(manifest.parent, "field")
    done = run("models", "verify", listed, "--engine", "fused", "--device", "cpu")
    assert "aten::size" not in done.out + done.err
    assert done.status == 0, done.out + done.err
