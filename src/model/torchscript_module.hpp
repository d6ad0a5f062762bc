// A TorchScript checkpoint, checked and frozen. LibTorch stays behind this header.
#pragma once

#include "skingauge/manifest.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

/// How a module is prepared for running.
enum class ModuleUse {
  cpu_fp32,   ///< batch norm folded, oneDNN layouts
  cpu_bf16,   ///< the same in bfloat16
  cuda_fp32,  ///< on the device named with it
  cuda_bf16,
  cuda_fp16,
};

/// What LibTorch holds of a module; defined in torchscript_impl.hpp, for the sources that see LibTorch.
struct TorchScriptSource;
struct TorchScriptImpl;

/// Two tiles of different colours and contrast, as a network reads them.
struct CheckTiles {
  std::span<const float> values;  ///< 2 x 3 x size x size, normalised
  int size{0};                    ///< pixels
};

/// A module that passed all checks of read_torchscript, and what they showed. The same whatever the engine,
/// the device and the precision are.
struct CheckedModule {
  std::shared_ptr<const TorchScriptSource> source;
  std::vector<float> outputs;      ///< of the check tiles, each alone, float32 on the CPU: 2 x width
  bool one_tile{false};            ///< it runs for one tile at a time only
  std::vector<std::string> hints;  ///< what a user should know of its outputs, a sentence each
};

/// Loads a TorchScript file from its bytes, freezes it in float32 and checks it. Throws ModelError:
///   model-format        not TorchScript (said as what, where the bytes tell), damaged, not finite, cannot
///   run model-width         other than width() outputs a tile model-training      dropout or a batch norm is
///   active model-inconsistent  outputs of a tile differ from run to run, or with the tiles beside it
CheckedModule read_torchscript(const ModelSpec& model, std::span<const std::byte> file,
                               const CheckTiles& tiles);

/// Prepares a checked module for running. Immutable afterwards; forward passes from many threads are safe.
/// Throws ModelError (model-format) where it does not run that way; on CUDA also LibTorch's
/// c10::OutOfMemoryError.
std::shared_ptr<const TorchScriptImpl> load_torchscript(const ModelSpec& model, const CheckedModule& checked,
                                                        int size, ModuleUse use, int cuda_index = 0);

}  // namespace skingauge
