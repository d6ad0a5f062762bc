#include "skingauge/engine.hpp"
#include "skingauge/error.hpp"

#include "model/torchscript_impl.hpp"
#include "model/torchscript_module.hpp"
#include "runtime/checked_module.hpp"
#include "runtime/normalisation.hpp"
#include "runtime/torchscript_cuda.hpp"

#include <cstring>
#include <new>

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

namespace skingauge {
namespace {

// Each thread of ours runs one network on one core; LibTorch's own threads stay out of the way.
void keep_to_one_thread() {
  thread_local const bool set = [] {
    at::set_num_threads(1);
    return true;
  }();
  static_cast<void>(set);
}

class CpuTorchScriptEngine final : public Engine {
 public:
  CpuTorchScriptEngine(const EngineRequest& request, std::shared_ptr<const TorchScriptImpl> module)
      : module_(std::move(module)),
        size_(request.preprocess.size),
        normalisation_(request.preprocess),
        id_(request.model.id) {}

  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) override {
    keep_to_one_thread();
    const c10::InferenceMode inference;
    try {
      const auto answer = module_->forward(input(tiles, static_cast<std::int64_t>(count)));
      if (answer.numel() != static_cast<std::int64_t>(outputs.size())) {
        throw ModelError(ErrorCode::model_width, id_ + ": " + std::to_string(answer.numel()) +
                                                     " outputs for " + std::to_string(count) + " tiles");
      }
      std::memcpy(outputs.data(), answer.const_data_ptr<float>(), outputs.size_bytes());
    } catch (const c10::Error& e) {
      throw ModelError(ErrorCode::model_failed, id_ + ": " + e.what_without_backtrace());
    }
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "torchscript"; }

 private:
  // N x 3 x size x size, scaled.
  [[nodiscard]] torch::Tensor input(std::span<const std::uint8_t> tiles, std::int64_t count) const {
    auto tensor = torch::empty({count, 3, size_, size_}, torch::kFloat);
    write_planes(normalisation_, tiles, size_, tensor.data_ptr<float>());
    return tensor.to(module_->type);
  }

  std::shared_ptr<const TorchScriptImpl> module_;
  int size_;
  Normalisation normalisation_;
  std::string id_;
};

ModuleUse cpu_use(Precision precision) {
  if (precision == Precision::fp32) return ModuleUse::cpu_fp32;
  if (precision == Precision::bf16) return ModuleUse::cpu_bf16;
  throw UsageError(ErrorCode::bad_option, "precision " + std::string(to_string(precision)) +
                                              " needs a CUDA device; the CPU has fp32 and bf16");
}

}  // namespace

std::unique_ptr<Engine> make_torchscript_engine(const EngineRequest& request, const CheckedModule& checked) {
  if (request.device.kind == ComputeDevice::Kind::cuda) return make_torchscript_cuda_engine(request, checked);
  keep_to_one_thread();
  auto module = load_torchscript(request.model, checked, request.preprocess.size, cpu_use(request.precision));
  return std::make_unique<CpuTorchScriptEngine>(request, std::move(module));
}

}  // namespace skingauge
