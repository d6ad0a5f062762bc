"""Networks as people export them: each runs fused or says why not, and gives what eager PyTorch gives."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import cv2
import nia_2023
import numpy as np
import pytest
import torch
import torchvision
from conftest import write_models
from test_engines import CHEEK, verified
from torch import nn
from torch.nn import functional
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

WIDTH = CHEEK.width
TILE = torch.rand(1, 3, 128, 128)


def spiced(network: nn.Module, seed: int = 5) -> nn.Module:
    """In evaluation mode, with norms that do something."""
    torch.manual_seed(seed)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d | nn.BatchNorm1d) and module.track_running_stats:
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.6, 1.4)
            module.weight.data.uniform_(0.7, 1.1)
            module.bias.data.uniform_(-0.1, 0.1)
    return network.eval()


def small_resnet(**options: object) -> nn.Module:
    torch.manual_seed(3)
    return spiced(ResNet(BasicBlock, [1, 1, 1, 1], num_classes=WIDTH, **options))


def backbone() -> nn.Sequential:
    return nn.Sequential(*list(small_resnet().children())[:-1])


class Headed(nn.Module):
    """A backbone and a head of its own."""

    def __init__(self, *head: nn.Module) -> None:
        super().__init__()
        self.backbone = backbone()
        self.head = nn.Sequential(*head)

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return self.head(self.backbone(tiles))


class Normalised(nn.Module):
    """Takes mean and deviation of ImageNet off its input itself."""

    def __init__(self) -> None:
        super().__init__()
        self.network = small_resnet()
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).view(1, 3, 1, 1))

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return self.network((tiles - self.mean) / self.std)


class PreActivation(nn.Module):
    """Norm and ReLU (in place) come before a block's convolutions."""

    def __init__(self, inplace: bool) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 7, stride=4, padding=3)
        self.norms = nn.ModuleList(nn.BatchNorm2d(16) for _ in range(4))
        self.convolutions = nn.ModuleList(nn.Conv2d(16, 16, 3, padding=1, bias=False) for _ in range(4))
        self.relu = nn.ReLU(inplace=inplace)
        self.last = nn.BatchNorm2d(16)
        self.fc = nn.Linear(16, WIDTH)

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        x = self.stem(tiles)
        for i in (0, 2):
            y = self.convolutions[i](self.relu(self.norms[i](x)))
            x = x + self.convolutions[i + 1](self.relu(self.norms[i + 1](y)))
        return self.fc(self.relu(self.last(x)).mean((2, 3)))


class InPlaceSums(nn.Module):
    """Blocks that add to their input where it lies, which is read again under its old name."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 7, stride=4, padding=3)
        self.first = nn.Conv2d(16, 16, 3, padding=1)
        self.second = nn.Conv2d(16, 16, 3, padding=1)
        self.fc = nn.Linear(16, WIDTH)

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        x = self.stem(tiles)
        y = torch.relu(self.first(x))
        x += y
        z = self.second(y)
        z += x
        x += 0.5
        return self.fc((torch.relu(z) + x).mean((2, 3)))


class Squeezing(nn.Module):
    """A residual network with squeeze and excitation."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 16, 7, stride=4), nn.BatchNorm2d(16), nn.ReLU())
        self.squeeze = torchvision.ops.SqueezeExcitation(16, 4)
        self.fc = nn.Linear(16, WIDTH)

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return self.fc(self.squeeze(self.stem(tiles)).mean((2, 3)))


class Viewed(nn.Module):
    """Flattens by a view whose first size is asked of the batch."""

    def __init__(self, old: bool = False) -> None:
        super().__init__()
        self.backbone = backbone()
        self.fc = nn.Linear(512, WIDTH)
        self.old = old

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        x = self.backbone(tiles)
        x = x.view(x.size(0), -1)
        return torch.addmm(self.fc.bias, x, self.fc.weight.t()) if self.old else self.fc(x)


class WritingOverItsInput(nn.Module):
    """Scales its input where it lies, and asks for a device and a type that it has."""

    def __init__(self) -> None:
        super().__init__()
        self.network = small_resnet()

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        tiles -= 0.25
        tiles *= 2.0
        return self.network(tiles.to(torch.device("cpu")).float())


