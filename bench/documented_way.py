"""The documented way, measured: eager PyTorch, one tile at a time, as the published program runs the networks.

    bench/documented_way.py MANIFEST [--threads N] [--tiles N] [--rounds N]

Prints one JSON object: crops per second of eager PyTorch at batch 1, and of the frozen TorchScript module at several
batch sizes, medians of interleaved rounds over the manifest's models. Tiles are random bytes: a ResNet's time does
not depend on its input. Compare with `skingauge bench pipeline` on the same machine, at the same time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import torch
import torchvision

BATCHES = (1, 4, 8, 16, 32)


def eager_network(file: Path) -> torch.nn.Module:
    """The torchvision ResNet-50 with the weights of a TorchScript file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weights = torch.jit.load(str(file)).state_dict()
    network = torchvision.models.resnet50(weights=None, num_classes=weights["fc.weight"].shape[0])
    network.load_state_dict(weights)
    return network.eval()


def frozen_module(file: Path) -> Callable[[torch.Tensor], torch.Tensor]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return torch.jit.optimize_for_inference(torch.jit.freeze(torch.jit.load(str(file)).eval()))


def rate(network: Callable[[torch.Tensor], torch.Tensor], batch: int, tiles: int) -> float:
    """Tiles per second, after one warm-up."""
    pixels = torch.randint(0, 256, (batch, 3, 128, 128)).float() / 255
    network(pixels)
    runs = max(1, tiles // batch)
    start = time.perf_counter()
    for _ in range(runs):
        network(pixels)
    return runs * batch / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--tiles", type=int, default=64, help="per measurement")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    manifest = json.loads(arguments.manifest.read_text())
    file = arguments.manifest.parent / manifest["models"][0]["file"]
    eager: list[float] = []
    frozen: dict[int, list[float]] = {batch: [] for batch in BATCHES}
    with torch.inference_mode():
        network, module = eager_network(file), frozen_module(file)
        for _ in range(arguments.rounds):
            eager.append(rate(network, 1, arguments.tiles))
            for batch, rates in frozen.items():
                rates.append(rate(module, batch, arguments.tiles))
    result = {
        "format": 1,
        "bench": "documented_way",
        "torch": torch.__version__,
        "threads": arguments.threads,
        "rounds": arguments.rounds,
        "eager_batch_1_crops_per_s": statistics.median(eager),
        "frozen_crops_per_s_by_batch": {str(batch): statistics.median(rates) for batch, rates in frozen.items()},
    }
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
