#include "torchscript_lowering.hpp"

#include "torchscript_impl.hpp"

#include <cmath>
#include <optional>
#include <unordered_map>

#include <ATen/Parallel.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/passes/freeze_module.h>

namespace skingauge {
namespace {

using torch::jit::Node;
using torch::jit::Value;

[[noreturn]] void refuse(const std::string& reason) { throw NotLowered{reason}; }

std::vector<float> floats(const torch::Tensor& tensor) {
  const auto plain = tensor.to(torch::kCPU, torch::kFloat).contiguous();
  const auto* data = plain.const_data_ptr<float>();
  return {data, data + plain.numel()};
}

c10::IValue constant(const Value* value, const char* what) {
  auto found = torch::jit::toIValue(value);
  if (!found && value->node()->kind() == c10::prim::ListConstruct) {
    c10::List<std::int64_t> list;
    for (const auto* item : value->node()->inputs()) list.push_back(constant(item, what).toInt());
    return list;
  }
  if (!found) refuse(std::string(what) + " is not a constant");
  return *found;
}

std::optional<torch::Tensor> tensor_or_none(const Value* value, const char* what) {
  const auto found = constant(value, what);
  return found.isNone() ? std::nullopt : std::optional(found.toTensor());
}

// The one number of a list of two equal ones (or of one).
int square(const Value* value, const char* what) {
  const auto list = constant(value, what).toIntVector();
  if (list.empty() || (list.size() == 2 && list[0] != list[1]) || list.size() > 2)
    refuse(std::string(what) + " is not square");
  return static_cast<int>(list.front());
}

// Walks a frozen graph in order. Each graph value is a value of the network.
class Lowering {
 public:
  Network run(const torch::jit::Graph& graph) {
    // inputs: the module itself, then the tiles
    if (graph.inputs().size() != 2 || graph.outputs().size() != 1)
      refuse("takes or answers more than one value");
    number_[graph.inputs()[1]] = 0;
    for (const auto* node : graph.nodes()) take(*node);
    const auto output = number_.find(graph.outputs()[0]);
    if (output == number_.end() || output->second != network_.layers.size())
      refuse("does not answer its last layer");
    if (network_.layers.empty() || network_.layers.back().kind != Layer::Kind::linear)
      refuse("does not end with a linear layer");
    network_.channels = network_.layers.front().in_channels;
    return std::move(network_);
  }

 private:
  void take(const Node& node) {
    const std::string kind = node.kind().toQualString();
    if (kind == "prim::Constant" || kind == "prim::ListConstruct") return;
    if (kind == "aten::conv2d" || kind == "aten::_convolution") return convolution(node, kind);
    if (kind == "aten::batch_norm") return batch_norm(node);
    if (kind == "aten::relu" || kind == "aten::relu_") return relu(node);
    if (kind == "aten::add" || kind == "aten::add_") return add(node);
    if (kind == "aten::max_pool2d") return max_pool(node);
    if (kind == "aten::adaptive_avg_pool2d" || kind == "aten::mean") return mean(node, kind);
    if (kind == "aten::flatten") return flatten(node);
    if (kind == "aten::dropout" || kind == "aten::dropout_" || kind == "aten::contiguous") return same(node);
    if (kind == "aten::linear") return linear(node);
    refuse(kind + " is no layer of a Network");
  }

  std::size_t number(const Value* value) const {
    const auto found = number_.find(value);
    if (found == number_.end()) refuse("reads a value that no layer writes");
    return found->second;
  }

  void push(const Node& node, Layer layer) {
    network_.layers.push_back(std::move(layer));
    number_[node.output()] = network_.layers.size();
  }

  // The convolution that wrote a value nobody else reads, so that what follows can become part of it.
  Layer* open_convolution(const Value* value) {
    const auto at = number(value);
    if (at == 0 || value->uses().size() != 1) return nullptr;
    auto& layer = network_.layers[at - 1];
    return layer.kind == Layer::Kind::convolution && !layer.relu ? &layer : nullptr;
  }

  void same(const Node& node) { number_[node.output()] = number(node.input(0)); }

  void convolution(const Node& node, const std::string& kind) {
    const bool general = kind == "aten::_convolution";
    if (general && constant(node.input(6), "transposed").toBool()) refuse("a transposed convolution");
    const auto weights = constant(node.input(1), "a convolution's weights").toTensor();
    if (weights.dim() != 4 || weights.size(2) != weights.size(3))
      refuse("a convolution's kernel is not square");
    Layer layer;
    layer.kind = Layer::Kind::convolution;
    layer.input = number(node.input(0));
    layer.out_channels = static_cast<int>(weights.size(0));
    layer.kernel = static_cast<int>(weights.size(2));
    layer.stride = square(node.input(3), "a convolution's stride");
    layer.padding = square(node.input(4), "a convolution's padding");
    layer.dilation = square(node.input(5), "a convolution's dilation");
    layer.groups = static_cast<int>(constant(node.input(general ? 8 : 6), "groups").toInt());
    layer.in_channels = static_cast<int>(weights.size(1)) * layer.groups;
    layer.weights = floats(weights);
    const auto bias = tensor_or_none(node.input(2), "a convolution's bias");
    layer.bias =
        bias ? floats(*bias) : std::vector<float>(static_cast<std::size_t>(layer.out_channels), 0.0F);
    push(node, std::move(layer));
  }

