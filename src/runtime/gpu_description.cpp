#include "runtime/gpu_description.hpp"

#include "skingauge/error.hpp"

#include "core/ascii.hpp"
#include "core/json_file.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace skingauge {
namespace {

// What differs between the GPUs that are known by name.
struct KnownGpu {
  std::string_view key;
  std::string_view name;
  int capability;
  int multiprocessors;
  int clock_mhz;
  int memory_clock_mhz;
  int l2_mib;
  int memory_gib;
};

constexpr std::array<KnownGpu, 13> kKnown{{
    {"a100", "NVIDIA A100-SXM4-80GB", 80, 108, 1410, 1593, 40, 80},
    {"a100-40gb", "NVIDIA A100-SXM4-40GB", 80, 108, 1410, 1215, 40, 40},
    {"a30", "NVIDIA A30", 80, 56, 1440, 1215, 24, 24},
    {"a10", "NVIDIA A10", 86, 72, 1695, 6251, 6, 24},
    {"a40", "NVIDIA A40", 86, 84, 1740, 7251, 6, 48},
    {"rtx3090", "NVIDIA GeForce RTX 3090", 86, 82, 1695, 9751, 6, 24},
    {"l4", "NVIDIA L4", 89, 58, 2040, 6251, 48, 24},
    {"l40s", "NVIDIA L40S", 89, 142, 2520, 9001, 96, 48},
    {"rtx4090", "NVIDIA GeForce RTX 4090", 89, 128, 2520, 10501, 72, 24},
    {"h100", "NVIDIA H100 80GB HBM3", 90, 132, 1980, 2619, 50, 80},
    {"h100-pcie", "NVIDIA H100 PCIe", 90, 114, 1755, 1593, 50, 80},
    {"h200", "NVIDIA H200", 90, 132, 1980, 3201, 60, 141},
    {"b200", "NVIDIA B200", 100, 148, 1965, 3996, 126, 180},
}};

// What CUDA's programming guide tables by compute capability.
struct Capability {
  int shared_memory_kib;  ///< of a block that opts in
  int blocks;             ///< on a multiprocessor
  int threads;            ///< on a multiprocessor
};

constexpr Capability of_capability(int capability) {
  switch (capability) {
    case 80:
      return {163, 32, 2048};
    case 86:
      return {99, 16, 1536};
    case 89:
      return {99, 24, 1536};
    default:  // 90, 100
      return {227, 32, 2048};
  }
}

Json properties_of(const KnownGpu& gpu) {
  constexpr int kCuda = 13000;
  const auto limits = of_capability(gpu.capability);
  return {{"deviceName", gpu.name},
          {"deviceVer", gpu.capability * 10},
          {"driverVer", kCuda},
          {"cudaDeviceId", 0},
          {"pciDeviceId", 0},
          {"isTccDriver", 0},
          {"supportCoopLaunch", 1},
          {"totalGlobalMem", static_cast<std::uint64_t>(gpu.memory_gib) << 30U},
          {"multiProcessorCount", gpu.multiprocessors},
          {"smClockRateKHz", gpu.clock_mhz * 1000},
          {"memClockRateKHz", gpu.memory_clock_mhz * 1000},
          {"l2CacheSize", gpu.l2_mib << 20},
          {"warpSize", 32},
          {"maxGridSize", {2147483647, 65535, 65535}},
          {"maxBlockSize", {1024, 1024, 64}},
          {"regsPerBlock", 65536},
          {"maxRegistersPerSM", 65536},
          {"maxSharedMemoryPerBlock", 48 << 10},
          {"maxSharedMemoryPerBlockOptin", limits.shared_memory_kib << 10},
          {"reservedSharedMemoryPerBlock", 1024},
          {"maxCtasPerSM", limits.blocks},
          {"maxThreadsPerBlock", 1024},
          {"maxThreadsPerSM", limits.threads}};
}

[[noreturn]] void wrong(const std::string& where, const std::string& what) {
  throw UsageError(ErrorCode::bad_option, where + ": no description of a GPU: " + what);
}

// cuDNN wants them all, and names none that it misses.
void check_keys(const Json& json, const std::string& where) {
  if (!json.is_object()) wrong(where, "expected an object");
  const auto examples = properties_of(kKnown.front());
  for (const auto& [key, example] : examples.items()) {
    if (!json.contains(key)) wrong(where, "field \"" + key + "\" is missing");
    const auto& found = json.at(key);
    const bool fits = example.is_string()  ? found.is_string()
                      : example.is_array() ? found.is_array() && found.size() == example.size()
                                           : found.is_number_integer() || found.is_boolean();
    if (!fits) wrong(where, "field \"" + key + "\" is " + found.dump());
  }
}

std::string text_of(const std::string& file) {
  constexpr std::size_t kMost = 64U << 10U;
  try {
    return read_text_file(file, kMost);
  } catch (const JsonError& e) {
    wrong(file, e.what());
  }
}

}  // namespace

GpuDescription parse_gpu_description(const std::string& json, const std::string& where) try {
  check_keys(parse_json(json).value, where);
  return gpu_of_properties(json, where);
} catch (const JsonError& e) {
  wrong(where, e.what());
}

GpuDescription gpu_of_properties(const std::string& json, const std::string& where) try {
  const auto parsed = Json::parse(json);
  GpuDescription gpu;
  gpu.name = parsed.at("deviceName").get<std::string>();
  gpu.capability = parsed.at("deviceVer").get<int>() / 10;
  gpu.driver = parsed.at("driverVer").get<int>();
  gpu.memory = parsed.at("totalGlobalMem").get<std::size_t>();
  gpu.multiprocessors = parsed.at("multiProcessorCount").get<int>();
  gpu.properties = parsed.dump();
  return gpu;
} catch (const Json::exception& e) {
  wrong(where, e.what());
}

std::vector<std::string> known_gpus() {
  std::vector<std::string> names(kKnown.size());
  std::transform(kKnown.begin(), kKnown.end(), names.begin(),
                 [](const KnownGpu& gpu) { return std::string(gpu.key); });
  return names;
}

GpuDescription gpu_description(const std::string& name_or_file) {
  const auto wanted = lower(name_or_file);
  const auto* found =
      std::find_if(kKnown.begin(), kKnown.end(), [&](const KnownGpu& gpu) { return gpu.key == wanted; });
  if (found != kKnown.end()) return parse_gpu_description(properties_of(*found).dump(), name_or_file);
  if (std::filesystem::is_regular_file(name_or_file))
    return parse_gpu_description(text_of(name_or_file), name_or_file);
  std::string names;
  for (const auto& gpu : kKnown) names += std::string(gpu.key) + ", ";
  throw UsageError(ErrorCode::bad_option, "target \"" + name_or_file + "\": expected " + names +
                                              "or a file of skingauge doctor --describe-device");
}

}  // namespace skingauge
