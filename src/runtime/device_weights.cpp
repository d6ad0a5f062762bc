#include "runtime/device_weights.hpp"

#include "runtime/convolution_case.hpp"
#include "runtime/layer_weights.hpp"
#include "runtime/number_bits.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <string>

namespace skingauge {
namespace {

[[noreturn]] void no_form(std::size_t layer, const std::string& what) {
  throw std::invalid_argument("layer " + std::to_string(layer) + ": " + what);
}

// Values after a mean are float32; only linear layers read those, and nothing else writes the outputs.
void check_form(const Network& network, Precision precision) {
  std::vector<bool> averaged(network.layers.size() + 1, false);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto& layer = network.layers[i];
    const bool linear = layer.kind == Layer::Kind::linear;
    if (averaged[layer.input] != linear)
      no_form(i, linear ? "linear of what is no mean" : "reads what is averaged, and is not linear");
    if (layer.input == 0 && layer.kind != Layer::Kind::convolution)
      no_form(i, "reads the input, and is no convolution");
    if (layer.input == 0 && layer.groups != 1) no_form(i, "reads the input in groups");
    if (layer.kind == Layer::Kind::max_pool &&
        layer.in_channels % static_cast<int>(16 / number_bytes(precision)) != 0)
      no_form(i, "pools channels that are no multiple of 16 bytes");
    averaged[i + 1] = linear || layer.kind == Layer::Kind::mean;
  }
  if (network.layers.empty() || !averaged.back())
    no_form(network.layers.size(), "the last is neither mean nor linear");
}

int channels_read(const Network& network, const Layer& layer, Precision precision) {
  return layer.input == 0 ? padded_input_channels(network, precision) : layer.in_channels / layer.groups;
}

// out x in x k x k to out x k x k x in, channels beyond the last 0.
std::vector<float> channels_last(const Layer& layer, std::span<const float> weights, int channels) {
  const auto taps = static_cast<std::size_t>(layer.kernel) * static_cast<std::size_t>(layer.kernel);
  const auto from = static_cast<std::size_t>(layer.in_channels / layer.groups);
  const auto to = static_cast<std::size_t>(channels);
  std::vector<float> moved(static_cast<std::size_t>(layer.out_channels) * taps * to);
  for (std::size_t o = 0; o < static_cast<std::size_t>(layer.out_channels); ++o) {
    for (std::size_t c = 0; c < from; ++c) {
      for (std::size_t t = 0; t < taps; ++t)
        moved[(o * taps + t) * to + c] = weights[(o * from + c) * taps + t];
    }
  }
  return moved;
}

// To steps of the value that a convolution writes.
std::vector<float> in_steps(const std::vector<float>& values, const ValueNumbers& value) {
  std::vector<float> steps;
  steps.reserve(values.size());
  for (const float v : values) steps.push_back(v / value.scale);
  return steps;
}

class Packer {
 public:
  Packer(const Network& network, Precision precision, const ValueRanges& ranges)
      : network_(&network), precision_(precision) {
    prepared_.network.channels = network.channels;
    for (const auto& layer : network.layers) prepared_.network.layers.push_back(without_weights(layer));
    prepared_.numbers.resize(network.layers.size() + 1);
    if (precision == Precision::int8) prepared_.numbers = gpu_value_numbers(network, ranges);
  }

  PreparedNetwork pack(std::span<const float> answer) {
    for (std::size_t i = 0; i < network_->layers.size(); ++i) add_layer(i);
    add(network_->layers.size(), DeviceArray::answer, answer, Precision::fp32);
    const auto owner = std::make_shared<std::vector<std::vector<std::byte>>>(std::move(bytes_));
    for (std::size_t i = 0; i < owner->size(); ++i) prepared_.arrays[i].bytes = (*owner)[i];
    prepared_.owner = owner;
    return std::move(prepared_);
  }

 private:
  void add_layer(std::size_t i) {
    const auto& layer = network_->layers[i];
    if (layer.kind == Layer::Kind::linear) {
      add(i, DeviceArray::weights, layer.weights, Precision::fp32);
      add(i, DeviceArray::bias, layer.bias, Precision::fp32);
    } else if (layer.kind == Layer::Kind::convolution && precision_ == Precision::int8) {
      add_int8(i);
    } else if (layer.kind == Layer::Kind::convolution) {
      const bool keep_sums = precision_ == Precision::bf16 && layer.kernel > 1;
      const auto rounded = keep_sums ? bf16_weights(layer) : std::vector<float>();
      const auto& weights = keep_sums ? rounded : layer.weights;
      add(i, DeviceArray::weights, channels_last(layer, weights, channels_read(*network_, layer, precision_)),
          precision_);
      add(i, DeviceArray::bias, layer.bias, precision_);
    }
  }

