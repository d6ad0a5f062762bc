// From a TorchScript module to a plain Network. LibTorch stays behind this header.
#pragma once

#include "skingauge/manifest.hpp"
#include "skingauge/network.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace skingauge {

/// Why a module cannot be lowered, for people: "aten::sigmoid is no layer of a Network".
struct NotLowered {
  std::string reason;
};

/// A network, and what the module it came from answers to `input`.
struct Lowered {
  Network network;
  std::vector<float> outputs;  ///< count x width
};

/// Lowers a module of convolutions (square, any groups), batch norms, ReLUs, sums of two branches, max pools,
/// one mean over height and width, and a last linear layer: any torchvision ResNet, ResNeXt or wide ResNet.
/// `input`: count x 3 x size x size normalised values. Never throws for a file or module it does not
/// understand.
std::variant<Lowered, NotLowered> lower_torchscript(const ModelSpec& model, std::span<const std::byte> file,
                                                    std::span<const float> input, int size);

}  // namespace skingauge
