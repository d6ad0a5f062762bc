#include "torchscript_layers.hpp"

#include <cmath>
#include <optional>
#include <string_view>

namespace skingauge {
namespace {

using torch::jit::Node;

c10::IValue named(const Node& node, const GraphValues& values, const char* name, const char* what) {
  return values.constant(node.namedInput(name), what);
}

std::optional<torch::Tensor> tensor_or_none(const c10::IValue& value) {
  return value.isNone() ? std::nullopt : std::optional(value.toTensor());
}

// The one number of a list of two equal ones (or of one).
int square(const c10::IValue& value, const char* what) {
  const auto list = value.toIntVector();
  if (list.empty() || (list.size() == 2 && list[0] != list[1]) || list.size() > 2)
    refuse(std::string(what) + " is not square");
  return static_cast<int>(list.front());
}

int convolution_padding(const Node& node, const GraphValues& values, const Layer& layer) {
  const auto padding = named(node, values, "padding", "a convolution's padding");
  if (!padding.isString()) return square(padding, "a convolution's padding");
  if (padding.toStringRef() == "valid") return 0;
  const int around = layer.dilation * (layer.kernel - 1);
  if (around % 2 != 0) refuse("a convolution's padding is not the same on both sides");
  return around / 2;
}

std::vector<float> bias_or_zeros(const std::optional<torch::Tensor>& bias, int channels) {
  return bias ? floats(bias->expand({channels}))
              : std::vector<float>(static_cast<std::size_t>(channels), 0.0F);
}

// A constant that is broadcast over an activation, as one number for each of its channels.
std::vector<double> by_channel(const c10::IValue& constant, const Activation& activation) {
  const auto channels = activation.shape.front();
  if (!constant.isTensor())
    return std::vector<double>(static_cast<std::size_t>(channels), constant.toScalar().toDouble());
  auto sizes = activation.shape;
  sizes.insert(sizes.begin(), 1);
  const auto rows = constant.toTensor().to(torch::kDouble).expand(sizes).reshape({channels, -1});
  const auto first = rows.narrow(1, 0, 1);
  if (!rows.eq(first).all().item<bool>()) refuse("arithmetic with a constant that differs within a channel");
  const auto plain = first.contiguous();
  const auto* data = plain.const_data_ptr<double>();
  return {data, data + channels};
}

double factor(const Node& node, const GraphValues& values, const char* name) {
  return node.hasNamedInput(name) ? named(node, values, name, "a sum's factor").toScalar().toDouble() : 1.0;
}

// The weights and bias of a matrix product: out x in, and perhaps nothing.
std::pair<torch::Tensor, std::optional<torch::Tensor>> product_weights(const Node& node,
                                                                       const GraphValues& values) {
  const std::string_view kind = node.kind().toQualString();
  constexpr auto kWeights = "a linear layer's weights";
  constexpr auto kBias = "a linear layer's bias";
  if (kind == "aten::linear")
    return {named(node, values, "weight", kWeights).toTensor(),
            tensor_or_none(named(node, values, "bias", kBias))};
  if (kind != "aten::addmm") return {values.constant(node.input(1), kWeights).toTensor().t(), std::nullopt};
  if (factor(node, values, "beta") != 1.0 || factor(node, values, "alpha") != 1.0) refuse("a weighted sum");
  return {named(node, values, "mat2", kWeights).toTensor().t(),
          named(node, values, "self", kBias).toTensor().flatten()};
}

}  // namespace

Layer convolution_layer(const Node& node, const GraphValues& values) {
  if (node.hasNamedInput("transposed") && named(node, values, "transposed", "transposed").toBool())
    refuse("a transposed convolution");
  const auto& input = values.activation(node.input(0));
  const auto weights = named(node, values, "weight", "a convolution's weights").toTensor();
  if (weights.dim() != 4 || weights.size(2) != weights.size(3) || input.shape.size() != 3)
    refuse("a convolution's kernel is not square");
  Layer layer;
  layer.kind = Layer::Kind::convolution;
  layer.input = input.value;
  layer.out_channels = static_cast<int>(weights.size(0));
  layer.kernel = static_cast<int>(weights.size(2));
  layer.stride = square(named(node, values, "stride", "a convolution's stride"), "a convolution's stride");
  layer.dilation =
      square(named(node, values, "dilation", "a convolution's dilation"), "a convolution's dilation");
  layer.padding = convolution_padding(node, values, layer);
  layer.groups = static_cast<int>(named(node, values, "groups", "groups").toInt());
  layer.in_channels = static_cast<int>(weights.size(1)) * layer.groups;
  layer.weights = floats(weights);
  layer.bias =
      bias_or_zeros(tensor_or_none(named(node, values, "bias", "a convolution's bias")), layer.out_channels);
  return layer;
}

Layer linear_layer(const Node& node, const GraphValues& values) {
  const bool bias_first = std::string_view(node.kind().toQualString()) == "aten::addmm";
  const auto& input = values.activation(node.input(bias_first ? 1 : 0));
  const auto [weights, bias] = product_weights(node, values);
  if (weights.dim() != 2 || input.shape.size() != 1) refuse("a linear layer of what is not flat");
  Layer layer;
  layer.kind = Layer::Kind::linear;
  layer.input = input.value;
  layer.out_channels = static_cast<int>(weights.size(0));
  layer.in_channels = static_cast<int>(weights.size(1));
  layer.weights = floats(weights);
  layer.bias = bias_or_zeros(bias, layer.out_channels);
  return layer;
}

Layer max_pool_layer(const Node& node, const GraphValues& values) {
  if (named(node, values, "ceil_mode", "ceil_mode").toBool()) refuse("a max pool that rounds up");
  const auto& input = values.activation(node.input(0));
  if (input.shape.size() != 3) refuse("a max pool of what is flat");
  Layer layer;
  layer.kind = Layer::Kind::max_pool;
  layer.input = input.value;
  layer.kernel = square(named(node, values, "kernel_size", "a max pool's kernel"), "a max pool's kernel");
  const auto stride = named(node, values, "stride", "a max pool's stride");
  layer.stride = stride.toIntVector().empty() ? layer.kernel : square(stride, "a max pool's stride");
  layer.padding = square(named(node, values, "padding", "a max pool's padding"), "a max pool's padding");
  layer.dilation = square(named(node, values, "dilation", "a max pool's dilation"), "a max pool's dilation");
  layer.in_channels = layer.out_channels = static_cast<int>(input.shape.front());
  return layer;
}

Layer identity_layer(std::size_t value, int channels) {
  Layer layer;
  layer.kind = Layer::Kind::convolution;
  layer.input = value;
  layer.in_channels = layer.out_channels = channels;
  const auto count = static_cast<std::size_t>(channels);
  layer.bias.assign(count, 0.0F);
  if (value > 0) {
    layer.groups = channels;
    layer.weights.assign(count, 1.0F);
  } else {
    layer.weights.assign(count * count, 0.0F);
    for (std::size_t c = 0; c < count; ++c) layer.weights[c * count + c] = 1.0F;
  }
  return layer;
}

ChannelAffine batch_norm_affine(const Node& node, const GraphValues& values) {
  const auto mean = floats(named(node, values, "running_mean", "a batch norm's mean").toTensor());
  const auto variance = floats(named(node, values, "running_var", "a batch norm's variance").toTensor());
  const auto weight = tensor_or_none(named(node, values, "weight", "a batch norm's weight"));
  const auto bias = tensor_or_none(named(node, values, "bias", "a batch norm's bias"));
  const auto scales = weight ? floats(*weight) : std::vector<float>(mean.size(), 1.0F);
  const auto shifts = bias ? floats(*bias) : std::vector<float>(mean.size(), 0.0F);
  const double epsilon = named(node, values, "eps", "eps").toDouble();
  ChannelAffine affine;
  for (std::size_t c = 0; c < mean.size(); ++c) {
    affine.scale.push_back(scales[c] / std::sqrt(static_cast<double>(variance[c]) + epsilon));
    affine.shift.push_back(static_cast<double>(shifts[c]) - mean[c] * affine.scale.back());
  }
  return affine;
}

ChannelAffine arithmetic_affine(const Node& node, const GraphValues& values) {
  std::string_view kind = node.kind().toQualString();
  if (kind.ends_with('_')) kind.remove_suffix(1);
  const bool constant_first = values.find(node.input(0)) == nullptr;
  const auto& activation = values.activation(node.input(constant_first ? 1 : 0));
  const auto constant = values.constant(node.input(constant_first ? 0 : 1), "what a value is combined with");
  if (node.hasNamedInput("rounding_mode")) refuse("a division that rounds");
  const auto numbers = by_channel(constant, activation);
  const double alpha = factor(node, values, "alpha");
  ChannelAffine affine{std::vector<double>(numbers.size(), 1.0), std::vector<double>(numbers.size(), 0.0)};
  for (std::size_t c = 0; c < numbers.size(); ++c) {
    if (kind == "aten::mul") {
      affine.scale[c] = numbers[c];
    } else if (kind == "aten::div" && !constant_first) {
      affine.scale[c] = 1.0 / numbers[c];
    } else if (kind == "aten::add") {
      affine.scale[c] = constant_first ? alpha : 1.0;
      affine.shift[c] = constant_first ? numbers[c] : alpha * numbers[c];
    } else if (kind == "aten::sub") {
      affine.scale[c] = constant_first ? -alpha : 1.0;
      affine.shift[c] = constant_first ? numbers[c] : -alpha * numbers[c];
    } else if (kind == "aten::rsub") {
      affine.scale[c] = -alpha;
      affine.shift[c] = numbers[c];
    } else {
      refuse(std::string(kind) + " of a constant by an activation");
    }
  }
  return affine;
}

void fold(Layer& layer, const ChannelAffine& affine) {
  const auto channels = static_cast<std::size_t>(layer.out_channels);
  if (affine.scale.size() != channels) refuse("a batch norm of another width");
  const auto per_channel = layer.weights.size() / channels;
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t i = c * per_channel; i < (c + 1) * per_channel; ++i)
      layer.weights[i] = static_cast<float>(layer.weights[i] * affine.scale[c]);
    layer.bias[c] =
        static_cast<float>(static_cast<double>(layer.bias[c]) * affine.scale[c] + affine.shift[c]);
  }
}

}  // namespace skingauge
