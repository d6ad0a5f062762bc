#include "torchscript_lowering.hpp"

#include "torchscript_graph.hpp"
#include "torchscript_layers.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include <torch/csrc/jit/passes/loop_unrolling.h>

namespace skingauge {
namespace {

using torch::jit::Block;
using torch::jit::Node;
using torch::jit::Value;

// A kind without the underscore of operations in place.
std::string_view plain_kind(const Node& node) {
  std::string_view kind = node.kind().toQualString();
  if (kind.starts_with("aten::") && kind.ends_with('_')) kind.remove_suffix(1);
  return kind;
}

bool in_place(const Node& node) { return plain_kind(node) != std::string_view(node.kind().toQualString()); }

// Walks a frozen graph in order; conditions and sizes are computed on the way.
class Lowering {
 public:
  Lowering(int size, std::array<std::int64_t, 2> batches) : size_(size), values_(batches) {}

  Network run(const torch::jit::Graph& graph) {
    // inputs: the module itself, then the tiles
    if (graph.inputs().size() != 2 || graph.outputs().size() != 1)
      refuse("takes or gives more than one value");
    values_.bind(graph.inputs()[1], {0, {network_.channels, size_, size_}});
    walk(*graph.block());
    const auto* output = values_.find(graph.outputs()[0]);
    const auto& layers = network_.layers;
    if (layers.empty() || layers.back().kind != Layer::Kind::linear)
      refuse("does not end with a linear layer");
    if (output == nullptr || output->value != layers.size()) refuse("does not give its last layer's output");
    return std::move(network_);
  }

 private:
  using Handler = Activation (Lowering::*)(const Node&);

  static Handler handler_of(const Node& node) {
    static const std::unordered_map<std::string_view, Handler> handlers{
        {"aten::conv2d", &Lowering::convolution},
        {"aten::_convolution", &Lowering::convolution},
        {"aten::convolution", &Lowering::convolution},
        {"aten::batch_norm", &Lowering::batch_norm},
        {"aten::relu", &Lowering::relu},
        {"aten::add", &Lowering::add},
        {"aten::sub", &Lowering::arithmetic},
        {"aten::rsub", &Lowering::arithmetic},
        {"aten::mul", &Lowering::arithmetic},
        {"aten::div", &Lowering::arithmetic},
        {"aten::max_pool2d", &Lowering::max_pool},
        {"aten::adaptive_avg_pool2d", &Lowering::adaptive_mean},
        {"aten::avg_pool2d", &Lowering::pooled_mean},
        {"aten::mean", &Lowering::mean},
        {"aten::linear", &Lowering::linear},
        {"aten::addmm", &Lowering::linear},
        {"aten::matmul", &Lowering::linear},
        {"aten::mm", &Lowering::linear},
        {"aten::dropout", &Lowering::same},
        {"aten::feature_dropout", &Lowering::same},
        {"aten::alpha_dropout", &Lowering::same},
        {"aten::flatten", &Lowering::view},
        {"aten::view", &Lowering::view},
        {"aten::reshape", &Lowering::view},
        {"aten::squeeze", &Lowering::view},
        {"aten::unsqueeze", &Lowering::view},
        {"aten::contiguous", &Lowering::view},
        {"aten::detach", &Lowering::view},
        {"aten::alias", &Lowering::view},
        {"aten::to", &Lowering::view},
    };
    const auto found = handlers.find(plain_kind(node));
    return found == handlers.end() ? nullptr : found->second;
  }

  void walk(const Block& block) {
    for (const auto* node : block.nodes()) take(*node);
  }

  void take(const Node& node) {
    const auto kind = node.kind();
    if (kind == c10::prim::Constant) return;
    if (kind == c10::prim::If) return branch(node);
    if (kind == c10::prim::RaiseException) refuse("raises an exception for tiles of this size");
    if (node.outputs().empty()) return;  // prints or warns
    if (values_.is_evaluable(node)) {
      values_.evaluate(node);
    } else {
      layer(node);
    }
    values_.take(node);
  }

  void branch(const Node& node) {
    const bool condition = values_.constant(node.input(0), "what a branch depends on").toBool();
    const auto* block = node.blocks()[condition ? 0 : 1];
    for (const auto* skipped : node.blocks()[condition ? 1 : 0]->nodes()) values_.take(*skipped);
    walk(*block);
    for (std::size_t i = 0; i < node.outputs().size(); ++i)
      values_.alias(node.outputs()[i], block->outputs()[i]);
    values_.take(*block->return_node());
  }

