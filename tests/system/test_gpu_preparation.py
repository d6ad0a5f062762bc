"""Weights and plans for a GPU that this machine need not have, through the program."""

from __future__ import annotations

import json
from pathlib import Path

import nia_2023
import pytest
import torch
import torchvision
from conftest import save_script, write_models
from test_engines import CHEEK, resnet

BATCH = 4
BUCKETS = [1, 2, 4]


@pytest.fixture(scope="module")
def manifest(tmp_path_factory: pytest.TempPathFactory, run) -> Path:
    """Ten small networks and a ResNet-50."""
    folder = tmp_path_factory.mktemp("models")
    write_models(folder)
    save_script(resnet(torchvision.models.resnet50), folder / CHEEK.file)
    made = nia_2023.write_manifest(folder, "mixed")
    done = run("models", "prepare", made, "--target", "h200", "--batch", 1, "--cache", folder / "probe")
    if done.status == 5 and "no cuDNN" in done.err:
        pytest.skip("this build has no cuDNN")
    return made


def prepare(run, manifest: Path, cache: Path, *arguments: object) -> dict:
    done = run("models", "prepare", manifest, "--cache", cache, "--batch", BATCH, "--format", "json", "--quiet", *arguments)
    assert done.status == 0, done.err
    return json.loads(done.out)


@pytest.mark.parametrize("precision", ["fp32", "tf32", "bf16", "fp16"])
def test_plans_are_made_once_and_taken_from_the_cache_afterwards(run, manifest: Path, tmp_path: Path, precision: str) -> None:
    first = prepare(run, manifest, tmp_path, "--target", "h200", "--precision", precision)
    assert first["gpu"] == "NVIDIA H200"
    assert first["batches"] == BUCKETS
    # 27 shapes of a ResNet-50 and the small networks' one, for each size of batch
    assert first["plans"] == 28 * len(BUCKETS)
    assert first["plans_from_cache"] == 0
    assert first["plans_not_fused"] == 0
    second = prepare(run, manifest, tmp_path, "--target", "h200", "--precision", precision)
    assert second["plans_from_cache"] == second["plans"] == first["plans"]
    assert second["memory"] == first["memory"]


def ranges_for(manifest: Path, out: Path) -> Path:
    """Of every model, as if all values reached 3: a ResNet-50 has 56 layers, a small network 3."""
    layers = {model.id: 56 if model.id == CHEEK.id else 3 for model in nia_2023.MODELS}
    widths = {model.id: model.width for model in nia_2023.MODELS}

    def of(model: dict) -> dict:
        needs = {"ranges": [3.0] * (1 + layers[model["id"]]), "shift": [0.0] * widths[model["id"]]}
        return {"sha256": model["sha256"], "tiles": 1, "cpu": needs, "gpu": needs}

    models = [of(model) for model in json.loads(manifest.read_text(encoding="utf-8"))["models"]]
    out.write_text(json.dumps({"format": 2, "models": models}), encoding="utf-8")
    return out


def test_int8_wants_ranges_and_is_prepared_with_them(run, manifest: Path, tmp_path: Path) -> None:
    refused = run("models", "prepare", manifest, "--target", "h200", "--precision", "int8", "--batch", 1, "--cache", tmp_path, "--quiet")
    assert refused.status == 4
    assert "models calibrate" in refused.err
    flags = ("--target", "h200", "--precision", "int8", "--int8-ranges", ranges_for(manifest, tmp_path / "ranges.json"))
    first = prepare(run, manifest, tmp_path, *flags)
    assert first["notes"] == []
    assert first["plans_from_cache"] == 0
    # The first layer counts in fp16, here as in the small networks; four of a ResNet-50 have no ReLU.
    assert first["plans_not_fused"] == 6 * len(BUCKETS)
    second = prepare(run, manifest, tmp_path, *flags)
    assert second["plans_from_cache"] == second["plans"] == first["plans"]
    assert second["memory"] == first["memory"]
    halves = prepare(run, manifest, tmp_path, "--target", "h200", "--precision", "fp16")

    def weights(made: dict) -> int:
        return max(row["bytes"] for row in made["memory"] if "cheek" in row["purpose"])

    assert weights(first) == pytest.approx(weights(halves) / 2, rel=0.03)
    planned = run("doctor", "--models", manifest, "--batch", BATCH, "--format", "json", *flags)
    assert planned.status == 0, planned.err
    assert json.loads(planned.out)["memory"] == first["memory"]


def test_half_precision_takes_half_the_weights_memory(run, manifest: Path, tmp_path: Path) -> None:
    def weights(precision: str) -> int:
        made = prepare(run, manifest, tmp_path, "--target", "l4", "--precision", precision)
        assert sum(row["bytes"] for row in made["memory"] if not row["pinned"]) == made["device_bytes"]
        return max(row["bytes"] for row in made["memory"] if "cheek" in row["purpose"])

    assert weights("fp16") == pytest.approx(weights("fp32") / 2, rel=0.02)
    assert weights("fp32") == pytest.approx(4 * 23.5e6, rel=0.02)  # a ResNet-50 without its published head