class Asking(nn.Module):
    """Scripted code with a loop, an assertion and a branch, none of which depends on a tile's contents."""

    def __init__(self) -> None:
        super().__init__()
        self.network = small_resnet()
        self.scale = 1.0

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        assert tiles.dim() == 4, "expected a batch"
        if tiles.shape[1] == 1:
            tiles = tiles.repeat(1, 3, 1, 1)
        for _ in range(2):
            tiles = tiles * self.scale
        return self.network(tiles)


def traced(network: nn.Module, tiles: torch.Tensor = TILE) -> torch.jit.ScriptModule:
    return torch.jit.trace(network, tiles, check_trace=False)


def frozen(network: nn.Module) -> torch.jit.ScriptModule:
    return torch.jit.freeze(traced(network))


def as_half(network: nn.Module) -> torch.jit.ScriptModule:
    return traced(copy.deepcopy(network).half().float()).half()


def frozen_half(network: nn.Module) -> torch.jit.ScriptModule:
    return torch.jit.freeze(as_half(network))


def as_bfloat16(network: nn.Module) -> torch.jit.ScriptModule:
    return traced(copy.deepcopy(network)).bfloat16()


def channels_last(network: nn.Module) -> torch.jit.ScriptModule:
    return traced(copy.deepcopy(network).to(memory_format=torch.channels_last), TILE.to(memory_format=torch.channels_last))


def parallel(network: nn.Module) -> torch.jit.ScriptModule:
    return traced(nn.DataParallel(network).module)


def group_norm(channels: int) -> nn.Module:
    return nn.GroupNorm(8, channels)


def mlp_head() -> nn.Module:
    return spiced(Headed(nn.Flatten(), nn.Linear(512, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, WIDTH)))


def without_bias() -> nn.Module:
    network = small_resnet()
    network.fc = nn.Linear(512, WIDTH, bias=False)
    return network


SCRIPT = torch.jit.script
FUSED = ""  # else what the note must name
# the network, how it is exported, why it does not run fused, and how far weights of its own type put it off
VARIANTS: dict[str, tuple[Callable, Callable, str, float]] = {
    "traced": (small_resnet, traced, FUSED, 1e-5),
    "scripted": (small_resnet, SCRIPT, FUSED, 1e-5),
    "frozen": (small_resnet, frozen, FUSED, 1e-5),
    "frozen-scripted": (small_resnet, lambda n: torch.jit.freeze(SCRIPT(n)), FUSED, 1e-5),
    "channels-last": (small_resnet, channels_last, FUSED, 1e-5),
    "half": (small_resnet, as_half, FUSED, 2e-3),
    "frozen-half": (small_resnet, frozen_half, FUSED, 2e-3),
    "bfloat16": (small_resnet, as_bfloat16, FUSED, 2e-2),
    "double": (small_resnet, lambda n: traced(copy.deepcopy(n)).double(), FUSED, 1e-5),
    "data-parallel": (small_resnet, parallel, FUSED, 1e-5),
    "scripted-in-training": (small_resnet, lambda n: SCRIPT(copy.deepcopy(n).train()), FUSED, 1e-5),
    "sequential": (lambda: Headed(nn.Flatten(), nn.Linear(512, WIDTH)), traced, FUSED, 1e-5),
    "sequential-scripted": (lambda: Headed(nn.Flatten(), nn.Linear(512, WIDTH)), SCRIPT, FUSED, 1e-5),
    "mlp-head": (mlp_head, traced, FUSED, 1e-5),
    "mlp-head-scripted": (mlp_head, SCRIPT, FUSED, 1e-5),
    "dropout-before-fc": (lambda: Headed(nn.Flatten(), nn.Dropout(0.3), nn.Linear(512, WIDTH)), traced, FUSED, 1e-5),
    "fc-without-bias": (without_bias, traced, FUSED, 1e-5),
    "view": (Viewed, traced, FUSED, 1e-5),
    "view-scripted": (Viewed, SCRIPT, FUSED, 1e-5),
    "addmm": (lambda: Viewed(True), traced, FUSED, 1e-5),
    "normalisation-inside": (Normalised, traced, FUSED, 1e-5),
    "pre-activation": (lambda: spiced(PreActivation(False)), traced, FUSED, 1e-5),
    "pre-activation-in-place": (lambda: spiced(PreActivation(True)), traced, FUSED, 1e-5),
    "in-place-sums": (lambda: spiced(InPlaceSums()), traced, FUSED, 1e-5),
    "in-place-sums-scripted": (lambda: spiced(InPlaceSums()), SCRIPT, FUSED, 1e-5),
    "input-in-place": (WritingOverItsInput, traced, FUSED, 1e-5),
    "input-in-place-scripted": (WritingOverItsInput, SCRIPT, FUSED, 1e-5),
    "loop-and-branch": (Asking, SCRIPT, FUSED, 1e-5),
    "bottlenecks-wide": (lambda: spiced(ResNet(Bottleneck, [1, 1, 1, 1], num_classes=WIDTH, width_per_group=128)), SCRIPT, FUSED, 1e-5),
    "resnet101": (lambda: spiced(torchvision.models.resnet101(num_classes=WIDTH)), traced, FUSED, 1e-5),
    "squeeze-and-excitation": (lambda: spiced(Squeezing()), SCRIPT, "(squeeze", 1e-5),
    "group-norm": (lambda: small_resnet(norm_layer=group_norm), traced, "aten::group_norm has no fused form (", 1e-5),
}


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    write_models(folder)
    return folder


