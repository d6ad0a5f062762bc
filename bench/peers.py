"""Who is compared: the peers by name, and what each is asked to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from peer_engines import Compiled, CompiledFrozen, Eager, Engine, FrozenTorchScript, OnnxRuntime, OpenVino, Setup


@dataclass(frozen=True)
class Peer:
    name: str
    make: Callable[[Setup], Engine]
    precision: str = "fp32"
    tile_by_tile: bool = False  # one photograph's tiles one at a time: a graph for each count costs too much to compile
    most_models: int | None = None  # compiling takes long: rates cycle through these many models

    @property
    def id(self) -> str:
        return f"{self.name} {self.precision}"


def _openvino(hint: str, precision: str) -> Peer:
    return Peer(f"openvino-{hint}", lambda setup: OpenVino(setup, hint, precision), precision)


PEERS = (
    Peer("pytorch-eager", Eager),
    Peer("torch-compile", Compiled, tile_by_tile=True, most_models=3),
    Peer("torch-compile-freezing", CompiledFrozen, tile_by_tile=True, most_models=3),
    Peer("torchscript-frozen", FrozenTorchScript),
    Peer("onnxruntime", OnnxRuntime),
    *[_openvino(hint, precision) for precision in ("fp32", "bf16", "int8") for hint in ("latency", "throughput")],
)
