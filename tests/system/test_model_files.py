"""Files that lie where a TorchScript module should: each is named as what it is."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import nia_2023
import pytest
import torch
from conftest import SmallNetwork, write_models
from test_engines import CHEEK

TILE = torch.rand(1, 3, 128, 128)


def network() -> torch.nn.Module:
    torch.manual_seed(1)
    return SmallNetwork(CHEEK.width).eval()


def bytes_of(save: Callable[[io.BytesIO], object]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        save(buffer)
    return buffer.getvalue()


def traced() -> torch.jit.ScriptModule:
    return torch.jit.trace(network(), TILE)


def optimised() -> bytes:
    return bytes_of(lambda buffer: torch.jit.save(torch.jit.optimize_for_inference(traced()), buffer))


def exported() -> bytes:
    return bytes_of(lambda buffer: torch.export.save(torch.export.export(network(), (TILE,)), buffer))


def zipped() -> bytes:
    def save(buffer: io.BytesIO) -> None:
        with zipfile.ZipFile(buffer, "w") as archive:
            archive.writestr("checkpoint/readme.txt", "nothing")

    return bytes_of(save)


def safetensors() -> bytes:
    header = b'{"fc.weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
    return struct.pack("<Q", len(header)) + header + bytes(4)


FOREIGN: dict[str, tuple[Callable[[], bytes], str]] = {
    "optimize_for_inference": (optimised, "saved after torch.jit.optimize_for_inference"),
    "state_dict": (lambda: bytes_of(lambda b: torch.save(network().state_dict(), b)), "a state_dict"),
    "checkpoint": (lambda: bytes_of(lambda b: torch.save({"model_state": network().state_dict(), "epoch": 3}, b)), "a state_dict"),
    "old-state_dict": (lambda: bytes_of(lambda b: torch.save(network().state_dict(), b, _use_new_zipfile_serialization=False)), "a state_dict"),
    "whole-model": (lambda: bytes_of(lambda b: torch.save(network(), b)), "torch.save(model)"),
    "old-whole-model": (lambda: bytes_of(lambda b: torch.save(network(), b, _use_new_zipfile_serialization=False)), "torch.save(model)"),
    "torch.export": (exported, "torch.export"),
    "safetensors": (safetensors, "safetensors"),
    "onnx": (lambda: b"\x08\x07\x12\x07pytorch\x1a\x052.1.0" + bytes(64), "ONNX"),
    "html": (lambda: b"\n<!DOCTYPE html>\n<html><body>Sign in</body></html>", "an HTML page"),
    "lfs-pointer": (lambda: b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 94000000\n", "Git LFS pointer"),
    "keras": (lambda: b"\x89HDF\r\n\x1a\n" + bytes(64), "HDF5"),
    "tflite": (lambda: b"\x1c\x00\x00\x00TFL3" + bytes(64), "TensorFlow Lite"),
    "gzip": (lambda: b"\x1f\x8b\x08" + bytes(64), "gzip"),
    "numpy": (lambda: b"\x93NUMPY\x01\x00" + bytes(64), "NumPy"),
    "zip": (zipped, "a zip archive that PyTorch did not write"),
    "cut-short": (lambda: bytes_of(lambda b: torch.jit.save(traced(), b))[:-500], "cut short"),
    "empty": (lambda: b"", "an empty file"),
    "noise": (lambda: bytes(range(7, 200)), "not a TorchScript file"),
}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_models(folder)
    return folder


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_of_another_kind_is_named(run, models: Path, name: str) -> None:
    content, found = FOREIGN[name]
    (models / CHEEK.file).write_bytes(content())
    manifest = nia_2023.write_manifest(models, "foreign")
    done = run("models", "verify", manifest, "--device", "cpu", "--quiet")
    assert done.status == 4
    assert f"{CHEEK.file} ({CHEEK.id}): " in done.err
    assert "[model-format]" in done.err
    assert found in done.err


def test_a_quantized_module_runs_and_says_what_keeps_it_from_running_fused(run, models: Path) -> None:
    quantization = torch.ao.quantization
    torch.backends.quantized.engine = "fbgemm"
    module = torch.nn.Sequential(quantization.QuantStub(), network().convolution, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), network().linear, quantization.DeQuantStub()).eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module.qconfig = quantization.get_default_qconfig("fbgemm")
        quantization.prepare(module, inplace=True)
        module(TILE)
        quantization.convert(module, inplace=True)
        torch.jit.save(torch.jit.trace(module, TILE), str(models / CHEEK.file))
    manifest = nia_2023.write_manifest(models, "quantized")
    done = run("models", "verify", manifest, "--device", "cpu", "--quiet")
    assert done.status == 0, done.err
    assert "quantize" in done.out
