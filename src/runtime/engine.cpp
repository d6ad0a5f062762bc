#include "skingauge/engine.hpp"

#include "skingauge/machine.hpp"

#include "runtime/fused_cuda_engine.hpp"

namespace skingauge {

std::string_view to_string(Precision precision) noexcept {
  switch (precision) {
    case Precision::fp32:
      return "fp32";
    case Precision::tf32:
      return "tf32";
    case Precision::bf16:
      return "bf16";
    case Precision::fp16:
      return "fp16";
    case Precision::int8:
      return "int8";
  }
  return "unknown";
}

std::string_view to_string(EngineKind kind) noexcept {
  switch (kind) {
    case EngineKind::automatic:
      return "auto";
    case EngineKind::torchscript:
      return "torchscript";
    case EngineKind::fused:
      return "fused";
  }
  return "unknown";
}

bool has_instructions(const ComputeDevice& device, Precision precision) {
  if (device.kind == ComputeDevice::Kind::cuda) return true;  // all that it is compiled for: 8.0 and later
  if (precision == Precision::bf16) return cpu_has("avx512_bf16") || cpu_has("amx_bf16");
  if (precision == Precision::int8) return cpu_has("avx512_vnni") || cpu_has("avx_vnni");
  return precision == Precision::fp32;
}

EngineKind preferred_engine(const ComputeDevice& device) {
  const bool fused = device.kind == ComputeDevice::Kind::cpu || missing_for_cuda().empty();
  return fused ? EngineKind::fused : EngineKind::torchscript;
}

std::string to_string(const ComputeDevice& device) {
  return device.kind == ComputeDevice::Kind::cpu ? "cpu" : "cuda:" + std::to_string(device.index);
}

std::string to_string(std::span<const ComputeDevice> devices) {
  std::string text;
  for (const auto& device : devices)
    text += text.empty() ? to_string(device) : "," + std::to_string(device.index);
  return text;
}

}  // namespace skingauge
