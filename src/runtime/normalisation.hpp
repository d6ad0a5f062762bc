// From a byte of a tile to the network's input value: the manifest's (byte * scale - mean) / std.
#pragma once

#include "skingauge/preprocess.hpp"

#include "runtime/host_device.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace skingauge {

/// byte * gain + bias per channel of the network's order. Plain data: passed to kernels by value.
struct Normalisation {
  float gain[3]{1.0F, 1.0F, 1.0F};
  float bias[3]{0.0F, 0.0F, 0.0F};
  bool swap{false};  ///< the network wants R, G, B

  Normalisation() = default;
  explicit Normalisation(const Preprocess& p) : swap(p.order == ChannelOrder::rgb) {
    for (std::size_t c = 0; c < 3; ++c) {
      gain[c] = static_cast<float>(p.scale / p.std[c]);
      bias[c] = static_cast<float>(-p.mean[c] / p.std[c]);
    }
  }
};

/// The input value number `i` of a batch in N x H x W x 3 order, from tiles of 8-bit B, G, R in the same
/// order.
SKINGAUGE_HOST_DEVICE inline float input_value(const Normalisation& n, const std::uint8_t* tiles,
                                               std::size_t i) {
  const std::size_t channel = i % 3U;
  const std::size_t from = n.swap ? i + 2U - 2U * channel : i;
  return static_cast<float>(tiles[from]) * n.gain[channel] + n.bias[channel];
}

/// The same for a batch in N x H x W x `channels` order, channels >= 3: those behind the third are zero.
SKINGAUGE_HOST_DEVICE inline float padded_input_value(const Normalisation& n, const std::uint8_t* tiles,
                                                      std::size_t i, unsigned channels) {
  const std::size_t pixel = i / channels;
  const std::size_t channel = i % channels;
  return channel < 3U ? input_value(n, tiles, pixel * 3U + channel) : 0.0F;
}

/// Whole tiles of 8-bit B, G, R as a module reads them: N x 3 x size x size.
inline void write_planes(const Normalisation& n, std::span<const std::uint8_t> tiles, int size, float* out) {
  const auto area = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
  for (std::size_t tile = 0; tile < tiles.size(); tile += 3U * area) {
    for (std::size_t c = 0; c < 3; ++c) {
      for (std::size_t i = 0; i < area; ++i) *out++ = input_value(n, tiles.data() + tile, i * 3U + c);
    }
  }
}

}  // namespace skingauge
