// Private to the sources that see LibTorch.
#pragma once

#include "torchscript_module.hpp"

#include <torch/script.h>

namespace skingauge {

/// The module of a file's bytes, on the CPU, as it was saved. Throws ModelError model-format.
torch::jit::Module parse_torchscript(const ModelSpec& model, std::span<const std::byte> file);

struct TorchScriptImpl {
  mutable torch::jit::Module
      module;  ///< forward is not const in LibTorch, but does not change a frozen module
  torch::Device device{torch::kCPU};
  torch::ScalarType type{torch::kFloat};

  /// N x 3 x size x size of `type` on `device` -> N x width, float32 on the CPU.
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& input) const {
    return module.forward({input}).toTensor().to(torch::kCPU, torch::kFloat).contiguous();
  }
};

}  // namespace skingauge
