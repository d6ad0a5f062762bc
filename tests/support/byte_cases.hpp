// Bytes and sums for the kernels of int8: what a device and the CPU must make the same of.
#pragma once

#include "runtime/layer_index.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace skingauge::test {

inline std::vector<std::int8_t> random_bytes(std::size_t count, unsigned seed = 1) {
  std::mt19937 random(seed);
  std::vector<std::int8_t> bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::int8_t>(static_cast<int>(random() % 256U) - 128);
  return bytes;
}

/// Kernels that hang over an edge, do not, and leave rows out.
inline std::vector<PoolShape> pool_shapes() {
  return {{16, 8, 8, 4, 4, 3, 2, 1},
          {32, 7, 5, 4, 3, 3, 2, 1},
          {64, 6, 9, 6, 9, 3, 1, 1},
          {16, 9, 9, 3, 3, 2, 3, 0}};
}

inline std::size_t elements(const PoolShape& s) {
  return static_cast<std::size_t>(s.height) * static_cast<std::size_t>(s.width) *
         static_cast<std::size_t>(s.channels);
}
inline std::size_t pooled_elements(const PoolShape& s) {
  return static_cast<std::size_t>(s.out_height) * static_cast<std::size_t>(s.out_width) *
         static_cast<std::size_t>(s.channels);
}

/// Sums, their factors by channel, and a residual, such that quotients are halves and quarters of a byte's
/// step, many of them equally near to two bytes and many beyond the least and the largest.
struct ByteSums {
  static constexpr int kChannels = 48;
  std::vector<std::int32_t> sums;
  std::vector<std::int8_t> residual;
  std::vector<float> scales;
  std::vector<float> bias;
  float residual_scale{0.5F};

  explicit ByteSums(std::size_t pixels)
      : residual(random_bytes(pixels * kChannels, 5)), scales(kChannels), bias(kChannels) {
    std::mt19937 random(3);
    for (std::size_t i = 0; i < residual.size(); ++i)
      sums.push_back(static_cast<std::int32_t>(random() % 2001U) - 1000);
    for (std::size_t c = 0; c < kChannels; ++c) {
      scales[c] = c % 3 == 0 ? 0.0137F * static_cast<float>(c + 1) : c % 3 == 1 ? 0.5F : 0.25F;
      bias[c] = static_cast<float>(static_cast<int>(c) - 20) * 0.5F;
    }
  }

  /// Of these arrays or their copies on a device.
  [[nodiscard]] ByteFinish finish(const float* scales_at, const float* bias_at, bool relu) const {
    return {kChannels, relu, scales_at, bias_at, nullptr, nullptr};
  }
};

}  // namespace skingauge::test
