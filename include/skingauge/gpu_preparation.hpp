// Making an ensemble ready for an NVIDIA GPU, on a machine that need not have one.
#pragma once

#include "skingauge/ensemble.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

struct GpuPreparationOptions {
  std::string target;         ///< "h200", "a100", "l4", ...: known_targets(); or a file of describe_target
  std::string target_json{};  ///< instead: what describe_target or target_description says
  Precision precision{Precision::fp16};
  std::optional<Int8Ranges> int8_ranges{};  ///< what precision int8 needs; find_int8_ranges makes it
  Mode mode{Mode::both};
  int batch{128};  ///< the largest that plans are made for, beside 1, 2, 4, ...; 1..1024
  JpegDecoding jpeg{JpegDecoding::cpu};
  int in_flight{0};               ///< as EnsembleOptions::in_flight; 0: what this machine's processors allow
  std::filesystem::path cache{};  ///< where weights and plans go; empty: they are made and dropped
  std::function<void(std::size_t done, std::size_t all)> progress{};  ///< models; from the calling thread

  /// Throws UsageError naming field, value and allowed range.
  void validate() const;
};

/// A line of the plan of memory.
struct MemoryUse {
  std::string purpose;
  std::size_t bytes{0};
  bool pinned{false};  ///< memory of the host, pinned; else of the GPU
};

struct GpuPreparation {
  std::string gpu;            ///< the target's name: "NVIDIA H200"
  std::size_t gpu_memory{0};  ///< bytes in all
  std::size_t models{0};
  std::vector<std::size_t> buckets;  ///< sizes of batches
  std::size_t lanes{0};              ///< batches that run side by side
  std::size_t plans{0};              ///< of convolutions, for all buckets
  std::size_t restored{0};           ///< of them taken from the cache
  std::size_t bare{0};               ///< of them not fused with bias, residual and ReLU
  std::vector<MemoryUse> memory;
  std::vector<std::string> notes;
};

/// Lowers every model, makes cuDNN's plan for each convolution and size of batch by its heuristics (measured
/// plans need the GPU itself: an ensemble with a cache makes them at its first start there), and plans
/// memory. Throws ModelError where a model has no form on a GPU or int8 no ranges for it, DeviceError
/// device-unavailable where the build has no cuDNN or the memory cannot suffice (with the figures),
/// UsageError.
GpuPreparation prepare_for_gpu(const std::filesystem::path& manifest, const GpuPreparationOptions& options);

/// The names of targets that need no file.
std::vector<std::string> known_targets();

/// A target's description: JSON. Throws UsageError where there is no such target.
std::string target_description(const std::string& target);

/// The description of this machine's CUDA device, to be kept in a file: JSON. Throws DeviceError.
std::string describe_target(int device = 0);

}  // namespace skingauge
