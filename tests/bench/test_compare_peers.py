"""The comparison with peers: small ResNets, a drawn photograph, and a stand-in for the program."""

from __future__ import annotations

import json
import stat
import sys
import time
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import compare_peers
import cv2
import machine
import numpy as np
import pytest
import skingauge_program
import torch
from contenders import NoPeer, checked, checked_answers
from peer_engines import Setup
from peer_worker import Bench, PeerFailed, Worker
from peers import PEERS, Peer
from protocol import answer, eager_network, read_manifest, read_pictures, tiles_of
from reference_networks import resnet_of
from skingauge_program import ProgramFailed
from torchvision.models.resnet import BasicBlock, Bottleneck, ResNet

PREPROCESS = {
    "size": 128, "order": "bgr", "scale": 1 / 255, "mean": [0, 0, 0], "std": [1, 1, 1], "fit": "longest-side-top-left",
    "thin": "double-and-sum", "second_tile": "as-is", "mirror_right": False, "min_box_side": 50,
}  # fmt: skip
BOXES = {0: (10, 10, 390, 390), 3: (20, 40, 90, 340), 4: (300, 40, 380, 120), 5: (60, 130, 190, 260)}  # 3 is thin: two tiles
HEADS = {
    "measurement/pigmentation_count", "grade/l_perocular_wrinkle", "grade/r_perocular_wrinkle", "grade/l_cheek_pore",
    "measurement/l_cheek_pore",
}  # fmt: skip

# What the program would answer: predictions made beforehand, and rates that tell engines apart.
STAND_IN = """#!{python}
import json, sys
arguments = sys.argv[1:]
value = lambda flag: arguments[arguments.index(flag) + 1]
if arguments == ["--version"]:
    print("0.0.0")
    sys.exit()
if "--precision" in arguments and value("--precision") != "fp32":
    print("--precision: no such value\\nRun with --help", file=sys.stderr)
    sys.exit(2)
answers = {{
    "predict": lambda: json.load(open({answers!r}))[value("--engine")],
    "networks": lambda: {{"crops_per_s": float(value("--batch")) * 1000}},
    "latency": lambda: {{"p50_ms": 1.0, "p95_ms": 2.0, "p99_ms": 3.0, "count": int(value("--photos"))}},
    "pipeline": lambda: {{"photos_per_s": 50.0}},
    "limits": lambda: {{"multiply_add_limit_gflops": {{"fp32": 1e6}}, "decode_mp_per_s": 100.0}},
}}
print(json.dumps(answers[arguments[1] if arguments[0] == "bench" else arguments[0]]()))
"""


def save_model(file: Path, width: int) -> None:
    torch.manual_seed(width)
    file.parent.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = ResNet(BasicBlock, [1, 1, 1, 1], num_classes=width).eval()
        torch.jit.save(torch.jit.trace(network, torch.rand(1, 3, 128, 128)), str(file))


def write_manifest(folder: Path) -> Path:
    face = {"sign": "pigmentation_count", "task": "measurement", "offset": 0, "width": 1, "scale": 350}
    eyes = {"sign": "perocular_wrinkle", "task": "grade", "offset": 0, "width": 7}
    pores = {"sign": "cheek_pore", "task": "grade", "offset": 0, "width": 6}
    count = {"sign": "cheek_pore", "task": "measurement", "offset": 0, "width": 1, "scale": 3000}
    models = [("measure/face", [0], face), ("grade/eye-corner", [3, 4], eyes)]
    models += [("grade/cheek", [5, 6], pores), ("measure/cheek", [5, 6], count)]  # one key, two heads
    entries = []
    for name, faceparts, head in models:
        save_model(folder / f"{name}.pt", head["width"])
        entries.append({"id": name, "file": f"{name}.pt", "faceparts": faceparts, "heads": [head]})
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "preprocess": PREPROCESS, "models": entries}))
    return folder / "manifest.json"


def write_photo(root: Path) -> None:
    image, label = root / "img/01/0001/0001_01_F.jpg", root / "label/01/0001"
    image.parent.mkdir(parents=True)
    label.mkdir(parents=True)
    cv2.imwrite(str(image), np.random.default_rng(1).integers(0, 256, (400, 400, 3), np.uint8))
    for part, box in BOXES.items():
        content = {"images": {"facepart": part, "bbox": box, "width": 400, "height": 400}}
        (label / f"0001_01_F_{part:02d}.json").write_text(json.dumps(content))


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> SimpleNamespace:
    folder = tmp_path_factory.mktemp("peers")
    write_photo(folder / "set")
    return SimpleNamespace(folder=folder, manifest=write_manifest(folder / "models"), root=folder / "set")


