"""The peers: libraries that run the same checkpoints. One class a library; it is imported when the class is made.

Each makes callables for one model and one batch size, as many as the library wants to have in flight at once: the call
starts a batch (N x 3 x 128 x 128 float32) and answers another, which waits for its outputs (N x width float32). Shapes are fixed where the library gains from it,
and the precision is always asked for by name (OpenVINO takes bf16 by itself where the CPU has it).
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from machine import version
from protocol import Model, eager_network

Run = Callable[[np.ndarray], Callable[[], np.ndarray]]


@dataclass(frozen=True)
class Setup:
    """What every peer is given."""

    threads: int
    work: Path  # converted models lie here, by the checkpoint's name and time
    calibration: tuple[np.ndarray, ...] = ()  # inputs by model, for INT8


class Engine(Protocol):
    def load(self, index: int, model: Model, batch: int) -> list[Run]: ...

    def forget(self) -> None:
        """Everything loaded is no longer needed."""


class Unavailable(Exception):
    """This peer can't run here; says why."""


class Eager:
    """PyTorch as documented: the torchvision module, called."""

    def __init__(self, setup: Setup) -> None:
        import torch

        torch.set_num_threads(setup.threads)

    def load(self, index: int, model: Model, batch: int) -> list[Run]:
        return [_torch_run(eager_network(model))]

    def forget(self) -> None:
        pass


class Compiled(Eager):
    """torch.compile, one graph a batch size."""

    freezing = False

    def load(self, index: int, model: Model, batch: int) -> list[Run]:
        import torch
        import torch._inductor.config

        torch._inductor.config.freezing = self.freezing
        torch._dynamo.config.cache_size_limit = 1000
        return [_torch_run(torch.compile(eager_network(model), dynamic=False))]

    def forget(self) -> None:
        import torch

        torch._dynamo.reset()


class CompiledFrozen(Compiled):
    """torch.compile with weights made constants and packed."""

    freezing = True


class FrozenTorchScript(Eager):
    """The checkpoint itself, frozen and optimised for inference."""

    def load(self, index: int, model: Model, batch: int) -> list[Run]:
        import torch

        return [_torch_run(torch.jit.optimize_for_inference(torch.jit.freeze(_script(model))))]


class OnnxRuntime:
    """The checkpoint exported to ONNX; one session a batch size."""

    def __init__(self, setup: Setup) -> None:
        _need("onnxruntime", "onnx")
        self.setup = setup

    def load(self, index: int, model: Model, batch: int) -> list[Run]:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.setup.threads
        options.inter_op_num_threads = 1
        # Each session has threads of its own; spinning, those of the idle ones take the cores (24 crops/s instead of 61).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_free_dimension_override_by_name("n", batch)
        file = _converted(self.setup, model, "onnx", _export_onnx)
        session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        return [_at_once(lambda tiles: session.run(None, {"tiles": tiles})[0])]

    def forget(self) -> None:
        pass


class OpenVino:
    """The checkpoint converted by OpenVINO; one compiled model a batch size."""

    def __init__(self, setup: Setup, hint: str, precision: str) -> None:
        _need("openvino", *(["nncf"] if precision == "int8" else []))
        import openvino

        self.setup = setup
        self.core = openvino.Core()
        self.int8 = precision == "int8"
        if precision == "bf16" and "BF16" not in self.core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
            raise Unavailable("OpenVINO sees no bf16 in this CPU")
        self.settings = {
            "PERFORMANCE_HINT": hint.upper(),
            "INFERENCE_PRECISION_HINT": "bf16" if precision == "bf16" else "f32",
            "INFERENCE_NUM_THREADS": setup.threads,
        }

    def load(self, index: int, model: Model, batch: int) -> list[Run]:
        file = _converted(self.setup, model, "xml", _export_openvino)
        if self.int8:
            tiles = self.setup.calibration[index]
            file = _converted(self.setup, model, "int8.xml", lambda _, target: _quantise(file, tiles, target))
        network = self.core.read_model(file)
        network.reshape([batch, 3, 128, 128])
        compiled = self.core.compile_model(network, "CPU", self.settings)
        count = compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
        requests = [compiled.create_infer_request() for _ in range(count)]
        if len(requests) == 1:
            return [_at_once(lambda tiles: requests[0].infer([tiles], share_inputs=True)[0])]
        return [_openvino_run(request) for request in requests]

    def forget(self) -> None:
        pass


def _torch_run(network: Callable[[Any], Any]) -> Run:
    import torch

    def run(tiles: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            return network(torch.from_numpy(tiles)).numpy()

    return _at_once(run)


def _at_once(run: Callable[[np.ndarray], np.ndarray]) -> Run:
    """For what is done when the call returns."""

    def start(tiles: np.ndarray) -> Callable[[], np.ndarray]:
        outputs = run(tiles)
        return lambda: outputs

    return start


def _openvino_run(request: Any) -> Run:
    def wait() -> np.ndarray:
        request.wait()
        return request.get_output_tensor(0).data.copy()

    def start(tiles: np.ndarray) -> Callable[[], np.ndarray]:
        request.start_async([tiles], share_inputs=True)
        return wait

    return start


def _need(*packages: str) -> None:
    missing = [package for package in packages if version(package) is None]
    if missing:
        raise Unavailable(f"{', '.join(missing)} not installed (bench/requirements.txt)")


def _script(model: Model) -> Any:
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.jit.load(str(model.file), map_location="cpu").eval()


def _converted(setup: Setup, model: Model, suffix: str, convert: Callable[[Model, Path], None]) -> Path:
    """The converted file, made once; the name follows the checkpoint's path, size and time."""
    status = model.file.stat()
    stem = f"{model.id.replace('/', '-')}-{status.st_size}-{status.st_mtime_ns}"
    target = setup.work / f"{stem}.{suffix}"
    if not target.exists():
        part = setup.work / f"{stem}.part{os.getpid()}.{suffix}"
        convert(model, part)
        if suffix.endswith("xml"):
            part.with_suffix(".bin").rename(target.with_suffix(".bin"))
        part.rename(target)
    return target


def _example() -> Any:
    import torch

    return torch.rand(2, 3, 128, 128)


def _export_onnx(model: Model, target: Path) -> None:
    import torch

    axes = {"tiles": {0: "n"}, "outputs": {0: "n"}}
    names = {"input_names": ["tiles"], "output_names": ["outputs"], "dynamic_axes": axes}
    torch.onnx.export(_script(model), (_example(),), str(target), dynamo=False, **names)


def _export_openvino(model: Model, target: Path) -> None:
    import openvino

    converted = openvino.convert_model(_script(model), example_input=_example())
    openvino.save_model(converted, target, compress_to_fp16=False)


def _quantise(file: Path, tiles: Sequence[np.ndarray], target: Path) -> None:
    import nncf
    import openvino

    samples = nncf.Dataset([tile[None] for tile in tiles])
    network = openvino.Core().read_model(file)
    openvino.save_model(nncf.quantize(network, samples, subset_size=len(tiles)), target, compress_to_fp16=False)
