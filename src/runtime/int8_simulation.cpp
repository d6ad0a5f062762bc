#include "runtime/int8_simulation.hpp"

#include "runtime/dnnl_network.hpp"
#include "runtime/layer_index.hpp"
#include "runtime/layer_weights.hpp"
#include "runtime/number_bits.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace skingauge {
namespace {

float nearest_half(float value) { return half_value(half_bits(value)); }

// The first layer in two, as our kernel finishes what cuDNN leaves in halves: its sums, then bias and ReLU.
std::array<Layer, 2> in_halves(Layer first) {
  Layer finish;
  finish.input = 1;
  finish.relu = std::exchange(first.relu, false);
  finish.in_channels = finish.out_channels = finish.groups = first.out_channels;
  finish.weights.assign(first.bias.size(), 1.0F);
  finish.bias = std::exchange(first.bias, std::vector<float>(first.bias.size(), 0.0F));
  std::transform(first.weights.begin(), first.weights.end(), first.weights.begin(), nearest_half);
  return {std::move(first), std::move(finish)};
}

// The weights that bytes stand for.
Layer in_bytes(Layer layer, const ValueNumbers& in, const ValueNumbers& out) {
  const auto bytes = int8_weights(layer, in, out);
  const auto per_channel = layer.weights.size() / bytes.scales.size();
  for (std::size_t w = 0; w < layer.weights.size(); ++w) {
    const float step = bytes.scales[w / per_channel] * out.scale / in.scale;
    layer.weights[w] = static_cast<float>(bytes.weights[w]) * step;
  }
  return layer;
}

// Values but the input have a number more than those of `network`.
Network as_a_gpu_counts(const Network& network, const std::vector<ValueNumbers>& numbers) {
  Network made{network.channels, {}};
  for (auto& half : in_halves(network.layers.front())) made.layers.push_back(std::move(half));
  for (std::size_t i = 1; i < network.layers.size(); ++i) {
    const auto& was = network.layers[i];
    auto layer =
        was.kind == Layer::Kind::convolution ? in_bytes(was, numbers[was.input], numbers[i + 1]) : was;
    ++layer.input;
    if (layer.residual) ++*layer.residual;
    made.layers.push_back(std::move(layer));
  }
  return made;
}

void round_to_bytes(std::span<float> values, float step) {
  const float steps = 1.0F / step;
  for (auto& value : values) value = static_cast<float>(nearest_byte(value * steps)) * step;
}

}  // namespace

std::vector<float> gpu_int8_answers(const Network& network, int size, const Normalisation& normalisation,
                                    const ValueRanges& ranges, std::span<const std::uint8_t> tiles,
                                    std::size_t count) {
  const auto numbers = gpu_value_numbers(network, ranges);
  const auto counted = as_a_gpu_counts(network, numbers);
  return see_values(counted, size, normalisation, tiles, count,
                    [&](std::size_t value, std::span<float> elements) {
                      if (value < 2) {
                        std::transform(elements.begin(), elements.end(), elements.begin(), nearest_half);
                      } else if (numbers[value - 1].type == ValueNumbers::Type::s8) {
                        round_to_bytes(elements, numbers[value - 1].scale);
                      }
                    });
}

}  // namespace skingauge
