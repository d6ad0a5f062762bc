#include "torchscript_lowering.hpp"

namespace skingauge {

std::variant<Network, NotLowered> lower_torchscript(const ModelSpec& /*model*/,
                                                    std::span<const std::byte> /*file*/) {
  return NotLowered{"this build has no LibTorch to read it with"};
}

}  // namespace skingauge
