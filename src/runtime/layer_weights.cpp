#include "runtime/layer_weights.hpp"

#include <algorithm>
#include <cmath>

namespace skingauge {
namespace {

constexpr float kSteps = 127.0F;

// The place of the network's channel c among a tile's B, G, R.
std::size_t byte_of(const Normalisation& normalisation, std::size_t c) {
  return normalisation.swap ? 2U - c : c;
}

}  // namespace

Int8Weights int8_weights(const Layer& layer, const ValueNumbers& in, const ValueNumbers& out) {
  const auto channels = static_cast<std::size_t>(layer.out_channels);
  const auto per_channel = layer.weights.size() / channels;
  Int8Weights found;
  found.weights.reserve(layer.weights.size());
  found.bias.reserve(channels);
  found.scales.reserve(channels);
  for (std::size_t c = 0; c < channels; ++c) {
    const auto* first = layer.weights.data() + c * per_channel;
    float largest = 0;
    for (std::size_t i = 0; i < per_channel; ++i) largest = std::max(largest, std::abs(first[i]));
    const float step = largest > 0 ? largest / kSteps : 1.0F;
    for (std::size_t i = 0; i < per_channel; ++i)
      found.weights.push_back(static_cast<std::int8_t>(std::lround(first[i] / step)));
    found.bias.push_back(layer.bias[c] / (in.scale * step));
    found.scales.push_back(in.scale * step / out.scale);
  }
  return found;
}

Layer reading_bytes(const Layer& layer, const Normalisation& normalisation) {
  Layer made = layer;
  const auto area = static_cast<std::size_t>(layer.kernel) * static_cast<std::size_t>(layer.kernel);
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
