#include "runtime/compute_device.hpp"

#include "skingauge/error.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

namespace skingauge {
namespace {

using Kind = ComputeDevice::Kind;

[[noreturn]] void bad_name(const std::string& text) {
  throw UsageError(ErrorCode::bad_option,
                   "device \"" + text + "\": expected auto, cpu, cuda, cuda:N, cuda:N,M or all");
}

int index_of(std::string_view number, const std::string& text) {
  int index = 0;
  const auto* end = number.data() + number.size();
  const auto [rest, ec] = std::from_chars(number.data(), end, index);
  if (ec != std::errc{} || rest != end || index < 0) bad_name(text);
  return index;
}

std::vector<ComputeDevice> named_gpus(const std::string& text) {
  if (text == "cuda") return {{Kind::cuda, 0}};
  if (!text.starts_with("cuda:")) bad_name(text);
  std::vector<ComputeDevice> devices;
  std::string_view rest = std::string_view(text).substr(5);
  for (bool more = true; more;) {
    const auto comma = rest.find(',');
    const ComputeDevice device{Kind::cuda, index_of(rest.substr(0, comma), text)};
    if (std::find(devices.begin(), devices.end(), device) != devices.end())
      throw UsageError(ErrorCode::bad_option,
                       "device \"" + text + "\": " + to_string(device) + " is named twice");
    devices.push_back(device);
    more = comma != std::string_view::npos;
    if (more) rest.remove_prefix(comma + 1);
  }
  return devices;
}

std::vector<ComputeDevice> every_gpu(const CudaStatus& cuda) {
  std::vector<ComputeDevice> devices;
  for (const auto& gpu : cuda.gpus) devices.push_back({Kind::cuda, gpu.index});
  return devices;
}

}  // namespace

DeviceChoice choose_device(const std::string& text, const CudaStatus& cuda) {
  if (text == "cpu") return {{{Kind::cpu, 0}}, ""};
  if (text == "auto") {
    if (cuda.problem.empty()) return {{{Kind::cuda, cuda.gpus.front().index}}, ""};
    return {{{Kind::cpu, 0}}, "no GPU is used (" + cuda.problem + "); running on the CPU"};
  }
  auto devices = text == "all" ? every_gpu(cuda) : named_gpus(text);
  if (!cuda.problem.empty()) throw DeviceError(ErrorCode::device_unavailable, text + ": " + cuda.problem);
  for (const auto& device : devices) {
    if (device.index >= static_cast<int>(cuda.gpus.size()))
      throw DeviceError(ErrorCode::device_unavailable,
                        text + ": this machine has " + std::to_string(cuda.gpus.size()) + " GPU(s)");
  }
  return {std::move(devices), ""};
}

}  // namespace skingauge
