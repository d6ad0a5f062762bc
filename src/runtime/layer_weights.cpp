#include "runtime/layer_weights.hpp"

#include "runtime/number_bits.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>
#include <utility>

namespace skingauge {
namespace {

constexpr float kSteps = 127.0F;

// The place of the network's channel c among a tile's B, G, R.
std::size_t byte_of(const Normalisation& normalisation, std::size_t c) {
  return normalisation.swap ? 2U - c : c;
}

// Of rounded values, takes or adds a step where that brings their sum back at the least cost. Kernels are
// many and small: looking through one again for each step is faster than sorting it.
void keep_sum(std::span<const float> exact, std::span<std::int8_t> rounded) {
  float error = 0;
  for (std::size_t i = 0; i < exact.size(); ++i) error += static_cast<float>(rounded[i]) - exact[i];
  const auto steps = std::lround(error);
  const int one = steps > 0 ? -1 : 1;
  for (auto left = std::abs(steps); left > 0; --left) {
    std::size_t best = exact.size();
    float least = 0;
    for (std::size_t i = 0; i < exact.size(); ++i) {
      const float cost = static_cast<float>(one) * (static_cast<float>(rounded[i]) - exact[i]);
      const bool room = std::abs(rounded[i] + one) <= static_cast<int>(kSteps);
      if (!room || (best < exact.size() && cost >= least)) continue;
      best = i;
      least = cost;
    }
    if (best == exact.size()) return;
    rounded[best] = static_cast<std::int8_t>(rounded[best] + one);
  }
}

float nearest_bf16(float value) {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bf16_bits(value)) << 16U);
}

// From the largest to the smallest, each takes over what rounding took from those before it.
void round_together(std::span<float> kernel, std::vector<std::size_t>& order) {
  order.clear();
  for (std::size_t i = 0; i < kernel.size(); ++i) {
    order.push_back(i);
    for (auto at = i; at > 0 && std::abs(kernel[order[at - 1]]) < std::abs(kernel[i]); --at)
      std::swap(order[at - 1], order[at]);
  }
  double owed = 0;
  for (const auto i : order) {
    const double wanted = kernel[i] + owed;
    kernel[i] = nearest_bf16(static_cast<float>(wanted));
    owed = wanted - kernel[i];
  }
}

std::size_t kernel_area(const Layer& layer) {
  return static_cast<std::size_t>(layer.kernel) * static_cast<std::size_t>(layer.kernel);
}

}  // namespace

Int8Weights int8_weights(const Layer& layer, const ValueNumbers& in, const ValueNumbers& out) {
  const auto channels = static_cast<std::size_t>(layer.out_channels);
  const auto per_channel = layer.weights.size() / channels;
  const auto area = kernel_area(layer);
  Int8Weights found;
  found.weights.reserve(layer.weights.size());
  found.bias.reserve(channels);
  found.scales.reserve(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    const auto* first = layer.weights.data() + c * per_channel;
    float largest = 0;
    for (std::size_t i = 0; i < per_channel; ++i) largest = std::max(largest, std::abs(first[i]));
    const float step = largest > 0 ? largest / kSteps : 1.0F;
    std::vector<float> exact(first, first + per_channel);
    for (auto& value : exact) value /= step;
    for (const float value : exact) found.weights.push_back(static_cast<std::int8_t>(std::lround(value)));
    for (std::size_t i = 0; area > 1 && i < per_channel; i += area)
      keep_sum(std::span(exact).subspan(i, area),
               std::span(found.weights).subspan(c * per_channel + i, area));
    found.bias.push_back(layer.bias[c] / (in.scale * step));
    found.scales.push_back(in.scale * step / out.scale);
  }
  return found;
}

std::vector<float> bf16_weights(const Layer& layer) {
  auto weights = layer.weights;
  const auto area = kernel_area(layer);
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < weights.size(); i += area)
    round_together(std::span(weights).subspan(i, area), order);
  return weights;
}

Layer reading_bytes(const Layer& layer, const Normalisation& normalisation) {
  Layer made = layer;
  const auto area = kernel_area(layer);
  for (std::size_t o = 0; o < static_cast<std::size_t>(layer.out_channels); ++o) {
    double shift = 0;
    for (std::size_t c = 0; c < 3; ++c) {
      const auto* from = layer.weights.data() + (o * 3U + c) * area;
      auto* to = made.weights.data() + (o * 3U + byte_of(normalisation, c)) * area;
      for (std::size_t i = 0; i < area; ++i) {
        shift += static_cast<double>(from[i]) * normalisation.bias[c];
        to[i] = from[i] * normalisation.gain[c];
      }
    }
    made.bias[o] = static_cast<float>(layer.bias[o] + shift);
  }
  return made;
}

std::array<std::uint8_t, 3> border_bytes(const Normalisation& normalisation) {
  std::array<std::uint8_t, 3> border{};
  for (std::size_t c = 0; c < 3; ++c) {
    const float zero = -normalisation.bias[c] / normalisation.gain[c];
    border[byte_of(normalisation, c)] =
        static_cast<std::uint8_t>(std::lround(std::clamp(zero, 0.0F, 255.0F)));
  }
  return border;
}

}  // namespace skingauge
