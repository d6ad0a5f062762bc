#include "torchscript_module.hpp"

#include "skingauge/error.hpp"

#include "torchscript_impl.hpp"
#include "torchscript_version.hpp"

#include <cstring>
#include <mutex>
#include <string>

#include <caffe2/serialize/read_adapter_interface.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/passes/tensorexpr_fuser.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/runtime/interpreter.h>
#include <torch/version.h>

namespace skingauge {
namespace {

// Lets LibTorch read a file's bytes without copying them.
class BytesReader final : public caffe2::serialize::ReadAdapterInterface {
 public:
  explicit BytesReader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  [[nodiscard]] std::size_t size() const override { return bytes_.size(); }
  std::size_t read(std::uint64_t pos, void* buf, std::size_t n, const char* /*what*/) const override {
    if (pos >= bytes_.size()) return 0;
    n = std::min<std::size_t>(n, bytes_.size() - pos);
    std::memcpy(buf, bytes_.data() + pos, n);
    return n;
  }

 private:
  std::span<const std::byte> bytes_;
};

// Process-wide switches of LibTorch, set once: the profiling executor recompiles for every new batch size,
// for no gain on convolutional networks; and the interpreter would make a std::runtime_error of every error,
// so that nobody could tell short memory.
void set_switches_once() {
  static std::once_flag once;
  std::call_once(once, [] {
    torch::jit::getExecutorMode() = false;
    torch::jit::setTensorExprFuserEnabled(false);
    FLAGS_torch_jit_enable_rethrow_caught_exception = true;
  });
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

bool contains(std::span<const std::byte> bytes, std::string_view text) {
  const std::string_view all(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return all.find(text) != std::string_view::npos;
}

[[noreturn]] void fail(ErrorCode code, const ModelSpec& model, const std::string& message) {
  throw ModelError(code, model.file.string() + " (" + model.id + "): " + message);
}

void check_weights(const ModelSpec& model, const torch::jit::Module& module) {
  const auto check = [&](const auto& named) {
    const auto& value = named.value;
    if (value.is_floating_point() && !torch::isfinite(value).all().template item<bool>()) {
      fail(ErrorCode::model_format, model, "weights of " + named.name + " are not finite");
    }
  };
  for (const auto& parameter : module.named_parameters()) check(parameter);
  for (const auto& buffer : module.named_buffers()) check(buffer);
}

void check_width(const ModelSpec& model, int size, const TorchScriptImpl& impl) {
  const auto black = torch::zeros({1, 3, size, size}, torch::dtype(impl.type).device(impl.device));
  torch::Tensor outputs;
  try {
    outputs = impl.forward(black);
  } catch (const c10::OutOfMemoryError&) {
    throw;
  } catch (const std::exception& e) {
    fail(ErrorCode::model_format, model,
         "cannot run on a tile of " + std::to_string(size) + " px: " + first_line(e.what()));
  }
  if (outputs.dim() != 2 || outputs.size(0) != 1 || outputs.size(1) != model.width()) {
    std::string found;
    for (const auto n : outputs.sizes()) found += (found.empty() ? "" : " x ") + std::to_string(n);
    fail(ErrorCode::model_width, model,
         "output is " + found + ", the manifest's heads expect 1 x " + std::to_string(model.width()));
  }
  if (!torch::isfinite(outputs).all().item<bool>())
    fail(ErrorCode::model_format, model, "outputs are not finite");
}

torch::ScalarType type_of(ModuleUse use) {
  if (use == ModuleUse::cpu_bf16 || use == ModuleUse::cuda_bf16) return torch::kBFloat16;
  return use == ModuleUse::cuda_fp16 ? torch::kHalf : torch::kFloat;
}

// cuDNN's convolutions are fastest with channels last; inputs come that way too.
void use_channels_last(const torch::jit::Module& module) {
  for (auto parameter : module.parameters()) {
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(torch::MemoryFormat::ChannelsLast));
  }
}

void prepare(TorchScriptImpl& impl, ModuleUse use) {
  impl.type = type_of(use);
  impl.module.eval();
  impl.module.to(impl.device, impl.type);
  if (impl.device.is_cuda()) use_channels_last(impl.module);
  impl.module = torch::jit::freeze(impl.module);
  if (use == ModuleUse::cpu_fp32) impl.module = torch::jit::optimize_for_inference(impl.module);
}

}  // namespace

torch::jit::Module parse_torchscript(const ModelSpec& model, std::span<const std::byte> file) {
  set_switches_once();
  try {
    return torch::jit::load(std::make_shared<BytesReader>(file), torch::kCPU);
  } catch (const std::exception& e) {
    const bool archive = file.size() > 4 && std::memcmp(file.data(), "PK\x03\x04", 4) == 0;
    if (archive && contains(file, "data.pkl") && !contains(file, "constants.pkl")) {
      fail(ErrorCode::model_format, model,
           "found a state_dict written by torch.save, expected TorchScript; convert it with "
           "models/convert_checkpoints.py");
    }
    fail(ErrorCode::model_format, model, "not a TorchScript file: " + first_line(e.what()));
  }
}

std::string libtorch_version() { return TORCH_VERSION; }

std::shared_ptr<const TorchScriptImpl> load_torchscript(const ModelSpec& model, const Preprocess& preprocess,
                                                        std::span<const std::byte> file, ModuleUse use,
                                                        int cuda_index) {
  const c10::InferenceMode inference;
  auto impl = std::make_shared<TorchScriptImpl>();
  const bool cuda = use != ModuleUse::cpu_fp32 && use != ModuleUse::cpu_bf16;
  if (cuda) impl->device = torch::Device(torch::kCUDA, static_cast<torch::DeviceIndex>(cuda_index));
  impl->module = parse_torchscript(model, file);
  check_weights(model, impl->module);
  try {
    prepare(*impl, use);
  } catch (const c10::OutOfMemoryError&) {
    throw;
  } catch (const std::exception& e) {
    fail(ErrorCode::model_format, model, "cannot be frozen: " + first_line(e.what()));
  }
  check_width(model, preprocess.size, *impl);
  return impl;
}

}  // namespace skingauge