def test_a_damaged_cache_is_made_anew(run, manifest: Path, tmp_path: Path) -> None:
    made = prepare(run, manifest, tmp_path, "--target", "a100")
    for file in tmp_path.iterdir():
        file.write_bytes(file.read_bytes()[:1000])
    again = prepare(run, manifest, tmp_path, "--target", "a100")
    assert again["plans_from_cache"] == 0
    assert again["memory"] == made["memory"]


def test_people_see_what_memory_goes_to(run, manifest: Path, tmp_path: Path) -> None:
    done = run("models", "prepare", manifest, "--target", "h200", "--batch", BATCH, "--cache", tmp_path, "--quiet")
    assert done.status == 0, done.err
    assert "NVIDIA H200" in done.out
    assert "grade/cheek" in done.out
    assert "11 models in fp16" in done.out
    assert done.err == ""


def test_a_gpu_too_small_is_refused_with_figures(run, manifest: Path, tmp_path: Path) -> None:
    done = run("models", "prepare", manifest, "--target", "l4", "--batch", 1, "--cache", tmp_path / "a", "--format", "json", "--quiet")
    assert done.status == 0, done.err
    description = run("doctor", "--target", "l4", "--describe-device")
    assert description.status == 0, description.err
    small = json.loads(description.out) | {"totalGlobalMem": 16 << 20}
    file = tmp_path / "small.json"
    file.write_text(json.dumps(small), encoding="utf-8")
    done = run("models", "prepare", manifest, "--target", file, "--cache", tmp_path / "b", "--quiet")
    assert done.status == 5
    assert "MiB" in done.err
    assert "[device-unavailable]" in done.err


def test_an_unknown_target_is_told_which_are_known(run, manifest: Path, tmp_path: Path) -> None:
    done = run("models", "prepare", manifest, "--target", "voodoo2", "--cache", tmp_path)
    assert done.status == 2
    for name in ("h200", "a100", "l4"):
        assert name in done.err


def test_a_network_without_a_form_on_a_gpu_is_named(run, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    write_models(folder)
    from test_engines import Squashed

    save_script(Squashed(), folder / CHEEK.file)
    made = nia_2023.write_manifest(folder, "squashed")
    done = run("models", "prepare", made, "--target", "h200", "--cache", tmp_path / "cache", "--quiet")
    assert done.status in (4, 5)  # 5: this build has no cuDNN
    assert done.status == 5 or "grade/cheek" in done.err


def test_a_network_of_another_width_than_its_heads_is_refused_and_not_kept(run, manifest: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    write_models(folder)
    network = resnet(torchvision.models.resnet18)
    network.fc = torch.nn.Linear(512, CHEEK.width + 1)
    save_script(network, folder / CHEEK.file)
    made = nia_2023.write_manifest(folder, "wide")
    for _ in range(2):
        done = run("models", "prepare", made, "--target", "h200", "--batch", 1, "--cache", tmp_path / "cache", "--quiet")
        assert done.status == 4
        assert "grade/cheek" in done.err


def test_what_is_prepared_needs_no_checkpoint(run, manifest: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    made = write_models(folder)
    first = prepare(run, made, tmp_path / "cache", "--target", "l4")
    for model in nia_2023.MODELS:
        (folder / model.file).unlink()
    second = prepare(run, made, tmp_path / "cache", "--target", "l4")
    assert second["memory"] == first["memory"]


def test_doctor_plans_memory_for_a_target(run, manifest: Path) -> None:
    done = run("doctor", "--models", manifest, "--target", "h200", "--precision", "fp16", "--batch", BATCH)
    assert done.status == 0, done.err
    assert "grade/cheek" in done.out
    assert "NVIDIA H200" in done.out
    without = run("doctor", "--models", manifest, "--device", "cpu")
    assert without.status == 2
    assert "--target" in without.err


def test_memory_for_waiting_tiles_and_decoders_is_planned_where_they_are_wanted(run, manifest: Path) -> None:
    def rows(*arguments: object) -> dict[str, int]:
        done = run("doctor", "--models", manifest, "--target", "h200", "--batch", BATCH, "--format", "json", *arguments)
        assert done.status == 0, done.err
        return {row["purpose"]: row["bytes"] for row in json.loads(done.out)["memory"]}

    plain = rows("--in-flight", 10)
    # of a face 15 crops, each perhaps of two tiles; and a batch of each of eleven models
    assert plain["waiting tiles, at most"] == (10 * 30 + 11 * BATCH) * 128 * 128 * 3
    assert rows("--in-flight", 10, "--jpeg", "gpu") == plain | {"JPEG decoding, at most": 2 << 30}
