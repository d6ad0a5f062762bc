// The layers of networks on an NVIDIA GPU: convolutions by cuDNN, the rest by our kernels.
#pragma once

#include "runtime/device_layers.hpp"
#include "runtime/gpu_description.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace skingauge {

struct CudaLayersOptions {
  GpuDescription gpu;
  Precision precision{Precision::fp32};
  std::filesystem::path cache{};  ///< folder of prepared networks, where plans are kept; empty: none
  /// The device to run on and measure plans on; null: plans are made by cuDNN's heuristics, and nothing can
  /// run.
  std::shared_ptr<DeviceApi> device{};
  int device_index{0};
};

/// See DeviceLayers. Plans come from the cache, else from measurement where there are device and cache, else
/// from heuristics. In int8 none is compiled at run time, so that a device takes fused what was so without
/// one: what ends with a ReLU and has a residual, or no larger an output than its input, which then is read
/// in the residual's place and counts 0 times.
class CudaLayers : public DeviceLayers {
 public:
  /// How many plans there are, and how many of them were measured, restored, or could not be fused.
  struct Counts {
    std::size_t plans{0};
    std::size_t measured{0};
    std::size_t restored{0};
    std::size_t bare{0};
  };
  [[nodiscard]] virtual Counts counts() const = 0;
};

/// Throws DeviceError device-unavailable in a build without cuDNN; UsageError for a description that cuDNN
/// does not take.
std::shared_ptr<CudaLayers> make_cuda_layers(CudaLayersOptions options);

/// The version of cuDNN that plans are made with: "9.19.0"; "none" in a build without it.
std::string cudnn_plan_version();

}  // namespace skingauge
