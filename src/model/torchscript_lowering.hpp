// From a TorchScript module to a plain Network. LibTorch stays behind this header.
#pragma once

#include "skingauge/manifest.hpp"
#include "skingauge/network.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <variant>

namespace skingauge {

/// Why a module cannot be lowered, for people: "aten::sigmoid is no layer of a Network".
struct NotLowered {
  std::string reason;
};

/// Lowers a module of convolutions (square, any groups), batch norms, ReLUs, sums of two branches, max pools,
/// one mean over height and width, and a last linear layer: any torchvision ResNet, ResNeXt or wide ResNet.
/// The file was checked by load_torchscript before. Never throws for a module it does not understand.
std::variant<Network, NotLowered> lower_torchscript(const ModelSpec& model, std::span<const std::byte> file);

}  // namespace skingauge
