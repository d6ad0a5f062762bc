#include "torchscript_module.hpp"

#include "torchscript_checks.hpp"
#include "torchscript_file.hpp"
#include "torchscript_impl.hpp"
#include "torchscript_version.hpp"

#include <mutex>
#include <string>
#include <vector>

#include <ATen/Parallel.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/passes/freeze_module.h>
#include <torch/csrc/jit/passes/frozen_graph_optimizations.h>
#include <torch/csrc/jit/passes/tensorexpr_fuser.h>
#include <torch/csrc/jit/runtime/graph_executor.h>
#include <torch/csrc/jit/runtime/interpreter.h>
#include <torch/version.h>

namespace skingauge {
namespace {

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

// A module of a file's bytes, on the CPU, as it was saved.
torch::jit::Module parse(const ModelSpec& model, std::span<const std::byte> file) {
  set_switches_once();
  try {
    return torch::jit::load(std::make_shared<BytesReader>(file), torch::kCPU);
  } catch (const std::exception& e) {
    const auto found = describe_foreign_file(file);
    fail(ErrorCode::model_format, model, found.empty() ? "not a TorchScript file: " + first_line(e) : found);
  }
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

// Gives a graph's constant tensors another device, and those of floating-point numbers another type.
// LibTorch's Module::to leaves out what a frozen graph holds, and would make floats of indices.
void convert_constants(torch::jit::Block& block, torch::Device device, torch::ScalarType type) {
  for (auto* node : block.nodes()) {
    for (auto* inner : node->blocks()) convert_constants(*inner, device, type);
    if (node->kind() != c10::prim::Constant || !node->hasAttribute(c10::attr::value) ||
        node->kindOf(c10::attr::value) != torch::jit::AttributeKind::t)
      continue;
    auto tensor = node->t(c10::attr::value);
    tensor = tensor.is_floating_point() ? tensor.to(device, type) : tensor.to(device);
    // cuDNN's convolutions are fastest with channels last; inputs come that way too
    if (device.is_cuda() && tensor.dim() == 4) tensor = tensor.contiguous(torch::MemoryFormat::ChannelsLast);
    node->t_(c10::attr::value, tensor);
    node->output()->inferTypeFrom(tensor);
  }
}

torch::jit::Module freeze(const ModelSpec& model, torch::jit::Module module) {
  try {
    module.eval();
    module = torch::jit::freeze_module(module);
    convert_constants(*module.get_method("forward").graph()->block(), torch::kCPU, torch::kFloat);
    return module;
  } catch (const std::exception& e) {
    fail(ErrorCode::model_format, model, "cannot be frozen: " + first_line(e));
  }
}

torch::ScalarType type_of(ModuleUse use) {
  if (use == ModuleUse::cpu_bf16 || use == ModuleUse::cuda_bf16) return torch::kBFloat16;
  return use == ModuleUse::cuda_fp16 ? torch::kHalf : torch::kFloat;
}

void prepare(TorchScriptImpl& impl, ModuleUse use) {
  auto graph = impl.module.get_method("forward").graph();
  impl.module.to(impl.device);
  convert_constants(*graph->block(), impl.device, impl.type);
  torch::jit::OptimizeFrozenGraph(graph, true);
  if (use == ModuleUse::cpu_fp32) impl.module = torch::jit::optimize_for_inference(impl.module);
}

}  // namespace

void fail(ErrorCode code, const ModelSpec& model, const std::string& message) {
  throw ModelError(code, model.file.string() + " (" + model.id + "): " + message);
}

std::string first_line(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

torch::Tensor run_module(torch::jit::Module& module, const torch::Tensor& input) {
  return module.forward({input}).toTensor().to(torch::kCPU, torch::kFloat).contiguous();
}

torch::Tensor TorchScriptImpl::forward(const torch::Tensor& input) const {
  if (!one_tile || input.size(0) == 1) return run_module(module, input);
  std::vector<torch::Tensor> outputs;
  for (std::int64_t i = 0; i < input.size(0); ++i)
    outputs.push_back(run_module(module, input.narrow(0, i, 1)));
  return torch::cat(outputs);
}

std::string libtorch_version() { return TORCH_VERSION; }

CheckedModule read_torchscript(const ModelSpec& model, std::span<const std::byte> file,
                               const CheckTiles& tiles) {
  const c10::InferenceMode inference;
  at::set_num_threads(1);
  auto source = std::make_shared<TorchScriptSource>();
  auto module = parse(model, file);
  check_weights(model, module);
  source->frozen = freeze(model, std::move(module));
  const auto graph = source->frozen.get_method("forward").graph();
  check_graph(model, *graph->block());
  auto* values = const_cast<float*>(tiles.values.data());  // LibTorch has no tensor that is only read
  const auto input = torch::from_blob(values, {2, 3, tiles.size, tiles.size});
  const auto found = check_outputs(model, source->frozen, input);
  const auto* outputs = found.alone.const_data_ptr<float>();
  return {source,
          {outputs, outputs + found.alone.numel()},
          found.one_tile,
          output_hints(model, *graph, found.alone)};
}

std::shared_ptr<const TorchScriptImpl> load_torchscript(const ModelSpec& model, const CheckedModule& checked,
                                                        int size, ModuleUse use, int cuda_index) {
  const c10::InferenceMode inference;
  auto impl = std::make_shared<TorchScriptImpl>();
  const bool cuda = use != ModuleUse::cpu_fp32 && use != ModuleUse::cpu_bf16;
  if (cuda) impl->device = torch::Device(torch::kCUDA, static_cast<torch::DeviceIndex>(cuda_index));
  impl->type = type_of(use);
  impl->one_tile = checked.one_tile;
  impl->module = checked.source->frozen.clone();  // what has run once keeps its graph as it was
  const auto black = torch::zeros({1, 3, size, size}, torch::dtype(impl->type).device(impl->device));
  try {
    prepare(*impl, use);
    if (torch::isfinite(impl->forward(black)).all().item<bool>()) return impl;
  } catch (const c10::OutOfMemoryError&) {
    throw;
  } catch (const std::exception& e) {
    fail(ErrorCode::model_format, model, "does not run in this precision here: " + first_line(e));
  }
  fail(ErrorCode::model_format, model, "outputs are not finite");
}

}  // namespace skingauge
