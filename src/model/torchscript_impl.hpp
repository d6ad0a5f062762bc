// Private to the sources that see LibTorch.
#pragma once

#include "skingauge/error.hpp"

#include "torchscript_module.hpp"

#include <torch/script.h>

namespace skingauge {

/// A module in float32 on the CPU, its parameters constants of one graph; not yet optimised.
struct TorchScriptSource {
  torch::jit::Module frozen;
};

struct TorchScriptImpl {
  mutable torch::jit::Module
      module;  ///< forward is not const in LibTorch, but does not change a frozen module
  torch::Device device{torch::kCPU};
  torch::ScalarType type{torch::kFloat};
  bool one_tile{false};  ///< forward takes one tile at a time

  /// N x 3 x size x size of `type` on `device` -> N x width, float32 on the CPU.
  [[nodiscard]] torch::Tensor forward(const torch::Tensor& input) const;
};

/// What a module gives for a batch. Throws c10::Error where that is no tensor.
torch::Tensor run_module(torch::jit::Module& module, const torch::Tensor& input);

/// Throws ModelError that names the model and its file.
[[noreturn]] void fail(ErrorCode code, const ModelSpec& model, const std::string& message);

/// An exception's message without LibTorch's stack.
std::string first_line(const std::exception& error);

}  // namespace skingauge