  void add_int8(std::size_t i) {
    const auto& layer = network_->layers[i];
    const auto& out = prepared_.numbers[i + 1];
    const int channels = channels_read(*network_, layer, precision_);
    std::vector<float> scales(static_cast<std::size_t>(layer.out_channels), 1.0F / out.scale);
    if (layer.input == 0) {
      add(i, DeviceArray::weights, channels_last(layer, layer.weights, channels),
          input_precision(precision_));
    } else {
      const auto bytes = int8_weights(layer, prepared_.numbers[layer.input], out);
      const std::vector<float> weights(bytes.weights.begin(), bytes.weights.end());
      add(i, DeviceArray::weights, channels_last(layer, weights, channels), precision_);
      scales = bytes.scales;
    }
    add(i, DeviceArray::bias, in_steps(layer.bias, out), Precision::fp32);
    add(i, DeviceArray::scales, scales, Precision::fp32);
    const float residual = layer.residual ? prepared_.numbers[*layer.residual].scale / out.scale : 0.0F;
    add(i, DeviceArray::residual_scale, {&residual, 1}, Precision::fp32);
  }

  void add(std::size_t layer, DeviceArray kind, std::span<const float> values, Precision numbers) {
    const auto each = number_bytes(numbers);
    std::vector<std::byte> bytes(values.size() * each);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (each == sizeof(float)) {
        std::memcpy(&bytes[i * each], &values[i], each);
      } else if (each == 1) {
        bytes[i] = static_cast<std::byte>(static_cast<std::int8_t>(values[i]));
      } else {
        const auto bits = numbers == Precision::bf16 ? bf16_bits(values[i]) : half_bits(values[i]);
        std::memcpy(&bytes[i * each], &bits, each);
      }
    }
    bytes_.push_back(std::move(bytes));
    prepared_.arrays.push_back({layer, static_cast<int>(kind), {}, {}});
  }

  const Network* network_;
  Precision precision_;
  PreparedNetwork prepared_;
  std::vector<std::vector<std::byte>> bytes_;
};

// Which arrays a network must have, in their order.
std::vector<std::pair<std::size_t, DeviceArray>> arrays_of(const Network& network, Precision precision) {
  std::vector<std::pair<std::size_t, DeviceArray>> wanted;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto kind = network.layers[i].kind;
    if (kind != Layer::Kind::convolution && kind != Layer::Kind::linear) continue;
    wanted.emplace_back(i, DeviceArray::weights);
    wanted.emplace_back(i, DeviceArray::bias);
    if (kind != Layer::Kind::convolution || precision != Precision::int8) continue;
    wanted.emplace_back(i, DeviceArray::scales);
    wanted.emplace_back(i, DeviceArray::residual_scale);
  }
  wanted.emplace_back(network.layers.size(), DeviceArray::answer);
  return wanted;
}

// A file's header, which holds them, is not hashed.
void check_numbers(const PreparedNetwork& prepared) {
  for (std::size_t i = 0; i < prepared.network.layers.size(); ++i) {
    const auto kind = prepared.network.layers[i].kind;
    if (kind == Layer::Kind::mean || kind == Layer::Kind::linear) continue;
    const auto& numbers = prepared.numbers.at(i + 1);
    if (numbers.type != ValueNumbers::Type::s8 || !std::isfinite(numbers.scale) || numbers.scale <= 0)
      no_form(i, "its values have no 8-bit numbers");
  }
}

}  // namespace

int padded_input_channels(const Network& network, Precision precision) noexcept {
  const int pack = number_bytes(input_precision(precision)) == 2 ? 8 : 4;
  return (network.channels + pack - 1) / pack * pack;
}

PreparedNetwork prepare_for_device(const Network& network, Precision precision, std::span<const float> answer,
                                   const ValueRanges& ranges) {
  check_weights(network);
  check_form(network, precision);
  return Packer(network, precision, ranges).pack(answer);
}

void check_device_arrays(const PreparedNetwork& prepared, Precision precision) {
  check_form(prepared.network, precision);
  if (precision == Precision::int8) check_numbers(prepared);
  const auto wanted = arrays_of(prepared.network, precision);
  if (prepared.arrays.size() != wanted.size())
    throw std::invalid_argument("it has other arrays than its layers need");
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const auto& array = prepared.arrays[i];
    const auto [layer, kind] = wanted[i];
    if (array.layer != layer || array.kind != static_cast<int>(kind) ||
        array.bytes.size() != device_array_bytes(prepared.network, layer, kind, precision))
      no_form(layer, "its arrays are not those it needs");
  }
}

std::size_t device_array_bytes(const Network& network, std::size_t layer, DeviceArray kind,
                               Precision precision) {
  if (kind == DeviceArray::answer) return static_cast<std::size_t>(network.width()) * sizeof(float);
  if (kind == DeviceArray::residual_scale) return sizeof(float);
  const auto& l = network.layers[layer];
  const bool linear = l.kind == Layer::Kind::linear;
  const auto out = static_cast<std::size_t>(l.out_channels);
  const auto each =
      linear ? sizeof(float) : number_bytes(l.input == 0 ? input_precision(precision) : precision);
  if (kind == DeviceArray::scales) return out * sizeof(float);
  if (kind == DeviceArray::bias) return out * (precision == Precision::int8 ? sizeof(float) : each);
  if (linear) return out * static_cast<std::size_t>(l.in_channels) * each;
  return out * static_cast<std::size_t>(l.kernel * l.kernel) *
         static_cast<std::size_t>(channels_read(network, l, precision)) * each;
}

}  // namespace skingauge
