// The layers that are not convolutions, element by element: what GPU kernels and their tests on the CPU both
// run. Tensors are N x H x W x C.
#pragma once

#include "runtime/normalisation.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace skingauge {

/// So many neighbouring channels as fit 16 bytes, moved at once.
template <class T>
struct alignas(16) ChannelPack {
  static constexpr int kChannels = 16 / sizeof(T);
  T value[16 / sizeof(T)];
};

struct PoolShape {
  int channels{0};
  int height{0};
  int width{0};
  int out_height{0};
  int out_width{0};
  int kernel{0};
  int stride{0};
  int padding{0};
};

/// The i-th pack of a max pool's output; padding counts as minus infinity. channels is a multiple of the
/// pack's.
template <class T>
SKINGAUGE_HOST_DEVICE ChannelPack<T> max_pool_pack(const PoolShape& s, const T* in, std::size_t i) {
  constexpr int kPack = ChannelPack<T>::kChannels;
  const auto packs = static_cast<unsigned>(s.channels / kPack);
  const auto pixel = i / packs;
  const auto pack = static_cast<std::size_t>(i % packs);
  const int x = static_cast<int>(pixel % static_cast<unsigned>(s.out_width)) * s.stride - s.padding;
  const auto row = pixel / static_cast<unsigned>(s.out_width);
  const int y = static_cast<int>(row % static_cast<unsigned>(s.out_height)) * s.stride - s.padding;
  const auto tile = row / static_cast<unsigned>(s.out_height);
  const int y_end = y + s.kernel < s.height ? y + s.kernel : s.height;
  const int x_end = x + s.kernel < s.width ? x + s.kernel : s.width;
  ChannelPack<T> best{};
  bool first = true;
  for (int at_y = y < 0 ? 0 : y; at_y < y_end; ++at_y) {
    for (int at_x = x < 0 ? 0 : x; at_x < x_end; ++at_x) {
      const auto at = (tile * static_cast<unsigned>(s.height) + static_cast<unsigned>(at_y)) *
                          static_cast<unsigned>(s.width) +
                      static_cast<unsigned>(at_x);
      const auto here = reinterpret_cast<const ChannelPack<T>*>(in)[at * packs + pack];
      for (int c = 0; c < kPack; ++c) {
        if (first || static_cast<float>(here.value[c]) > static_cast<float>(best.value[c]))
          best.value[c] = here.value[c];
      }
      first = false;
    }
  }
  return best;
}

/// The i-th of tiles x channels means over the `area` pixels of a tile, summed in float32 row by row, x
/// scale: what a step of bytes stands for, 1 for other numbers.
template <class T>
SKINGAUGE_HOST_DEVICE float mean_value(const T* in, int area, int channels, float scale, std::size_t i) {
  const auto width = static_cast<std::size_t>(channels);
  const T* at = in + i / width * static_cast<std::size_t>(area) * width + i % width;
  float sum = 0;
  for (int p = 0; p < area; ++p) sum += static_cast<float>(at[static_cast<std::size_t>(p) * width]);
  return sum / static_cast<float>(area) * scale;
}

/// Threads that share one output of a linear layer.
inline constexpr int kLinearLanes = 32;

/// What one of them adds up of inputs x weights; the lanes' sums are then added in pairs, each lane that of
/// the one 16, 8, 4, 2 and 1 further, and the bias last.
SKINGAUGE_HOST_DEVICE inline float linear_partial(const float* input, const float* weights, int inputs,
                                                  int lane) {
  float sum = 0;
  for (int k = lane; k < inputs; k += kLinearLanes) sum += input[k] * weights[k];
  return sum;
}

/// What follows the lanes' sum: + bias, ReLU.
SKINGAUGE_HOST_DEVICE inline float linear_value(float sum, float bias, bool relu) {
  const float value = sum + bias;
  return relu && value < 0 ? 0.0F : value;
}

/// What follows a bare convolution: + bias, + residual (where there is one), ReLU; of the i-th number.
template <class T>
SKINGAUGE_HOST_DEVICE T finished_value(const T* values, const T* bias, const T* residual, int channels,
                                       bool relu, std::size_t i) {
  float value = static_cast<float>(values[i]);
  if (residual != nullptr) value += static_cast<float>(residual[i]);
  value += static_cast<float>(bias[i % static_cast<std::size_t>(channels)]);
  return static_cast<T>(relu && value < 0 ? 0.0F : value);
}

/// How sums become bytes in int8. The pointers' memory is the device's.
struct ByteFinish {
  int channels{0};
  bool relu{false};
  const float* scales{nullptr};          ///< by channel: from a sum to steps of the value
  const float* bias{nullptr};            ///< by channel, in steps of the value
  const std::int8_t* residual{nullptr};  ///< null: none
  const float* residual_scale{nullptr};  ///< one: from its steps to the value's
};

/// To the nearest, of two equally near the even one; what is beyond -128..127 becomes the nearer of the two.
SKINGAUGE_HOST_DEVICE inline std::int8_t nearest_byte(float value) {
  if (!(value > -128.0F)) return -128;
  return static_cast<std::int8_t>(value < 127.0F ? rintf(value) : 127.0F);
}

/// The byte of the i-th sum: x scale, + residual x its scale, + bias, ReLU, nearest_byte.
template <class Sum>
SKINGAUGE_HOST_DEVICE std::int8_t finished_byte(const ByteFinish& finish, const Sum* sums, std::size_t i) {
  const auto channel = i % static_cast<std::size_t>(finish.channels);
  float value = static_cast<float>(sums[i]) * finish.scales[channel];
  if (finish.residual != nullptr) value += static_cast<float>(finish.residual[i]) * *finish.residual_scale;
  value += finish.bias[channel];
  if (finish.relu && value < 0) value = 0;
  return nearest_byte(value);
}

}  // namespace skingauge