  void layer(const Node& node) {
    const auto handler = handler_of(node);
    if (handler == nullptr)
      refuse(std::string(node.kind().toQualString()) + " has no fused form" + place_of(node));
    try {
      auto result = (this->*handler)(node);
      const auto* first = values_.find(node.input(0));
      if (in_place(node) && first != nullptr) values_.rename(first->value, result.value);
      values_.bind(node.output(), std::move(result));
    } catch (const NotLowered& why) {
      const auto place = place_of(node);
      refuse(why.reason.find(place) == std::string::npos ? why.reason + place : why.reason);
    }
  }

  [[nodiscard]] std::size_t value_of(const Node& node) const {
    return values_.activation(node.input(0)).value;
  }

  // The activation of a layer that is now the last.
  Activation push(Layer layer) {
    network_.layers.push_back(std::move(layer));
    const auto shape = value_shapes(network_, size_, size_).back();
    const bool flat = network_.layers.back().kind == Layer::Kind::linear;
    const std::vector<std::int64_t> sizes{shape.channels, shape.height, shape.width};
    return {network_.layers.size(), flat ? std::vector<std::int64_t>{shape.channels} : sizes};
  }

  // The convolution or linear layer that wrote a value which nothing but this node reads, so that what the
  // node does can become part of it. Later readers of a value that is changed in place read what it became.
  Layer* open_layer(const Node& node, std::size_t value) {
    if (value == 0) return nullptr;
    auto& layers = network_.layers;
    const bool read = std::any_of(layers.begin(), layers.end(), [&](const Layer& layer) {
      return layer.input == value || layer.residual == value;
    });
    const auto* first = values_.find(node.input(0));
    const bool changed = in_place(node) && first != nullptr && first->value == value;
    if (read || (!changed && values_.read_later(value, node))) return nullptr;
    auto& layer = layers[value - 1];
    const bool weighs = layer.kind == Layer::Kind::convolution || layer.kind == Layer::Kind::linear;
    return weighs && !layer.relu ? &layer : nullptr;
  }

  // A layer to fold what a node does to an activation into: the one that wrote it, or a new one behind it.
  Layer& layer_for(const Node& node, Activation& activation, bool behind_residual) {
    auto* open = open_layer(node, activation.value);
    if (open != nullptr && (behind_residual || !open->residual)) return *open;
    if (activation.shape.size() != 3 || written_flat(activation.value))
      refuse(std::string(plain_kind(node)) + " of a mean or a linear layer's output that others read");
    activation = push(identity_layer(activation.value, static_cast<int>(activation.shape.front())));
    return network_.layers.back();
  }

  [[nodiscard]] bool written_flat(std::size_t value) const {
    if (value == 0) return false;
    const auto kind = network_.layers[value - 1].kind;
    return kind == Layer::Kind::mean || kind == Layer::Kind::linear;
  }

  Activation same(const Node& node) { return values_.activation(node.input(0)); }
  Activation view(const Node& node) { return values_.view(node); }
  Activation convolution(const Node& node) { return push(convolution_layer(node, values_)); }
  Activation linear(const Node& node) { return push(linear_layer(node, values_)); }
  Activation max_pool(const Node& node) { return push(max_pool_layer(node, values_)); }

  Activation affine(const Node& node, Activation activation, const ChannelAffine& change) {
    fold(layer_for(node, activation, false), change);
    return activation;
  }
  Activation batch_norm(const Node& node) {
    return affine(node, values_.activation(node.input(0)), batch_norm_affine(node, values_));
  }
  Activation arithmetic(const Node& node) {
    const auto* first = values_.find(node.input(0));
    if (first != nullptr && values_.find(node.input(1)) != nullptr)
      refuse(std::string(node.kind().toQualString()) + " of two activations has no fused form");
    return affine(node, first != nullptr ? *first : values_.activation(node.input(1)),
                  arithmetic_affine(node, values_));
  }

  Activation relu(const Node& node) {
    auto activation = values_.activation(node.input(0));
    if (activation.value > 0 && network_.layers[activation.value - 1].relu) return activation;
    layer_for(node, activation, true).relu = true;
    return activation;
  }