  // y = (x - mean) / sqrt(variance + eps) x weight + bias, folded in double.
  void batch_norm(const Node& node) {
    auto* layer = open_convolution(node.input(0));
    if (layer == nullptr || layer->residual) refuse("a batch norm does not follow a convolution");
    const auto mean = floats(constant(node.input(3), "a batch norm's mean").toTensor());
    const auto variance = floats(constant(node.input(4), "a batch norm's variance").toTensor());
    const auto weight = tensor_or_none(node.input(1), "a batch norm's weight");
    const auto bias = tensor_or_none(node.input(2), "a batch norm's bias");
    const auto scales = weight ? floats(*weight) : std::vector<float>(mean.size(), 1.0F);
    const auto shifts = bias ? floats(*bias) : std::vector<float>(mean.size(), 0.0F);
    const double epsilon = constant(node.input(7), "eps").toDouble();
    const auto channels = static_cast<std::size_t>(layer->out_channels);
    if (mean.size() != channels || variance.size() != channels) refuse("a batch norm of another width");
    const auto per_channel = layer->weights.size() / channels;
    for (std::size_t c = 0; c < channels; ++c) {
      const double scale = scales[c] / std::sqrt(static_cast<double>(variance[c]) + epsilon);
      for (std::size_t i = c * per_channel; i < (c + 1) * per_channel; ++i)
        layer->weights[i] = static_cast<float>(layer->weights[i] * scale);
      layer->bias[c] =
          static_cast<float>((static_cast<double>(layer->bias[c]) - mean[c]) * scale + shifts[c]);
    }
    same(node);
  }

  void relu(const Node& node) {
    auto* layer = open_convolution(node.input(0));
    if (layer == nullptr) refuse("a ReLU does not follow a convolution of its own");
    layer->relu = true;
    same(node);
  }

  // The later of two branches takes the earlier one as its residual.
  void add(const Node& node) {
    if (constant(node.input(2), "a sum's factor").toScalar().toDouble() != 1.0) refuse("a weighted sum");
    const auto* late = node.input(0);
    const auto* early = node.input(1);
    if (number(late) < number(early)) std::swap(late, early);
    auto* layer = open_convolution(late);
    if (layer == nullptr || layer->residual || number(late) == number(early))
      refuse("a sum that no convolution ends");
    layer->residual = number(early);
    number_[node.output()] = number(late);
  }

  void max_pool(const Node& node) {
    if (constant(node.input(5), "ceil_mode").toBool()) refuse("a max pool that rounds up");
    Layer layer;
    layer.kind = Layer::Kind::max_pool;
    layer.input = number(node.input(0));
    layer.kernel = square(node.input(1), "a max pool's kernel");
    const auto stride = constant(node.input(2), "a max pool's stride").toIntVector();
    layer.stride = stride.empty() ? layer.kernel : square(node.input(2), "a max pool's stride");
    layer.padding = square(node.input(3), "a max pool's padding");
    layer.dilation = square(node.input(4), "a max pool's dilation");
    layer.in_channels = layer.out_channels = channels_of(layer.input);
    push(node, std::move(layer));
  }

  void mean(const Node& node, const std::string& kind) {
    const auto list = constant(node.input(1), "a mean's size").toIntVector();
    const bool pooled = kind == "aten::adaptive_avg_pool2d" && list == std::vector<std::int64_t>{1, 1};
    const bool reduced = kind == "aten::mean" && (list == std::vector<std::int64_t>{2, 3} ||
                                                  list == std::vector<std::int64_t>{-2, -1});
    if (!pooled && !reduced) refuse("a mean that is not over height and width");
    Layer layer;
    layer.kind = Layer::Kind::mean;
    layer.input = number(node.input(0));
    layer.in_channels = layer.out_channels = channels_of(layer.input);
    push(node, std::move(layer));
  }

  void flatten(const Node& node) {
    if (constant(node.input(1), "start_dim").toInt() != 1) refuse("a flatten that mixes tiles");
    same(node);
  }

  void linear(const Node& node) {
    const auto weights = constant(node.input(1), "the linear layer's weights").toTensor();
    Layer layer;
    layer.kind = Layer::Kind::linear;
    layer.input = number(node.input(0));
    layer.out_channels = static_cast<int>(weights.size(0));
    layer.in_channels = static_cast<int>(weights.size(1));
    layer.weights = floats(weights);
    const auto bias = tensor_or_none(node.input(2), "the linear layer's bias");
    layer.bias =
        bias ? floats(*bias) : std::vector<float>(static_cast<std::size_t>(layer.out_channels), 0.0F);
    push(node, std::move(layer));
  }

  [[nodiscard]] int channels_of(std::size_t value) const {
    if (value == 0) refuse("pools its input");
    return network_.layers[value - 1].out_channels;
  }

  Network network_;
  std::unordered_map<const Value*, std::size_t> number_;
};

std::vector<float> answers(torch::jit::Module& module, std::span<const float> input, int size) {
  at::set_num_threads(1);
  const auto pixels = static_cast<std::int64_t>(size) * size * 3;
  const auto count = static_cast<std::int64_t>(input.size()) / pixels;
  auto* values = const_cast<float*>(input.data());  // LibTorch has no tensor that is only read
  return floats(module.forward({torch::from_blob(values, {count, 3, size, size})}).toTensor());
}

}  // namespace

std::variant<Lowered, NotLowered> lower_torchscript(const ModelSpec& model, std::span<const std::byte> file,
                                                    std::span<const float> input, int size) {
  const c10::InferenceMode inference;
  try {
    auto module = parse_torchscript(model, file);
    module.eval();
    module = torch::jit::freeze_module(module);
    auto network = Lowering().run(*module.get_method("forward").graph());
    return Lowered{std::move(network), answers(module, input, size)};
  } catch (const NotLowered& why) {
    return why;
  } catch (const std::exception& e) {
    const std::string text = e.what();
    return NotLowered{text.substr(0, text.find('\n'))};
  }
}

}  // namespace skingauge
