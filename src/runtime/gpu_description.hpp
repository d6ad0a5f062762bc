// What plans for a GPU are made from: its properties, of the machine at hand or written down on another one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace skingauge {

/// A GPU as cuDNN describes one (its device properties as JSON). Two with the same text have the same plans.
struct GpuDescription {
  std::string name;       ///< as its driver says: "NVIDIA H200"
  int capability{0};      ///< 10 x major + minor: 90
  int driver{0};          ///< the newest CUDA its driver knows, as CUDA writes it: 13000
  std::size_t memory{0};  ///< bytes in all
  int multiprocessors{0};
  std::string properties;  ///< the JSON
};

/// From cuDNN's JSON. Throws UsageError naming `where` and what is missing or wrong for anything else.
GpuDescription parse_gpu_description(const std::string& json, const std::string& where);

/// The same of properties that cuDNN itself has written, whatever its version holds in them.
GpuDescription gpu_of_properties(const std::string& json, const std::string& where);

/// The GPUs that are known by name: "h200", "a100", ..., in lower case. Their numbers are from the vendor's
/// data sheets and CUDA's tables of compute capabilities, not read off such a device: a description written
/// on the machine itself (`skingauge doctor --describe-device`) is to be preferred.
std::vector<std::string> known_gpus();

/// A known GPU's description, or that in the file of this name. Throws UsageError naming what is known where
/// it is neither, or what is wrong with the file.
GpuDescription gpu_description(const std::string& name_or_file);

/// Of the CUDA device with this index. Throws DeviceError; device-unavailable in a build without cuDNN.
GpuDescription describe_gpu(int index);

}  // namespace skingauge
