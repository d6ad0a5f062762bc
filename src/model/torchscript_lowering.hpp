// From a TorchScript module to a plain Network. LibTorch stays behind this header.
#pragma once

#include "skingauge/network.hpp"

#include "torchscript_module.hpp"

#include <string>
#include <variant>

namespace skingauge {

/// Why a module cannot be lowered, for people: "aten::sigmoid has no fused form (head.1)".
struct NotLowered {
  std::string reason;
};

/// Lowers a module of convolutions (square, any groups), batch norms, ReLUs, sums of two branches, arithmetic
/// with constants, max pools, one mean over height and width, and linear layers at the end: any torchvision
/// ResNet, ResNeXt or wide ResNet, traced or scripted, frozen or not. `size` is a tile's side in pixels.
/// Never throws for a module it does not understand.
std::variant<Network, NotLowered> lower_torchscript(const CheckedModule& checked, int size);

}  // namespace skingauge