def eager_answers(inputs: SimpleNamespace) -> dict[str, Any]:
    manifest = read_manifest(inputs.manifest)

    def networks(jobs: Any) -> list[np.ndarray]:
        with torch.inference_mode():
            return [eager_network(manifest.models[job.model])(torch.from_numpy(job.inputs)).numpy() for job in jobs]

    return answer(read_pictures(inputs.root, 1)[0], manifest, networks)


def write_stand_in(inputs: SimpleNamespace) -> Path:
    """Engine `fused` answers what eager PyTorch does, `torchscript` grades pores wrongly."""
    heads = []
    for head, value in eager_answers(inputs).items():
        task, key = head.split("/")
        heads.append({"task": task, "key": key, "probabilities" if isinstance(value, list) else "value": value})
    pores = {"task": "grade", "key": "l_cheek_pore", "probabilities": [1.0, *[0.0] * 5]}
    wrong = [pores if (head["task"], head["key"]) == ("grade", "l_cheek_pore") else head for head in heads]
    answers, program = inputs.folder / "answers.json", inputs.folder / "program"
    by_engine = {engine: {"photos": [{"predictions": found}]} for engine, found in (("fused", heads), ("torchscript", wrong))}
    answers.write_text(json.dumps(by_engine))
    program.write_text(STAND_IN.format(python=sys.executable, answers=str(answers)))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.fixture(scope="module")
