"""The demo networks: a ResNet-50 whose weights are set by hand, and heads solved by ridge regression."""

from __future__ import annotations

import math

import torch
from torch import nn
from torchvision.models import resnet50

from demo_crops import OUTPUTS, WIDTH, Crops

FEATURES = 2048


def stem_filters(generator: torch.Generator) -> torch.Tensor:
    """64 x 3 x 7 x 7: Gabor filters, differences of Gaussians and colours, each of norm 1."""
    y, x = torch.meshgrid(torch.arange(-3.0, 4.0), torch.arange(-3.0, 4.0), indexing="ij")
    grey = torch.tensor([0.114, 0.587, 0.299])
    brown = torch.tensor([-0.7, 0.1, 0.7])
    green = torch.tensor([-0.5, 1.0, -0.5])

    def bell(sigma: float) -> torch.Tensor:
        values = torch.exp(-(x**2 + y**2) / (2 * sigma**2))
        return values / values.sum()

    bank: list[torch.Tensor] = []
    for turn in range(8):
        along = x * math.cos(turn * math.pi / 8) + y * math.sin(turn * math.pi / 8)
        for wavelength, sigma in ((3.5, 1.4), (6.0, 2.2)):
            for phase in (0.0, math.pi / 2, math.pi):
                wave = torch.cos(2 * math.pi * along / wavelength + phase) * bell(sigma)
                bank.append(torch.einsum("c,hw->chw", grey, wave - wave.mean()))
    for colour in (grey, brown):
        for inner, outer in ((0.7, 1.4), (1.2, 2.4)):
            ring = bell(inner) - bell(outer)
            bank += [torch.einsum("c,hw->chw", colour, ring), torch.einsum("c,hw->chw", colour, -ring)]
    for colour in (grey, -grey, brown, -brown, green, -green):
        bank.append(torch.einsum("c,hw->chw", colour, bell(2.0)))
    filters = torch.stack(bank)
    rest = torch.randn(64 - len(filters), 3, 7, 7, generator=generator)
    filters = torch.cat([filters, rest - rest.mean(dim=(1, 2, 3), keepdim=True)])
    return filters / filters.flatten(1).norm(dim=1)[:, None, None, None]


# Added to a batch norm's output, in standard deviations: nearly all of it passes the ReLU behind.
LINEAR = 2.5
# How much a random residual branch adds: every layer has its say, and none drowns the filters.
BRANCH = 0.1


def copy_levels(block: nn.Module) -> None:
    """Sets the first residual block to hand on every input channel four times, cut off at four levels: a coarse
    histogram of each filter's responses."""
    convolution, norm = block.downsample
    inputs = convolution.in_channels
    channels = torch.arange(inputs)
    convolution.weight.zero_()
    for level, shift in enumerate((LINEAR, -0.8, 0.0, -1.6)):
        convolution.weight[level * inputs + channels, channels] = 1.0
        norm.bias[level * inputs : (level + 1) * inputs] = shift


def average_down(block: nn.Module) -> None:
    """Sets a residual block that halves the picture to hand on its first channels averaged, nothing left out; the
    others are random mixtures of single pixels and of those averages."""
    kept = block.conv2.in_channels
    channels = torch.arange(kept)
    for convolution in (block.conv1, block.conv2):
        convolution.weight.zero_()
    block.conv1.weight[channels, channels] = 1.0
    block.conv2.weight[channels, channels] = 1 / 9
    for norm in (block.bn1, block.bn2):
        norm.bias.fill_(LINEAR)
    block.conv3.weight[:kept] = 0.0
    block.conv3.weight[channels, channels] = 1.0
    block.bn3.weight[:kept] = 1.0
    block.bn3.bias[:kept] = LINEAR
    block.downsample[1].weight[:kept] = 0.0


def make_backbone(seed: int) -> nn.Module:
    """A ResNet-50 without its last layer, its weights set: levels of the stem's responses, averaged over the picture,
    and random mixtures of them."""
    torch.manual_seed(seed)
    network = resnet50(weights=None)
    network.fc = nn.Identity()
    with torch.no_grad():
        for layer in (network.layer1, network.layer2, network.layer3, network.layer4):
            for block in layer:
                block.bn3.weight.fill_(BRANCH)
        network.conv1.weight.copy_(stem_filters(torch.Generator().manual_seed(seed)))
        copy_levels(network.layer1[0])
        for layer in (network.layer2, network.layer3, network.layer4):
            average_down(layer[0])
    return network.to(memory_format=torch.channels_last)


def has_fast_bfloat16() -> bool:
    """Whether this processor multiplies in bfloat16; elsewhere float32 is faster."""
    check = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(check and check())


