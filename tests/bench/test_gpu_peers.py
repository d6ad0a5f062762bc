"""The comparison on the GPU, tried on the CPU: small ResNets and a drawn photograph."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gpu_peers
import pytest
import torch
from test_compare_peers import write_manifest, write_photo


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    torch.set_num_threads(1)  # threads that wait by spinning take seconds where other tests run too
    folder = tmp_path_factory.mktemp("gpu-peers")
    write_photo(folder / "set")
    return [str(write_manifest(folder / "models")), str(folder / "set"), "--rounds", "2", "--seconds", "0.01"]


def measured(inputs: list[str], *more: str) -> dict[str, Any]:
    return gpu_peers.result_of(gpu_peers.arguments_of([*inputs, "--device", "cpu", "--peers", "pytorch-eager", *more]))


def test_every_precision_and_batch_has_a_row(inputs: list[str]) -> None:
    result = measured(inputs, "--precisions", "fp32,bf16", "--batches", "1,2")
    rows = {(row["precision"], row["batch"]): row for row in result["networks"]}
    assert set(rows) == {("fp32", 1), ("fp32", 2), ("bf16", 1), ("bf16", 2)} and result["skipped"] == []
    for row in rows.values():
        assert row["peer"] == "pytorch-eager" and row["models"] == 4 and row["rounds"] == 2
        assert 0 < row["crops_per_s_min"] <= row["crops_per_s"] <= row["crops_per_s_max"]
    assert rows["fp32", 2]["rms_difference"] < 1e-5 < rows["bf16", 2]["rms_difference"] < 0.2


def test_a_peer_that_computes_something_else_is_left_out_and_named(inputs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu_peers.Peer, "_network", lambda self, model: lambda tiles: torch.zeros(len(tiles), 7)[:, :1])
    result = measured(inputs, "--precisions", "fp32", "--batches", "1", "--models", "1")
    assert result["networks"] == []
    assert [entry["what"] for entry in result["skipped"]] == ["pytorch-eager fp32 batch 1"]
    assert "differ from eager PyTorch's" in result["skipped"][0]["reason"]


def test_a_peer_that_fails_is_left_out_with_its_words(inputs: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: gpu_peers.Peer, model: Any) -> None:
        raise RuntimeError("no kernel image\nmore")

    monkeypatch.setattr(gpu_peers.Peer, "_network", fail)
    assert measured(inputs, "--batches", "1", "--precisions", "fp16")["skipped"][0]["reason"] == "no kernel image"
    monkeypatch.setattr("sys.argv", ["gpu_peers.py", *inputs, "--device", "cpu", "--batches", "1", "--peers", "pytorch-eager"])
    with pytest.raises(SystemExit) as exit_:
        gpu_peers.main()
    assert exit_.value.code == 1


def test_the_result_goes_to_a_file(inputs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = [*inputs, "--device", "cpu", "--peers", "pytorch-eager", "--precisions", "fp32", "--batches", "1"]
    monkeypatch.setattr("sys.argv", ["gpu_peers.py", *arguments, "--out", str(tmp_path / "out.json")])
    gpu_peers.main()
    result = json.loads((tmp_path / "out.json").read_text())
    assert result["bench"] == "gpu-peers" and result["device"] == "cpu" and result["machine"]["gpu"] is None
    assert len(result["networks"]) == 1


@pytest.mark.parametrize("flag", ["--peers=onnx", "--precisions=int8"])
def test_an_unknown_choice_is_a_usage_error(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        gpu_peers.arguments_of(["m", "r", flag])
    assert exit_.value.code == 2 and "expected some of" in capsys.readouterr().err


@pytest.mark.skipif(torch.cuda.is_available(), reason="PyTorch sees a GPU")
def test_without_a_gpu_it_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        gpu_peers.arguments_of(["m", "r"])
    assert exit_.value.code == 2 and "PyTorch sees no GPU" in capsys.readouterr().err
