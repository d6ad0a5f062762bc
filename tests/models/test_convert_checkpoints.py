"""The converter: what it makes of good checkpoints, and what it says of wrong ones."""

from __future__ import annotations

import io
import json
import os
import shutil
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import convert_checkpoints
import nia_2023
import numpy as np
import pytest
import torch
import torchvision

State = dict[str, torch.Tensor]


def convert(capsys: pytest.CaptureFixture[str], source: Path, out: Path, *more: str) -> tuple[int, str, str]:
    """Exit status, standard output, and the last line of standard error."""
    status = convert_checkpoints.main([str(source), "--out", str(out), *more])
    printed = capsys.readouterr()
    return status, printed.out, printed.err.strip().splitlines()[-1] if printed.err else ""


@pytest.fixture(scope="module")
def converted(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    out = tmp_path_factory.mktemp("converted")
    assert convert_checkpoints.main([str(published), "--out", str(out)]) == 0
    yield out
    shutil.rmtree(out)


def test_writes_eleven_files_and_a_manifest_that_names_their_hashes(converted: Path) -> None:
    manifest = json.loads((converted / "nia-2023.json").read_text(encoding="utf-8"))
    assert (manifest["format"], manifest["name"], "demo" in manifest) == (1, "nia-2023", False)
    assert manifest["preprocess"] == nia_2023.PREPROCESS
    assert len(manifest["models"]) == 11
    for model in manifest["models"]:
        assert nia_2023.sha256_of(converted / model["file"]) == model["sha256"]
    assert not list(converted.rglob("*.partial"))


@pytest.mark.parametrize("model", [nia_2023.MODELS[0], nia_2023.MODELS[9]], ids=lambda model: model.id)
def test_torchscript_answers_as_the_network(converted: Path, state_of: Callable[[int], State], model: Any) -> None:
    eager = torchvision.models.resnet50(num_classes=model.width).eval()
    eager.load_state_dict(state_of(model.width), strict=False)
    tiles = torch.rand(2, 3, 128, 128, generator=torch.Generator().manual_seed(3))
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore", DeprecationWarning)
        script = torch.jit.load(str(converted / model.file))
        torch.testing.assert_close(script(tiles), eager(tiles), rtol=0, atol=1e-5)


def test_one_mode_needs_one_mode_only(capsys: Any, published: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(convert_checkpoints, "convert", _touch)
    status, out, _ = convert(capsys, published / "checkpoint", tmp_path, "--mode", "class", "--name", "mine")
    assert (status, out.strip()) == (0, str(tmp_path / "mine.json"))
    ids = [model["id"] for model in json.loads((tmp_path / "mine.json").read_text())["models"]]
    assert ids == [model.id for model in nia_2023.MODELS if model.id.startswith("grade/")]


def test_extra_facepart_is_noted(capsys: Any, published_with: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(convert_checkpoints, "convert", _touch)
    source = published_with("class/6", b"never read")
    assert convert_checkpoints.main([str(source), "--out", str(tmp_path / "out")]) == 0
    assert "class/run/6/state_dict.bin is not used" in capsys.readouterr().err


def test_several_runs_must_be_told_apart(capsys: Any, published_with: Any, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(convert_checkpoints, "convert", _touch)
    source = published_with("class/1", b"")
    os.rename(source / "checkpoint/class/run", source / "checkpoint/class/second")
    (source / "checkpoint/class/first/1").mkdir(parents=True)
    (source / "checkpoint/class/first/1/state_dict.bin").touch()
    status, _, said = convert(capsys, source, tmp_path / "out")
    assert (status, "first, second; choose one with --class-name" in said) == (3, True)
    assert convert(capsys, source, tmp_path / "out", "--class-name", "second")[0] == 0
    status, _, said = convert(capsys, source, tmp_path / "out", "--class-name", "third")
    assert (status, "found first, second, expected third" in said) == (3, True)


def _touch(file: Path, model: nia_2023.Model, out: Path) -> None:
    (out / model.file).parent.mkdir(parents=True, exist_ok=True)
    (out / model.file).touch()


def _script() -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.save(torch.jit.trace(torch.nn.Linear(2, 2), torch.rand(1, 2)), buffer)
    return buffer.getvalue()


def _half_of(content: Any) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer)
    return buffer.getvalue()[: len(buffer.getvalue()) // 2]


def _with(state: State, **changed: torch.Tensor) -> State:
    return {**state, **{key.replace("__", "."): value for key, value in changed.items()}}


def _renamed(state: State, start: str, other: str) -> State:
    """Each key that begins with `start` begins with `other` instead."""
    return {other + key.removeprefix(start) if key.startswith(start) else key: value for key, value in state.items()}


def _without(state: State, *keys: str) -> State:
    return {key: value for key, value in state.items() if key not in keys}


NAN = torch.tensor([float("nan")] * 3 + [0.0] * 12)
WRONG = {
    "wrong width": (lambda s: {"model_state": s(7)}, "fc.weight: found 7 x 2048, expected 15 x 2048"),
    "missing key": (lambda s: {"model_state": _without(s(15), "conv1.weight")}, "conv1.weight: missing, expected"),
    "missing key, none strange": (
        lambda s: {"model_state": _without(s(15), "conv1.weight")},
        "expected the 320 keys of a ResNet-50; found 319 keys, none of another name",
    ),
    "last layer of another name": (
        lambda s: {"model_state": _renamed(s(15), "fc.", "head.")},
        "fc.weight: missing (and 1 more), expected the 320 keys of a ResNet-50; "
        "found 320 keys, 2 of another name: head.weight (15 x 2048), head.bias (15)",
    ),
    "another network": (
        lambda s: {"model_state": {f"encoder.{i}.weight": NAN for i in range(5)}},
        "found 5 keys, 5 of another name: encoder.0.weight (15), encoder.1.weight (15), encoder.2.weight (15) ...",
    ),
    "two layers at the end": (
        lambda s: {"model_state": _renamed(s(15), "fc.", "fc.3.") | {"fc.0.weight": NAN, "fc.0.bias": NAN}},
        "4 of another name: fc.3.weight (15 x 2048), fc.3.bias (15), fc.0.weight (15) ...",
    ),
    "a key with and without prefix": (
        lambda s: {"model_state": {**s(15), "module.fc.bias": NAN}}, "fc.bias: found fc.bias and module.fc.bias, expected one",
    ),
    "missing head": (lambda s: {"model_state": _without(s(15), "fc.weight", "fc.bias")}, "fc.weight: missing (and 1"),
    "extra key": (lambda s: {"model_state": _with(s(15), fc2__bias=NAN)}, "fc2.bias: not a key of a ResNet-50"),
    "NaN weights": (lambda s: {"model_state": _with(s(15), fc__bias=NAN)}, "fc.bias: found 3 values that are NaN"),
    "integer weights": (lambda s: {"model_state": _with(s(15), fc__bias=torch.arange(15))}, "found torch.int64"),
    "no model_state": (lambda s: {"epoch": 1, "weights": {}}, "found keys epoch, weights, expected model_state"),
    "not tensors": (lambda s: {"model_state": {"fc.bias": 1}}, "expected tensors by name"),
    "a list": (lambda s: [1, 2], "found list, expected {model_state, epoch, best_loss}"),
    "code": (lambda s: {"model_state": os.system}, "found the Python object posix.system, expected"),
    "TorchScript": (lambda s: _script(), "found a TorchScript archive, expected a state dict"),
    "random bytes": (lambda s: bytes(range(200, 256)) * 9, "begins with c8 c9 ca cb cc cd ce cf, expected"),
    "text": (lambda s: b"hello world\n" * 9, "begins with 68 65 6c 6c"),
    "empty": (lambda s: b"", "found an empty file, expected"),
    "truncated": (lambda s: _half_of({"model_state": s(15)}), "archive that ends early"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_checkpoint_is_one_line_and_status_4(
    capsys: Any, published_with: Any, state_of: Callable[[int], State], tmp_path: Path, case: str
) -> None:
    make, expected = WRONG[case]
    source = published_with("class/1", make(state_of))
    status, out, said = convert(capsys, source, tmp_path / "out")
    assert (status, out) == (4, "")
    assert said.startswith(f"error: {source}/checkpoint/class/run/1/state_dict.bin: ")
    assert expected in said
    assert not list((tmp_path / "out").glob("*.json"))


def test_missing_facepart_is_named(capsys: Any, published_with: Any, tmp_path: Path) -> None:
    status, _, said = convert(capsys, published_with("regression/3", None), tmp_path / "out")
    assert (status, "missing 1 of 5 checkpoints" in said, "regression/run/3" in said) == (3, True, True)


@pytest.mark.parametrize(("source", "expected"), [("nowhere", "no such folder"), (".", "found no state_dict.bin, expected")])
def test_source_of_another_layout_is_status_3(capsys: Any, tmp_path: Path, source: str, expected: str) -> None:
    status, _, said = convert(capsys, tmp_path / source, tmp_path / "out")
    assert (status, expected in said) == (3, True)


def _lay(root: Path, *files: str) -> None:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()


@pytest.mark.parametrize(
    "start", ["checkpoint/class/run/save_model", "checkpoint/class/run", "class/save_model", "run/save_model", "save_model", ""]
)
def test_the_present_upstream_layout_is_named(capsys: Any, tmp_path: Path, start: str) -> None:
    signs = ("dryness", "pigmentation", "pore", "sagging", "wrinkle")
    _lay(tmp_path / "source" / start, *(f"{sign}/state_dict.bin" for sign in signs))
    status, _, said = convert(capsys, tmp_path / "source", tmp_path / "out", "--mode", "class")
    assert status == 3
    assert "the authors' present program (since 2025-12), one network a sign" in said
    assert "dryness, pigmentation, pore, sagging, wrinkle" in said
    sign = tmp_path / "source" / start / "dryness"
    assert "the authors' present program" in convert(capsys, sign, tmp_path / "out")[2]


def test_a_folder_of_another_depth_says_where_its_checkpoints_lie(capsys: Any, tmp_path: Path) -> None:
    _lay(tmp_path / "run", *(f"{part}/state_dict.bin" for part in (1, 2, 3, 5)))
    status, _, said = convert(capsys, tmp_path / "run", tmp_path / "out")
    assert status == 3
    assert "found 4 state_dict.bin: 1/state_dict.bin, 2/state_dict.bin, 3/state_dict.bin ..., expected" in said
    _lay(tmp_path / "deep", *(f"class/a/b/{part}/state_dict.bin" for part in (1, 2)))
    status, _, said = convert(capsys, tmp_path / "deep", tmp_path / "out", "--mode", "class")
    assert (status, "found 2 state_dict.bin: a/b/1/state_dict.bin, a/b/2/state_dict.bin, expected RUN/" in said) == (3, True)


def test_unwritable_output_is_status_6(capsys: Any, published: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where a folder should be")
    status, _, said = convert(capsys, published, tmp_path / "out")
    assert (status, str(tmp_path / "out") in said) == (6, True)


def test_wrong_usage_is_status_2(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as exit_:
        convert_checkpoints.main([str(tmp_path)])
    assert exit_.value.code == 2


@pytest.mark.parametrize("variant", ["bare", "DataParallel", "half precision", "no batch counters", "NumPy loss"])
def test_harmless_variants_are_taken(state_of: Callable[[int], State], tmp_path: Path, variant: str) -> None:
    state = state_of(5)
    content: dict[str, Any] = {
        "bare": state,
        "DataParallel": {"model_state": {f"module.{key}": value for key, value in state.items()}},
        "half precision": {"model_state": {k: v.half() if v.is_floating_point() else v for k, v in state.items()}},
        "no batch counters": {"model_state": _without(state, *(k for k in state if "num_batches" in k))},
        "NumPy loss": {"model_state": state, "best_loss": {"pore": np.float64(0.25), "wrinkle": np.float32(1)}},
    }[variant]
    file = tmp_path / "state_dict.bin"
    torch.save(content, file)
    network = convert_checkpoints.resnet50_from_state(convert_checkpoints.read_state(file), 5, file)
    torch.testing.assert_close(network.fc.weight, state["fc.weight"], rtol=0, atol=1e-4)
    assert not network.training


# How the keys of a published state are changed, and a word of the note that says so; wrappers need none.
KEYS = {
    "torch.compile": (lambda s: _renamed(s, "", "_orig_mod."), None),
    "compiled, then DataParallel": (lambda s: _renamed(s, "", "module._orig_mod."), None),
    "DataParallel, then compiled": (lambda s: _renamed(s, "", "_orig_mod.module."), None),
    "one stage compiled": (lambda s: _renamed(s, "layer1.", "layer1._orig_mod."), None),
    "FSDP": (lambda s: _renamed(s, "", "_fsdp_wrapped_module."), None),
    "part called model": (lambda s: _renamed(s, "", "model."), "keys begin with model., which is taken off"),
    "part called net": (lambda s: _renamed(s, "", "module.net."), "keys begin with net., which is taken off"),
    "backbone and last layer apart": (
        lambda s: _renamed(_renamed(s, "", "backbone."), "backbone.fc.", "fc."), "keys begin with backbone., which is",
    ),
    "Dropout, then Linear": (lambda s: _renamed(s, "fc.", "fc.1."), "fc.1 is taken as the last layer"),
    "Sequential of one": (lambda s: _renamed(s, "fc.", "fc.0."), "fc.0 is taken as the last layer"),
    "last layer as a part": (lambda s: _renamed(s, "fc.", "fc.linear."), "fc.linear is taken as the last layer"),
    "all together": (
        lambda s: _renamed(_renamed(s, "fc.", "fc.1."), "", "module._orig_mod.model."), "fc.1 is taken as the last layer",
    ),
}  # fmt: skip


@pytest.mark.parametrize("whole", [True, False], ids=["model_state", "bare"])
@pytest.mark.parametrize("keys", KEYS)
def test_keys_of_wrappers_and_of_a_last_layer_in_a_sequential_are_read(
    state_of: Callable[[int], State], tmp_path: Path, keys: str, whole: bool
) -> None:
    change, noted = KEYS[keys]
    state = {key: value.flatten()[:1].clone() for key, value in state_of(5).items()}  # names matter here, not sizes
    file, notes = tmp_path / "state_dict.bin", []
    torch.save({"model_state": change(state), "epoch": 1} if whole else change(state), file)
    found = convert_checkpoints.read_state(file, notes.append)
    assert found.keys() == state.keys()
    assert all(torch.equal(found[key], value) for key, value in state.items())
    assert any("bare state dict" in note for note in notes) != whole
    about_keys = [note for note in notes if "bare state dict" not in note]
    assert bool(about_keys) == (noted is not None)
    assert noted is None or any(noted in note for note in about_keys)