class Network:
    """The backbone, and behind it the heads of all models: crop -> all outputs, one behind the other."""

    def __init__(self, seed: int) -> None:
        self.backbone = make_backbone(seed).eval()
        self.weight = torch.zeros(WIDTH, FEATURES)
        self.bias = torch.zeros(WIDTH)
        self.seed = seed

    def features(self, tiles: torch.Tensor, exact: bool = False) -> torch.Tensor:
        """Pooled features of tiles given as bytes; exact: in float32, as the program computes."""
        inputs = tiles.float().mul_(1 / 255).contiguous(memory_format=torch.channels_last)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=not exact and has_fast_bfloat16()):
            return self.backbone(inputs).float()

    def crop_features(self, crops: Crops, exact: bool = False) -> torch.Tensor:
        """The sum of the features of each crop's tiles: a crop's outputs are the sum of its tiles' outputs."""
        owner = torch.repeat_interleave(torch.arange(len(crops.count)), crops.count)
        sums = torch.zeros(len(crops.count), FEATURES)
        for part in torch.arange(len(crops.tiles)).split(64):
            sums.index_add_(0, owner[part], self.features(crops.tiles[part], exact))
        return sums

    def outputs(self, crops: Crops, features: torch.Tensor) -> torch.Tensor:
        return features @ self.weight.T + torch.outer(crops.count.float(), self.bias)

    def measure_batch_norm(self, crops: Crops, limit: int = 512) -> None:
        """Sets the batch norms' statistics to those of some of the tiles."""
        norms = [module for module in self.backbone.modules() if isinstance(module, nn.BatchNorm2d)]
        for norm in norms:
            norm.momentum = None  # a plain mean over the batches
        self.backbone.train()
        order = torch.randperm(len(crops.tiles), generator=torch.Generator().manual_seed(self.seed))
        for part in order[:limit].split(64):
            self.features(crops.tiles[part])
        self.backbone.eval()


def solve_ridge(features: torch.Tensor, count: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, float, float]:
    """Weights and bias with target ~ features . weights + count x bias, and the error left out.

    The penalty is the largest one whose error, when each crop in turn is left out, is within 2 % of the smallest: a
    head should not hang on what rounding in bf16 or 8 bits changes.
    """
    tiles = count.double()
    inputs, values = features.double(), target.double()

    def without_tiles(column: torch.Tensor) -> torch.Tensor:
        return column - torch.outer(tiles, tiles @ column) / (tiles @ tiles)

    scale = without_tiles(inputs).std(dim=0) + 0.2  # features that hardly vary stay small
    scaled = without_tiles(inputs) / scale
    centred = without_tiles(values[:, None])[:, 0]
    eigenvalues, vectors = torch.linalg.eigh(scaled @ scaled.T)
    rotated = vectors.T @ centred
    tried: list[tuple[float, torch.Tensor]] = []
    for penalty in 10.0 ** torch.arange(1.0, 5.6, 0.25, dtype=torch.float64):
        shrink = penalty / (eigenvalues.clamp(min=0) + penalty)
        residual = vectors @ (shrink * rotated)
        left_out = residual / ((vectors**2) @ shrink)
        tried.append((float(left_out.square().mean().sqrt()), residual / penalty))
    smallest = min(error for error, _ in tried)
    error, dual = next(pair for pair in reversed(tried) if pair[0] <= 1.02 * smallest)
    weights = (scaled.T @ dual) / scale
    bias = float(tiles @ (values - inputs @ weights) / (tiles @ tiles))
    return weights.float(), bias, error


def solve_heads(network: Network, crops: Crops, features: torch.Tensor) -> None:
    """Sets every head by ridge regression. A grade's scores are a bell around the regressed grade g, which is linear
    in it: -(k - g)^2 / 2s^2 = k g / s^2 - k^2 / 2s^2 + a term that all grades share. Grades count from the middle one,
    so that scores stay small."""
    for column, output in enumerate(OUTPUTS):
        known = ~torch.isnan(crops.truth[:, column])
        count = crops.count[known]
        middle = (output.head.width - 1) / 2 if output.head.task == "grade" else 0.0
        weights, bias, error = solve_ridge(features[known], count, crops.truth[known, column] - middle)
        if output.head.task == "measurement":
            network.weight[output.offset] = weights
            network.bias[output.offset] = bias
            continue
        steps = torch.arange(output.head.width, dtype=torch.float32) - middle
        sharpness = 1 / max(error, 0.7) ** 2
        network.weight[output.columns] = torch.outer(steps * sharpness, weights)
        # The caller adds up the tiles' outputs, so each tile brings its share of the constant term.
        constant = steps.square() * sharpness / 2 / count.float().mean()
        network.bias[output.columns] = steps * sharpness * bias - constant
