#include "runtime/compute_device.hpp"

#include "skingauge/error.hpp"

#include <charconv>

namespace skingauge {
namespace {

[[noreturn]] void bad_name(const std::string& text) {
  throw UsageError(ErrorCode::bad_option, "device \"" + text + "\": expected auto, cpu, cuda or cuda:N");
}

int cuda_index(const std::string& text) {
  if (text == "cuda") return 0;
  if (!text.starts_with("cuda:") || text.size() == 5) bad_name(text);
  int index = 0;
  const auto [end, ec] = std::from_chars(text.data() + 5, text.data() + text.size(), index);
  if (ec != std::errc{} || end != text.data() + text.size() || index < 0) bad_name(text);
  return index;
}

}  // namespace

DeviceChoice choose_device(const std::string& text, const CudaStatus& cuda) {
  using Kind = ComputeDevice::Kind;
  if (text == "cpu") return {{Kind::cpu, 0}, ""};
  if (text == "auto") {
    if (cuda.problem.empty()) return {{Kind::cuda, cuda.gpus.front().index}, ""};
    return {{Kind::cpu, 0}, "no GPU is used (" + cuda.problem + "); running on the CPU"};
  }
  const int index = cuda_index(text);
  if (!cuda.problem.empty()) throw DeviceError(ErrorCode::device_unavailable, text + ": " + cuda.problem);
  if (index >= static_cast<int>(cuda.gpus.size())) {
    throw DeviceError(ErrorCode::device_unavailable,
                      text + ": this machine has " + std::to_string(cuda.gpus.size()) + " GPU(s)");
  }
  return {{Kind::cuda, index}, ""};
}

}  // namespace skingauge