def result(inputs: SimpleNamespace) -> dict[str, Any]:
    arguments = [inputs.manifest, inputs.root, "--program", write_stand_in(inputs), "--work", inputs.folder / "work"]
    arguments += ["--out", inputs.folder / "out.json", "--rounds", 2, "--seconds", 0.01, "--batches", "1,2", "--threads", 1]
    arguments += ["--peers", "pytorch-eager,torchscript-frozen,onnxruntime", "--precisions", "fp32,bf16"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", ["compare_peers.py", *map(str, arguments)])
        compare_peers.main()
    return json.loads((inputs.folder / "out.json").read_text())


# ---- The whole -----------------------------------------------------------------------------------------------


def test_every_peer_has_a_row_a_batch_size(result: dict[str, Any]) -> None:
    rows = {(row["peer"], row["batch"]): row for row in result["networks"]}
    for peer in ("skingauge-fused", "pytorch-eager", "torchscript-frozen"):
        for batch in (1, 2):
            row = rows[peer, batch]
            assert row["rounds"] == 2 and row["models"] == 4 and row["precision"] == "fp32"
            assert 0 < row["crops_per_s_min"] <= row["crops_per_s"] <= row["crops_per_s_max"]
            assert row["rms_difference"] < 1e-3
    assert rows["skingauge-fused", 1]["heads_compared"] == len(HEADS)
    assert rows["skingauge-fused", 2]["crops_per_s"] == 2000
    assert rows["pytorch-eager", 2]["skingauge_ratio"] == 2000 / rows["pytorch-eager", 2]["crops_per_s"]


def test_the_programs_answers_are_told_head_by_head(result: dict[str, Any]) -> None:
    rows = {(row["peer"], row["precision"]): row for row in result["outputs"]}
    assert rows.keys() == {("skingauge-fused", "fp32")}  # the other engine grades pores wrongly
    row = rows["skingauge-fused", "fp32"]
    assert (row["photos"], row["heads_compared"]) == (1, len(HEADS))
    assert row["rms_difference"] < 1e-3


def test_latency_and_the_documented_way_are_measured(result: dict[str, Any]) -> None:
    times = {row["peer"]: row for row in result["latency"]}
    assert times["skingauge-fused"]["p50_ms"] == 1 and times["pytorch-eager"]["p50_ms"] > 0
    assert times["pytorch-eager"]["count"] == 2 and times["pytorch-eager"]["rms_difference"] < 1e-3
    rates = {row["peer"]: row["photos_per_s"] for row in result["end_to_end"]}
    assert rates["skingauge-fused"] == 50 and rates["documented-way"] > 0


def test_an_engine_that_computes_something_else_is_no_peer(result: dict[str, Any]) -> None:
    assert all(row["peer"] != "skingauge-torchscript" for part in ("networks", "latency", "end_to_end") for row in result[part])
    reasons = [entry["reason"] for entry in result["skipped"] if entry["what"] == "skingauge-torchscript fp32"]
    assert len(reasons) == 1 and reasons[0].startswith("grade/l_cheek_pore: outputs differ from eager PyTorch's")


def test_what_the_program_refuses_is_left_out_with_its_words(result: dict[str, Any]) -> None:
    reasons = [entry["reason"] for entry in result["skipped"] if entry["what"] == "skingauge-fused bf16"]
    assert reasons == ["`predict` ended with 2: --precision: no such value"]


@pytest.mark.skipif(machine.version("onnxruntime") is not None, reason="onnxruntime is installed")
def test_a_peer_that_is_not_installed_is_left_out_and_named(result: dict[str, Any]) -> None:
    reasons = [entry["reason"] for entry in result["skipped"] if entry["what"] == "onnxruntime fp32"]
    assert len(reasons) == 1 and "onnxruntime" in reasons[0] and "not installed" in reasons[0]


def test_the_result_says_where_and_with_what(result: dict[str, Any]) -> None:
    assert result["format"] == 2 and result["bench"] == "peers" and result["commit"]
    assert result["machine"]["cores"] >= 1 and result["versions"]["skingauge"] == "0.0.0"
    assert result["versions"]["torch"] == machine.version("torch")
    assert result["settings"]["rounds"] == 2 and result["settings"]["batches"] == [1, 2]
    assert result["limits"]["decode_mp_per_s"] == 100
    assert result["gflop_per_crop"] > 0.1


# ---- Its parts -----------------------------------------------------------------------------------------------


def test_a_photograph_gives_each_model_its_tiles(inputs: SimpleNamespace) -> None:
    manifest = read_manifest(inputs.manifest)
    tiles = tiles_of(read_pictures(inputs.root, 1), manifest, 5)
    assert [one.shape for one in tiles] == [(5, 3, 128, 128)] * 4
    assert (tiles[1][0] != tiles[1][2]).any() and (tiles[1][0] == tiles[1][3]).all()  # three tiles, then again
    assert set(eager_answers(inputs)) == HEADS


@pytest.mark.parametrize(
    "network",
    [
        lambda: ResNet(BasicBlock, [2, 1, 1, 1], num_classes=3),
        lambda: ResNet(Bottleneck, [1, 2, 1, 1], num_classes=5),
        lambda: ResNet(Bottleneck, [1, 1, 1, 1], num_classes=2, groups=32, width_per_group=4),
        lambda: ResNet(Bottleneck, [1, 1, 1, 1], num_classes=2, width_per_group=128),
    ],
    ids=["basic", "bottleneck", "grouped", "wide"],
)
def test_any_torchvision_resnet_is_found_from_its_weights(network: Any) -> None:
    weights = network().state_dict()
    resnet_of(weights).load_state_dict(weights)


def test_outputs_are_judged_by_their_precision() -> None:
    expected = [np.array([1.0, -1.0]), [2.0]]
    found = [np.array([1.0, -1.1]), [2.0]]
    apart = {"largest_difference": pytest.approx(0.1), "rms_difference": pytest.approx(0.1 / 6**0.5)}
    assert checked(found, expected, "bf16") == apart
    with pytest.raises(NoPeer, match="differ"):
        checked(found, expected, "fp32")
    with pytest.raises(NoPeer, match="differ"):
        checked([[float("nan"), 1.0], [2.0]], expected, "int8")
    with pytest.raises(NoPeer, match="a, b"):
        checked_answers([{"a": 1.0}], [{"b": 1.0}], "fp32")


GRADE = [0.7, 0.1, 0.1, 0.05, 0.03, 0.02]


@pytest.mark.parametrize(
    ("head", "wrong"),
    [("grade/l_cheek_pore", GRADE[::-1]), ("grade/l_cheek_pore", [*GRADE[:4], 0.02, 0.03]), ("measurement/l_cheek_pore", 0.31)],
)
def test_a_wrong_output_of_either_head_with_the_key_of_cheek_pores_is_caught(head: str, wrong: Any) -> None:
    right = {f"grade/head_{number}": GRADE for number in range(9)}
    right |= {"grade/l_cheek_pore": GRADE, "measurement/l_cheek_pore": 0.3}
    apart = {"largest_difference": 0, "rms_difference": 0, "heads_compared": 11}
    assert checked_answers([right], [right], "fp32") == apart
    with pytest.raises(NoPeer, match=f"^{head}: outputs differ"):
        checked_answers([right | {head: wrong}], [right], "fp32")


def test_a_wrong_head_is_not_hidden_among_right_ones_in_low_precision() -> None:
    right = {f"grade/head_{number}": GRADE for number in range(23)}
    with pytest.raises(NoPeer, match="^grade/head_7: outputs differ"):
        checked_answers([right | {"grade/head_7": GRADE[::-1]}], [right], "bf16")


def answering(folder: Path, heads: list[dict[str, Any]]) -> Path:
    """A program that predicts these."""
    program = folder / "program"
    program.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps({'photos': [{'predictions': heads}]})}\nEND\n")
    program.chmod(0o755)
    return program


