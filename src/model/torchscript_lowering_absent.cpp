#include "torchscript_lowering.hpp"

namespace skingauge {

std::variant<Lowered, NotLowered> lower_torchscript(const ModelSpec& /*model*/,
                                                    std::span<const std::byte> /*file*/,
                                                    std::span<const float> /*input*/, int /*size*/) {
  return NotLowered{"this build has no LibTorch to read it with"};
}

}  // namespace skingauge