@pytest.fixture(scope="module")
def squares(drawn: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Photographs that are one tile each: 128 x 128, every box the whole of them."""
    root = Path(shutil.copytree(drawn, tmp_path_factory.mktemp("squares") / "data"))
    random = np.random.default_rng(7)
    for number, photo in enumerate(sorted(root.glob("img/*/*/*.jpg"))):
        pixels = random.integers(0, 60 + 190 * number, (128, 128, 3), dtype=np.uint8)
        cv2.imwrite(str(photo), cv2.GaussianBlur(pixels, (0, 0), 1 + number))
    for file in root.glob("label/*/*/*.json"):
        label = json.loads(file.read_text())
        label["images"].update(width=128, height=128, bbox=[0, 0, 128, 128])
        file.write_text(json.dumps(label))
    return root


def with_cheek(small: Path, folder: Path, module: torch.jit.ScriptModule) -> Path:
    shutil.copytree(small, folder)
    torch.jit.save(module, str(folder / CHEEK.file))
    return nia_2023.write_manifest(folder, "variant")


def expected_logits(network: nn.Module, squares: Path) -> dict[str, list[float]]:
    """By photograph, in float32 by eager PyTorch."""
    logits = {}
    for photo in sorted(squares.glob("img/*/*/*.jpg")):
        tile = torch.from_numpy(cv2.imread(str(photo))).permute(2, 0, 1)[None].float() / 255
        with torch.inference_mode():
            logits[photo.stem] = network(tile)[0].tolist()
    return logits


def found_logits(run, squares: Path, manifest: Path, out: Path, *arguments: object) -> dict[str, list[float]]:
    """By photograph: both heads of the left cheek behind one another."""
    done = run("validate", squares, "--models", manifest, "--out", out, "--logits", "--rounds", 0, "--mode", "class", "--device", "cpu", "--quiet", *arguments)
    assert done.status == 0, done.err
    logits: dict[str, list[float]] = {}
    for line in map(json.loads, (out / "predictions.jsonl").read_text().splitlines()):
        if line["facepart"] == 5:
            logits.setdefault(Path(line["photo"]).stem, []).extend(line["logits"])
    return logits


def assert_near(found: dict[str, list[float]], expected: dict[str, list[float]], relative: float) -> None:
    assert found.keys() == expected.keys() and found
    largest = max(abs(value) for values in expected.values() for value in values)
    for photo, values in expected.items():
        assert found[photo] == pytest.approx(values, rel=0, abs=relative * largest), photo


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_runs_fused_or_says_why_and_is_right(run, small: Path, squares: Path, tmp_path: Path, name: str) -> None:
    make, export, why, relative = VARIANTS[name]
    network = make().eval()
    manifest = with_cheek(small, tmp_path / "models", export(network))
    model = verified(run, manifest, "--device", "cpu")[CHEEK.id]
    if why:
        assert model["engine"] == "torchscript"
        assert why in model["note"]
    else:
        assert model["engine"] == "fused", model.get("note")
    expected = expected_logits(network, squares)
    assert_near(found_logits(run, squares, manifest, tmp_path / "auto"), expected, relative)
    if name in {"frozen", "frozen-half", "double", "input-in-place"}:
        assert_near(found_logits(run, squares, manifest, tmp_path / "torchscript", "--engine", "torchscript"), expected, relative)


def test_a_frozen_module_runs_in_bf16_as_torchscript(run, small: Path, squares: Path, tmp_path: Path) -> None:
    network = small_resnet()
    manifest = with_cheek(small, tmp_path / "models", frozen(network))
    found = found_logits(run, squares, manifest, tmp_path / "out", "--engine", "torchscript", "--precision", "bf16")
    assert_near(found, expected_logits(network, squares), 5e-2)


# ---- Networks that must not pass ----------------------------------------------------------------------------


def in_training(network: nn.Module) -> torch.jit.ScriptModule:
    return traced(network.train(), torch.rand(4, 3, 128, 128))


class Dropping(nn.Module):
    """A dropout called as a function, whose default is to drop, whatever eval() says."""

    def __init__(self, drop: Callable, **options: object) -> None:
        super().__init__()
        self.network = small_resnet()
        self.drop, self.options = drop, options

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return self.drop(self.network(tiles), **self.options)


class Noisy(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.network = small_resnet()

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return self.network(tiles + 0.1 * torch.randn_like(tiles))


class Mixing(nn.Module):
    """Takes a mean over what it believes to be one tile."""

    def __init__(self) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(3, 16, 7, stride=8)
        self.fc = nn.Linear(16, WIDTH)

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        x = self.convolution(tiles)
        flat = x.reshape(1, 16, -1)
        return self.fc(torch.relu(x - 0.9 * flat.mean(2)[:, :, None, None]).mean((2, 3)))


class OverTheBatch(nn.Module):
    """Brings its outputs to a mean of 0 over the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.network = small_resnet()

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        outputs = self.network(tiles)
        return outputs - 0.5 * outputs.mean(0, keepdim=True)


def own_statistics(channels: int) -> nn.Module:
    return nn.BatchNorm2d(channels, track_running_stats=False)


REFUSED: dict[str, tuple[Callable, str, str]] = {
    "norms-in-training": (lambda: in_training(small_resnet()), "model-training", "aten::batch_norm (bn1)"),
    "dropout-in-training": (lambda: in_training(Headed(nn.Flatten(), nn.Dropout(0.5), nn.Linear(512, WIDTH))), "model-training", "training mode"),
    "dropout-alone-in-training": (
        lambda: in_training(nn.Sequential(nn.Conv2d(3, 8, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.2), nn.Linear(8, WIDTH))),
        "model-training",
        "aten::dropout (3)",
    ),
    "dropout-as-a-function": (lambda: SCRIPT(Scripted().eval()), "model-training", "training=self.training"),
    "feature-dropout": (lambda: traced(Dropping(functional.feature_alpha_dropout, p=0.5, training=True)), "model-training", "dropout"),
    "dropout2d": (
        lambda: in_training(nn.Sequential(nn.Conv2d(3, 8, 3), nn.Dropout2d(0.5), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, WIDTH))),
        "model-training",
        "dropout",
    ),
    "rrelu": (lambda: traced(Dropping(functional.rrelu, training=True)), "model-training", "aten::rrelu"),
    "instance-norm-in-training": (
        lambda: in_training(nn.Sequential(nn.Conv2d(3, 8, 3), nn.InstanceNorm2d(8, track_running_stats=True), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, WIDTH))),
        "model-training",
        "aten::instance_norm",
    ),
    "stochastic-depth": (lambda: traced(Dropping(torchvision.ops.stochastic_depth, p=0.5, mode="row")), "model-inconsistent", "aten::bernoulli"),
    "noise": (lambda: traced(Noisy()), "model-inconsistent", "aten::randn_like"),
    "norms-without-statistics": (lambda: traced(small_resnet(norm_layer=own_statistics)), "model-inconsistent", "track_running_stats=False"),
    "reshape-that-mixes-tiles": (lambda: traced(Mixing()), "model-inconsistent", "beside it"),
    "mean-over-the-batch": (lambda: traced(OverTheBatch()), "model-inconsistent", "beside it"),
}


