// A TorchScript checkpoint, checked and frozen. LibTorch stays behind this header.
#pragma once

#include "skingauge/manifest.hpp"

#include <cstddef>
#include <memory>
#include <span>

namespace skingauge {

/// How a module is prepared for running.
enum class ModuleUse {
  cpu_fp32,   ///< frozen, batch norm folded, oneDNN layouts
  cpu_bf16,   ///< the same in bfloat16
  cuda_fp32,  ///< frozen on the device named with it
  cuda_bf16,
  cuda_fp16,
};

/// What LibTorch holds of a module; defined in torchscript_impl.hpp, for the two sources that see LibTorch.
struct TorchScriptImpl;

/// Loads a TorchScript file from its bytes, checks it against the manifest's model (a forward pass on one
/// black tile gives width() finite outputs), and prepares it. Immutable afterwards; forward passes from many
/// threads are safe. Throws ModelError: model-format (not TorchScript, damaged, weights not finite),
/// model-width; on CUDA also LibTorch's c10::OutOfMemoryError.
std::shared_ptr<const TorchScriptImpl> load_torchscript(const ModelSpec& model, const Preprocess& preprocess,
                                                        std::span<const std::byte> file, ModuleUse use,
                                                        int cuda_index = 0);

}  // namespace skingauge
