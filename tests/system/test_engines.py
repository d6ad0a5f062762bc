"""Fused networks beside TorchScript, int8 and prepared networks, through the program."""

from __future__ import annotations

import json
from pathlib import Path

import nia_2023
import pytest
import torch
import torchvision
from conftest import save_script, write_models

CHEEK = next(model for model in nia_2023.MODELS if model.id == "grade/cheek")


def replace_cheek(folder: Path, network: torch.nn.Module) -> Path:
    """The small models with another network for the cheek's grades; answers the manifest."""
    write_models(folder)
    save_script(network, folder / CHEEK.file)
    return nia_2023.write_manifest(folder, "mixed")


def resnet(make, seed: int = 5) -> torch.nn.Module:
    """A torchvision ResNet whose batch norms do something."""
    torch.manual_seed(seed)
    network = make(num_classes=CHEEK.width)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.6, 1.4)
            module.weight.data.uniform_(0.7, 1.1)
            module.bias.data.uniform_(-0.1, 0.1)
    return network


class Squashed(torch.nn.Module):
    """Ends with a layer that no Network has."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = torch.nn.Linear(3, CHEEK.width)

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.linear(tiles.mean((2, 3))))


def verified(run, manifest: Path, *arguments: object) -> dict:
    done = run("models", "verify", manifest, "--format", "json", "--quiet", *arguments)
    assert done.status == 0, done.err
    return {model["id"]: model for model in json.loads(done.out)["models"]}


def answers(run, drawn: Path, manifest: Path, out: Path, *arguments: object) -> dict[tuple, list[float]]:
    done = run("validate", drawn, "--models", manifest, "--out", out, "--logits", "--quiet", "--rounds", 0, *arguments)
    assert done.status == 0, done.err
    lines = [json.loads(line) for line in (out / "predictions.jsonl").read_text().splitlines()]
    judged = [line for line in lines if "skipped" not in line]
    return {(one["photo"], one["facepart"], one["key"], one["task"]): one.get("logits") or [one["value"]] for one in judged}


def farthest(one: dict[tuple, list[float]], other: dict[tuple, list[float]]) -> float:
    assert one.keys() == other.keys() and one
    return max(abs(a - b) for key in one for a, b in zip(one[key], other[key], strict=True))


@pytest.fixture(scope="module")
def resnet18(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return replace_cheek(tmp_path_factory.mktemp("resnet18") / "models", resnet(torchvision.models.resnet18))


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "resnext50_32x4d"])
def test_torchvision_resnets_run_fused(run, tmp_path: Path, name: str) -> None:
    manifest = replace_cheek(tmp_path, resnet(getattr(torchvision.models, name)))
    assert verified(run, manifest, "--engine", "fused")[CHEEK.id]["engine"] == "fused"


def test_a_module_that_cannot_be_lowered_runs_as_torchscript_and_says_why(run, tmp_path: Path) -> None:
    manifest = replace_cheek(tmp_path, Squashed())
    model = verified(run, manifest)[CHEEK.id]
    assert model["engine"] == "torchscript"
    assert "runs as TorchScript" in model["note"]
    done = run("models", "verify", manifest, "--engine", "fused", "--quiet")
    assert done.status == 4
    assert "cannot run fused" in done.err


@pytest.mark.parametrize("arguments", [("--batch", 1), ("--batch", 16, "--threads", 2), ("--in-flight", 1)], ids=str)
def test_engines_answer_the_same_whatever_the_batch(run, drawn: Path, resnet18: Path, tmp_path: Path, arguments: tuple) -> None:
    expected = answers(run, drawn, resnet18, tmp_path / "a", "--engine", "torchscript")
    found = answers(run, drawn, resnet18, tmp_path / "b", "--engine", "fused", *arguments)
    assert farthest(expected, found) < 1e-3


def test_int8_wants_ranges_and_runs_with_those_of_calibrate(run, drawn: Path, resnet18: Path, tmp_path: Path) -> None:
    photo = next(drawn.rglob("*.jpg"))
    labels = drawn / "label"
    refused = run("predict", photo, "--models", resnet18, "--labels", labels, "--precision", "int8", "--quiet")
    if "VNNI" in refused.err:
        pytest.skip("this CPU has no 8-bit dot products")
    assert refused.status == 4
    assert "models calibrate" in refused.err
    ranges = tmp_path / "ranges.json"
    made = run("models", "calibrate", resnet18, drawn, "--out", ranges, "--tiles", 4, "--quiet")
    assert made.status == 0, made.err
    expected = answers(run, drawn, resnet18, tmp_path / "a", "--mode", "class")
    found = answers(run, drawn, resnet18, tmp_path / "b", "--mode", "class", "--precision", "int8", "--int8-ranges", ranges)
    assert 0 < farthest(expected, found) < 0.5


def test_a_prepared_network_starts_without_its_checkpoint_and_damage_is_made_good(run, drawn: Path, tmp_path: Path) -> None:
    manifest = replace_cheek(tmp_path / "models", resnet(torchvision.models.resnet18))
    cache = tmp_path / "cache"
    flags = ("--cache", cache, "--batch", 1)  # tiles that travel together by chance may differ in the last bits
    first = answers(run, drawn, manifest, tmp_path / "a", *flags)
    assert len(list(cache.iterdir())) == len(nia_2023.MODELS)
    checkpoint = manifest.parent / CHEEK.file
    hidden = checkpoint.rename(checkpoint.with_suffix(".hidden"))
    assert answers(run, drawn, manifest, tmp_path / "b", *flags) == first
    hidden.rename(checkpoint)
    for file in cache.iterdir():
        content = bytearray(file.read_bytes())
        content[-1] ^= 1
        file.write_bytes(content)
    assert answers(run, drawn, manifest, tmp_path / "c", *flags) == first


def test_a_network_that_fails_its_check_is_not_prepared(run, drawn: Path, tmp_path: Path) -> None:
    spoilt = resnet(torchvision.models.resnet18)
    spoilt.fc.weight.data[0, 0] = float("nan")
    manifest = replace_cheek(tmp_path / "models", spoilt)
    cache = tmp_path / "cache"
    for out in ("first", "second"):
        done = run("validate", drawn, "--models", manifest, "--out", tmp_path / out, "--cache", cache, "--quiet")
        assert done.status == 4, done.err
        assert "not finite" in done.err


def test_a_network_that_fails_on_a_tile_says_what_failed(run, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    write_models(folder)
    five = torch.nn.Sequential(torch.nn.Conv2d(5, 8, 3), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(8, CHEEK.width))
    torch.jit.save(torch.jit.trace(five.eval(), torch.rand(1, 5, 128, 128)), str(folder / CHEEK.file))
    manifest = nia_2023.write_manifest(folder, "five channels")
    done = run("models", "verify", manifest, "--engine", "torchscript", "--device", "cpu", "--quiet")
    assert done.status == 4
    assert "to have 5 channels, but got 3" in done.out + done.err
    assert "TorchScript interpreter" not in done.out + done.err