class Scripted(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.network = small_resnet()

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return functional.dropout(self.network(tiles), 0.5)


@pytest.mark.parametrize("engine", ["auto", "torchscript", "fused"])
@pytest.mark.parametrize("name", REFUSED)
def test_a_network_whose_outputs_would_be_chance_is_refused_by_name(run, small: Path, squares: Path, tmp_path: Path, name: str, engine: str) -> None:
    make, code, reason = REFUSED[name]
    manifest = with_cheek(small, tmp_path / "models", make())
    flags = ("--engine", engine, "--device", "cpu", "--quiet")
    verify = run("models", "verify", manifest, *flags)
    cache = () if engine == "torchscript" else ("--cache", tmp_path / "cache")
    validate = run("validate", squares, "--models", manifest, "--out", tmp_path / "out", *cache, *flags)
    for done in (verify, validate):
        assert done.status == 4
        assert f"[{code}]" in done.err
        assert f"{CHEEK.file} ({CHEEK.id})" in done.err
        assert reason in done.err


class OneTile(nn.Module):
    """Flattens by a view that says one tile."""

    def __init__(self) -> None:
        super().__init__()
        self.backbone = backbone()
        self.fc = nn.Linear(512, WIDTH)

    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return self.fc(self.backbone(tiles).view(1, -1))


class OneTileSquashed(OneTile):
    def forward(self, tiles: torch.Tensor) -> torch.Tensor:
        return torch.tanh(super().forward(tiles))


@pytest.mark.parametrize(("make", "engine"), [(OneTile, "fused"), (OneTileSquashed, "torchscript")], ids=["fused", "torchscript"])
def test_a_network_for_one_tile_gives_right_outputs_whatever_the_batch(run, small: Path, squares: Path, tmp_path: Path, make, engine: str) -> None:
    network = make().eval()
    manifest = with_cheek(small, tmp_path / "models", traced(network))
    model = verified(run, manifest, "--device", "cpu")[CHEEK.id]
    assert model["engine"] == engine
    assert ("one tile at a time" in model.get("note", "")) == (engine == "torchscript")
    assert_near(found_logits(run, squares, manifest, tmp_path / "out"), expected_logits(network, squares), 1e-5)


@pytest.mark.parametrize("last", [nn.Softmax(1), nn.Sigmoid()], ids=["softmax", "sigmoid"])
def test_probabilities_where_logits_are_expected_are_hinted_at(run, small: Path, squares: Path, tmp_path: Path, last: nn.Module) -> None:
    network = nn.Sequential(small_resnet(), last).eval()
    manifest = with_cheek(small, tmp_path / "models", traced(network))
    assert "gives probabilities" in verified(run, manifest, "--device", "cpu")[CHEEK.id]["note"]
    done = run("validate", squares, "--models", manifest, "--out", tmp_path / "out", "--device", "cpu", "--rounds", 0)
    assert done.status == 0, done.err
    assert "gives probabilities" in done.err


def test_log_softmax_inside_changes_no_probability_and_needs_no_hint(run, small: Path, drawn: Path, tmp_path: Path) -> None:
    probabilities = []
    for name, network in (("plain", small_resnet()), ("log", nn.Sequential(small_resnet(), nn.LogSoftmax(1)).eval())):
        manifest = with_cheek(small, tmp_path / name, traced(network))
        assert "probabilities" not in verified(run, manifest, "--device", "cpu")[CHEEK.id].get("note", "")
        done = run("validate", drawn, "--models", manifest, "--out", tmp_path / f"{name}-out", "--mode", "class", "--rounds", 0, "--quiet")
        assert done.status == 0, done.err
        lines = map(json.loads, (tmp_path / f"{name}-out/predictions.jsonl").read_text().splitlines())
        probabilities.append([p for line in lines for p in line.get("probabilities", [])])
    assert probabilities[1] == pytest.approx(probabilities[0], abs=1e-4)


def test_outputs_that_do_not_depend_on_the_tile_are_said(run, small: Path, tmp_path: Path) -> None:
    network = small_resnet()
    nn.init.zeros_(network.fc.weight)
    manifest = with_cheek(small, tmp_path / "models", traced(network))
    assert "the same for two different tiles" in verified(run, manifest, "--device", "cpu")[CHEEK.id]["note"]