  // The later of two branches takes the earlier one as its residual.
  Activation add(const Node& node) {
    const auto* one = values_.find(node.input(0));
    const auto* other = values_.find(node.input(1));
    if (one == nullptr || other == nullptr) return arithmetic(node);
    if (values_.constant(node.namedInput("alpha"), "a sum's factor").toScalar().toDouble() != 1.0)
      refuse("a weighted sum");
    const auto late = std::max(one->value, other->value);
    const auto early = std::min(one->value, other->value);
    if (one->shape != other->shape || late == early) refuse("a sum of other than two branches");
    auto activation = Activation{late, one->shape};
    auto* layer = open_layer(node, late);
    if (layer != nullptr && (layer->residual || layer->kind != Layer::Kind::convolution)) layer = nullptr;
    if (layer == nullptr && written_flat(late)) refuse("a sum that no convolution ends");
    if (layer == nullptr) {
      activation = push(identity_layer(late, static_cast<int>(activation.shape.front())));
      layer = &network_.layers.back();
    }
    layer->residual = early;
    return activation;
  }

  Activation mean_over_area(const Activation& activation, bool keeps_dimensions) {
    if (activation.value == 0) refuse("pools its input");
    Layer layer;
    layer.kind = Layer::Kind::mean;
    layer.input = activation.value;
    layer.in_channels = layer.out_channels = static_cast<int>(activation.shape.front());
    auto result = push(std::move(layer));
    result.shape.resize(keeps_dimensions ? activation.shape.size() : 1, 1);
    return result;
  }
  Activation adaptive_mean(const Node& node) {
    const auto size = values_.constant(node.input(1), "a mean's size").toIntVector();
    if (size != std::vector<std::int64_t>{1, 1}) refuse("a mean that is not over height and width");
    return mean_over_area(values_.activation(node.input(0)), true);
  }
  Activation pooled_mean(const Node& node) {
    const auto& activation = values_.activation(node.input(0));
    auto kernel = values_.constant(node.namedInput("kernel_size"), "a mean's kernel").toIntVector();
    const auto padding = values_.constant(node.namedInput("padding"), "a mean's padding").toIntVector();
    kernel.resize(2, kernel.front());
    const auto divisor = values_.constant(node.namedInput("divisor_override"), "a mean's divisor");
    const bool padded = std::any_of(padding.begin(), padding.end(), [](auto p) { return p != 0; });
    const bool whole =
        activation.shape.size() == 3 && kernel[0] == activation.shape[1] && kernel[1] == activation.shape[2];
    if (padded || !whole || !divisor.isNone()) refuse("a mean that is not over height and width");
    return mean_over_area(activation, true);
  }
  Activation mean(const Node& node) {
    const auto& activation = values_.activation(node.input(0));
    const auto rank = static_cast<std::int64_t>(activation.shape.size()) + 1;
    std::vector<std::int64_t> over;
    if (node.hasNamedInput("dim")) over = values_.constant(node.namedInput("dim"), "a mean").toIntVector();
    for (auto& dimension : over) dimension += dimension < 0 ? rank : 0;
    std::sort(over.begin(), over.end());
    const bool area = rank > 2 && static_cast<std::int64_t>(over.size()) == rank - 2 && over.front() == 2;
    if (!area) refuse("a mean that is not over height and width");
    const bool keeps = values_.constant(node.namedInput("keepdim"), "a mean").toBool();
    return mean_over_area(activation, keeps);
  }

  int size_;
  GraphValues values_;
  Network network_;
};

}  // namespace

std::variant<Network, NotLowered> lower_torchscript(const CheckedModule& checked, int size) {
  const c10::InferenceMode inference;
  try {
    auto graph = checked.source->frozen.get_method("forward").graph()->copy();
    torch::jit::UnrollConstantLoops(graph);
    // of a network that runs one tile at a time, what holds for one tile is all there is to know
    const std::int64_t other = checked.one_tile ? 1 : 3;
    return Lowering(size, {checked.one_tile ? 1 : 2, other}).run(*graph);
  } catch (const NotLowered& why) {
    return why;
  } catch (const std::exception& e) {
    const std::string text = e.what();
    return NotLowered{text.substr(0, text.find('\n'))};
  }
}

}  // namespace skingauge