PORES = [
    {"task": "grade", "key": "l_cheek_pore", "probabilities": GRADE},
    {"task": "measurement", "key": "l_cheek_pore", "value": 0.3},
]


def test_the_program_answers_both_heads_of_one_key(tmp_path: Path) -> None:
    found = skingauge_program.predictions(answering(tmp_path, PORES), [tmp_path / "photo.jpg"])
    assert found == [{"grade/l_cheek_pore": GRADE, "measurement/l_cheek_pore": 0.3}]
    with pytest.raises(NoPeer, match="measurement/l_cheek_pore: answered by one alone"):
        checked_answers(found, [{"grade/l_cheek_pore": GRADE}], "fp32")


def test_a_head_that_the_program_answers_twice_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match="answered 3 heads, of which 2 differ"):
        skingauge_program.predictions(answering(tmp_path, [*PORES, PORES[0]]), [tmp_path / "photo.jpg"])


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'models: no such file' >&2; echo more >&2; exit 4", "ended with 4: models: no such file"),
        ("echo no", "answered no JSON"),
    ],
)
def test_a_failing_program_is_named_with_its_words(tmp_path: Path, script: str, words: str) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    with pytest.raises(ProgramFailed, match=f"`bench networks` {words}"):
        skingauge_program.call(program, "bench", "networks")
    with pytest.raises(ProgramFailed, match="No such file"):
        skingauge_program.call(tmp_path / "none", "bench", "networks")


@pytest.mark.parametrize("flag", ["--peers=onnx", "--precisions=fp8", "--parts=all"])
def test_an_unknown_choice_is_a_usage_error(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        compare_peers.arguments_of(["m", "r", flag])
    assert exit_.value.code == 2 and "expected some of" in capsys.readouterr().err


def test_a_peer_that_does_not_answer_is_given_up(inputs: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("peer_worker.LONGEST_S", 0)
    with pytest.raises(PeerFailed, match="no answer within 0 s"):
        Worker(PEERS[0], read_manifest(inputs.manifest), Setup(1, inputs.folder), inputs.folder / "peers.log")


class Flights:
    """An engine that wants `streams` batches in flight and notes how many there are."""

    def __init__(self, streams: int) -> None:
        self.streams, self.now, self.most, self.order = streams, 0, 0, []

    def load(self, index: int, model: Any, batch: int) -> list[Any]:
        return [lambda tiles: self._start(index, tiles)] * self.streams

    def forget(self) -> None:
        pass

    def _start(self, index: int, tiles: np.ndarray) -> Any:
        self.now += 1
        self.most = max(self.most, self.now)
        self.order.append(index)

        def wait() -> np.ndarray:
            self.now -= 1
            time.sleep(0.001)
            return np.full((len(tiles), 7), float(index))

        return wait


@pytest.mark.parametrize("streams", [1, 2, 3])
def test_as_many_batches_fly_as_the_library_wants_each_to_the_next_model(inputs: SimpleNamespace, streams: int) -> None:
    engine = Flights(streams)
    manifest = read_manifest(inputs.manifest)
    bench = Bench(Peer("flights", lambda _: engine), manifest, Setup(1, inputs.folder))
    tiles = tiles_of(read_pictures(inputs.root, 1), manifest, 4)
    bench.prepare(4, 2, tiles)
    engine.most, engine.order = 0, []
    rate = bench.rate(4, 2, tiles, 0.05)
    assert engine.now == 0 and engine.most == streams
    assert engine.order == [number % 2 for number in range(len(engine.order))]
    assert 0 < rate <= 4 / 0.001
    seconds, results = bench.photo(read_pictures(inputs.root, 1)[0])
    assert seconds > 0 and engine.now == 0
    assert results["measurement/pigmentation_count"] == 0
    assert results["grade/r_perocular_wrinkle"] == pytest.approx([1 / 7] * 7)
