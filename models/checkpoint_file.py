"""Reading a published checkpoint and making TorchScript of it. Every way a file can be wrong is one CheckpointError."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torchvision

# Parts of a key that wrappers add which compute nothing of their own: DataParallel, torch.compile, FSDP, Opacus.
WRAPPERS = {"module", "_orig_mod", "_fsdp_wrapped_module", "_module"}
FIRST_KEY = "conv1.weight"  # of a ResNet

# Traced and eager network run the same kernels on the same input; only fusions could move a last bit.
TRACE_TOLERANCE = 1e-5


class CheckpointError(Exception):
    """A file that is no usable checkpoint: names the file, what was found and what was expected, in one line."""


def read_state(file: Path, say: Callable[[str], None] = lambda line: None) -> dict[str, torch.Tensor]:
    """The state dict of a checkpoint {model_state, epoch, best_loss}, or of a bare state dict (`say` tells so).

    Keys are those of a plain ResNet as far as they can be: what wrappers add is taken off, and a last layer that stands
    alone in a Sequential is `fc` (`say` tells so where the file can't tell that nothing else belongs to it). Raises
    CheckpointError.
    """
    content = _load(file)
    if not isinstance(content, Mapping):
        raise CheckpointError(f"{file}: found {type(content).__name__}, expected {{model_state, epoch, best_loss}}")
    state: Any = content
    if "model_state" in content:
        state = content["model_state"]
    elif content and all(isinstance(value, torch.Tensor) for value in content.values()):
        say(f"note: {file} is a bare state dict, without model_state; taken as it is")
    else:
        raise CheckpointError(f"{file}: model_state: found keys {_some(content)}, expected model_state")
    if not isinstance(state, Mapping) or not all(isinstance(value, torch.Tensor) for value in state.values()):
        raise CheckpointError(f"{file}: model_state: found {type(state).__name__}, expected tensors by name")
    notes: list[str] = []
    names = _plain_last_layer(_without_prefix([_without_wrappers(str(key)) for key in state], notes), notes)
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        both = " and ".join(str(key) for key, name in zip(state, names, strict=True) if name == twice)
        raise CheckpointError(f"{file}: {twice}: found {both}, expected one of them")
    for note in notes:
        say(f"note: {file}: {note}")
    return dict(zip(names, state.values(), strict=True))


def _without_wrappers(key: str) -> str:
    return ".".join(part for part in key.split(".") if part not in WRAPPERS)


def _without_prefix(names: list[str], notes: list[str]) -> list[str]:
    """A ResNet kept as a module's part (`model.`, `net.`, `backbone.`): its keys without that part's name."""
    firsts = [name for name in names if name.endswith("." + FIRST_KEY) and "layer" not in name]
    if FIRST_KEY in names or len(firsts) != 1:
        return names
    prefix = firsts[0].removesuffix(FIRST_KEY)
    notes.append(f"keys begin with {prefix}, which is taken off; what that module did besides its ResNet is not in the file")
    return [name.removeprefix(prefix) for name in names]


def _plain_last_layer(names: list[str], notes: list[str]) -> list[str]:
    """`fc.1.weight` and `fc.1.bias` alone, as of Sequential(Dropout, Linear): the last layer."""
    inside = {name.rpartition(".")[0] for name in names if name.startswith("fc.")} - {"fc"}
    if len(inside) != 1 or {"fc.weight", "fc.bias"} & set(names):
        return names
    layer = inside.pop()
    notes.append(f"{layer} is taken as the last layer; what stands beside it has no weights, and is taken for Dropout")
    return ["fc" + name.removeprefix(layer) if name.startswith(layer + ".") else name for name in names]


def resnet50_from_state(state: Mapping[str, torch.Tensor], outputs: int, file: Path) -> torch.nn.Module:
    """torchvision's ResNet-50 with `outputs` outputs and exactly these weights, in float32, ready to predict.

    `file` stands in messages. Raises CheckpointError for the first key that is missing, unknown, of another shape, or
    not finite. (num_batches_tracked may be missing: prediction does not use it.)
    """
    network = torchvision.models.resnet50(weights=None, num_classes=outputs)
    expected = network.state_dict()
    _check_keys(state, expected, file)
    for key, value in state.items():
        _check_tensor(key, value, expected[key], file)
    network.load_state_dict(dict(state), strict=False)
    return network.eval().requires_grad_(False)


def script_bytes(network: torch.nn.Module, side: int, file: Path) -> bytes:
    """TorchScript of `network` for inputs N x 3 x side x side, as a file's bytes.

    Checks that the trace answers what the network answers, for one tile and for three. Raises CheckpointError.
    """
    generator = torch.Generator().manual_seed(0)
    with torch.inference_mode(), warnings.catch_warnings():
        # PyTorch 2.11 deprecates TorchScript; it is the format the program loads.
        warnings.filterwarnings("ignore", message=r".*torch\.jit.*deprecated", category=DeprecationWarning)
        traced = torch.jit.trace(network, torch.rand(2, 3, side, side, generator=generator), check_trace=False)
        for batch in (1, 3):
            tiles = torch.rand(batch, 3, side, side, generator=generator)
            _check_trace(traced(tiles), network(tiles), file)
        buffer = io.BytesIO()
        torch.jit.save(traced, buffer)
    return buffer.getvalue()


def _load(file: Path) -> Any:
    if zipfile.is_zipfile(file):
        with zipfile.ZipFile(file) as archive:
            if any("/code/" in name for name in archive.namelist()):
                raise CheckpointError(f"{file}: found a TorchScript archive, expected a state dict")
    elif _starts_as_archive(file):
        raise CheckpointError(f"{file}: found a PyTorch archive that ends early, after {file.stat().st_size} bytes")
    try:
        with torch.serialization.safe_globals(_numpy_scalars()):
            return torch.load(file, map_location="cpu", weights_only=True)
    except OSError:
        raise
    except Exception as error:  # torch.load raises almost anything on foreign bytes
        foreign = re.search(r"GLOBAL (\S+)", str(error))
        found = f"found the Python object {foreign[1]}" if foreign else f"found {_first_bytes(file)}"
        raise CheckpointError(f"{file}: {found}, expected a PyTorch archive of weights only") from None


def _starts_as_archive(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(4) == b"PK\x03\x04"


def _numpy_scalars() -> list[Any]:
    # The best loss may have been stored as a NumPy scalar, by a NumPy whose modules had other names.
    scalar = np._core.multiarray.scalar
    types = [np.dtypes.Float64DType, np.dtypes.Float32DType, np.dtypes.Int64DType]
    return [scalar, (scalar, "numpy.core.multiarray.scalar"), np.dtype, *types]


def _check_keys(state: Mapping[str, torch.Tensor], expected: Mapping[str, torch.Tensor], file: Path) -> None:
    missing = [key for key in expected if key not in state and not key.endswith("num_batches_tracked")]
    unknown = [key for key in state if key not in expected]
    found = f"found {len(state)} keys, {len(unknown) or 'none'} of another name"
    if unknown:
        shown = ", ".join(f"{key} ({_shape(state[key])})" for key in unknown[:3])
        found += f": {shown}{' ...' if len(unknown) > 3 else ''}"
    if missing:
        words = f"{missing[0]}: missing{_more(missing)}, expected the {len(expected)} keys of a ResNet-50"
        raise CheckpointError(f"{file}: {words}; {found}")
    if unknown:
        raise CheckpointError(f"{file}: {unknown[0]}: not a key of a ResNet-50{_more(unknown)}; {found}")


def _check_tensor(key: str, value: torch.Tensor, expected: torch.Tensor, file: Path) -> None:
    if value.shape != expected.shape:
        raise CheckpointError(f"{file}: {key}: found {_shape(value)}, expected {_shape(expected)}")
    if value.is_complex() or (expected.is_floating_point() and not value.is_floating_point()):
        raise CheckpointError(f"{file}: {key}: found {value.dtype}, expected {expected.dtype}")
    if not torch.isfinite(value).all():
        count = int((~torch.isfinite(value)).sum())
        raise CheckpointError(f"{file}: {key}: found {count} values that are NaN or infinite, expected finite weights")


def _check_trace(traced: torch.Tensor, eager: torch.Tensor, file: Path) -> None:
    if not torch.isfinite(eager).all():
        raise CheckpointError(f"{file}: found an output that is not finite on random tiles, expected finite outputs")
    limit = TRACE_TOLERANCE * max(1.0, float(eager.abs().max()))
    difference = float((traced - eager).abs().max())
    if difference > limit:
        raise CheckpointError(f"{file}: trace differs from the network by {difference:g}, expected at most {limit:g}")


def _shape(tensor: torch.Tensor) -> str:
    return " x ".join(map(str, tensor.shape)) or "a single number"


def _some(keys: Mapping[Any, Any]) -> str:
    names = [str(key) for key in keys]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _more(keys: list[str]) -> str:
    return f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""


def _first_bytes(file: Path) -> str:
    with file.open("rb") as stream:
        start = stream.read(8)
    return f"a file that begins with {start.hex(' ')}" if start else "an empty file"
