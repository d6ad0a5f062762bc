// The layers of a network by plain loops over "device" memory that the host can reach: what cuDNN and our
// kernels must answer. fp32, and int8 with its first layer in fp16.
#pragma once

#include "runtime/device_layers.hpp"
#include "runtime/number_bits.hpp"

#include <cstring>
#include <functional>
#include <span>
#include <vector>

namespace skingauge::test {

/// A number of half precision on the host; infinities and NaN are not looked for.
struct HostHalf {
  std::uint16_t bits{0};
  HostHalf() = default;
  explicit HostHalf(float value) : bits(half_bits(value)) {}
  explicit operator float() const { return half_value(bits); }
};

class HostLayers final : public DeviceLayers {
 public:
  explicit HostLayers(Precision precision = Precision::fp32) : precision_(precision) {}

  /// Which convolutions are taken fused; every one, unless told otherwise.
  std::function<bool(const ConvolutionCase&)> takes_fused = [](const ConvolutionCase&) { return true; };
  /// Bytes of scratch that a convolution writes to.
  std::size_t workspace{1000};

  [[nodiscard]] Precision precision() const noexcept override { return precision_; }
  ConvolutionWay way(const ConvolutionCase& c) override { return {c.fused && takes_fused(c), workspace}; }

  void convolution(NativeStream* /*stream*/, const ConvolutionCase& c, const ConvolutionTensors& t,
                   void* scratch) override {
    std::memset(scratch, 0xA5, workspace);  // as a library would use it
    if (c.precision == Precision::int8) return convolve_bytes(c, t);
    if (c.precision == Precision::fp16) return convolve_halves(c, t);
    auto* out = static_cast<float*>(t.output);
    const auto channels = static_cast<std::size_t>(c.out_channels);
    for (std::size_t i = 0; i < c.outputs(); ++i) {
      auto value = convolved<float, float>(c, t, i);
      if (t.residual != nullptr) value += static_cast<const float*>(t.residual)[i];
      if (t.bias != nullptr) value += static_cast<const float*>(t.bias)[i % channels];
      out[i] = c.fused && c.relu && value < 0 ? 0.0F : value;
    }
  }
  void normalise(NativeStream* /*stream*/, const Normalisation& n, const std::uint8_t* tiles,
                 std::size_t pixels, int channels, void* out) override {
    for (std::size_t i = 0; i < pixels * static_cast<std::size_t>(channels); ++i) {
      const float value = padded_input_value(n, tiles, i, static_cast<unsigned>(channels));
      if (input_precision(precision_) == Precision::fp16) {
        static_cast<HostHalf*>(out)[i] = HostHalf(value);
      } else {
        static_cast<float*>(out)[i] = value;
      }
    }
  }
  void finish(NativeStream* /*stream*/, void* values, std::size_t count, int channels, const void* bias,
              const void* residual, bool relu) override {
    auto* at = static_cast<float*>(values);
    for (std::size_t i = 0; i < count; ++i) {
      at[i] = finished_value(at, static_cast<const float*>(bias), static_cast<const float*>(residual),
                             channels, relu, i);
    }
  }
  void finish_bytes(NativeStream* /*stream*/, Precision sums_of, const ByteFinish& finish, const void* sums,
                    std::size_t count, std::int8_t* out) override {
    for (std::size_t i = 0; i < count; ++i) {
      out[i] = sums_of == Precision::fp16 ? finished_byte(finish, static_cast<const HostHalf*>(sums), i)
                                          : finished_byte(finish, static_cast<const std::int32_t*>(sums), i);
    }
  }
  void max_pool(NativeStream* /*stream*/, const PoolShape& shape, std::size_t tiles, const void* in,
                void* out) override {
    if (precision_ == Precision::int8) return pool<std::int8_t>(shape, tiles, in, out);
    pool<float>(shape, tiles, in, out);
  }
  void mean(NativeStream* /*stream*/, std::size_t tiles, int area, int channels, const void* in, float scale,
            float* out) override {
    for (std::size_t i = 0; i < tiles * static_cast<std::size_t>(channels); ++i) {
      out[i] = precision_ == Precision::int8
                   ? mean_value(static_cast<const std::int8_t*>(in), area, channels, scale, i)
                   : mean_value(static_cast<const float*>(in), area, channels, scale, i);
    }
  }
  void linear(NativeStream* /*stream*/, std::size_t tiles, int inputs, int outputs, const float* in,
              const float* weights, const float* bias, bool relu, float* out) override {
    const auto width = static_cast<std::size_t>(outputs);
    const auto depth = static_cast<std::size_t>(inputs);
    for (std::size_t i = 0; i < tiles * width; ++i) {
      float lanes[kLinearLanes];
      for (int lane = 0; lane < kLinearLanes; ++lane)
        lanes[lane] = linear_partial(in + i / width * depth, weights + i % width * depth, inputs, lane);
      for (int far = kLinearLanes / 2; far > 0; far /= 2) {
        for (int lane = 0; lane < far; ++lane) lanes[lane] += lanes[lane + far];
      }
      out[i] = linear_value(lanes[0], bias[i % width], relu);
    }
  }

 private:
  template <class T>
  static void pool(const PoolShape& shape, std::size_t tiles, const void* in, void* out) {
    const auto packs = tiles * static_cast<std::size_t>(shape.out_height * shape.out_width * shape.channels /
                                                        ChannelPack<T>::kChannels);
    for (std::size_t i = 0; i < packs; ++i)
      static_cast<ChannelPack<T>*>(out)[i] = max_pool_pack(shape, static_cast<const T*>(in), i);
  }

  static void convolve_bytes(const ConvolutionCase& c, const ConvolutionTensors& t) {
    std::vector<std::int32_t> sums(c.outputs());
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] = convolved<std::int8_t, std::int32_t>(c, t, i);
    if (!c.fused) {
      std::memcpy(t.output, sums.data(), sums.size() * sizeof(std::int32_t));
      return;
    }
    const ByteFinish finish{c.out_channels,
                            c.relu,
                            t.scales,
                            static_cast<const float*>(t.bias),
                            static_cast<const std::int8_t*>(t.residual),
                            t.residual_scale};
    for (std::size_t i = 0; i < sums.size(); ++i)
      static_cast<std::int8_t*>(t.output)[i] = finished_byte(finish, sums.data(), i);
  }

  // Bare ones alone.
  static void convolve_halves(const ConvolutionCase& c, const ConvolutionTensors& t) {
    for (std::size_t i = 0; i < c.outputs(); ++i)
      static_cast<HostHalf*>(t.output)[i] = HostHalf(convolved<HostHalf, float>(c, t, i));
  }

  // The sum of products of the i-th output.
  template <class Number, class Sum>
  static Sum convolved(const ConvolutionCase& c, const ConvolutionTensors& t, std::size_t i) {
    const int out = static_cast<int>(i % static_cast<std::size_t>(c.out_channels));
    const auto pixel = i / static_cast<std::size_t>(c.out_channels);
    const int x = static_cast<int>(pixel % static_cast<std::size_t>(c.out_width())) * c.stride - c.padding;
    const auto row = pixel / static_cast<std::size_t>(c.out_width());
    const int y = static_cast<int>(row % static_cast<std::size_t>(c.out_height())) * c.stride - c.padding;
    const int tile = static_cast<int>(row / static_cast<std::size_t>(c.out_height()));
    const int depth = c.in_channels / c.groups;
    const int first = out / (c.out_channels / c.groups) * depth;
    Sum sum = 0;
    for (int ky = 0; ky < c.kernel; ++ky) {
      for (int kx = 0; kx < c.kernel; ++kx) {
        const int at_y = y + ky * c.dilation;
        const int at_x = x + kx * c.dilation;
        if (at_y < 0 || at_x < 0 || at_y >= c.height || at_x >= c.width) continue;
        const auto* values =
            static_cast<const Number*>(t.input) +
            static_cast<std::ptrdiff_t>(((tile * c.height + at_y) * c.width + at_x)) * c.in_channels + first;
        const auto* weights = static_cast<const Number*>(t.weights) +
                              static_cast<std::ptrdiff_t>((out * c.kernel + ky) * c.kernel + kx) * depth;
        for (int k = 0; k < depth; ++k) sum += static_cast<Sum>(values[k]) * static_cast<Sum>(weights[k]);
      }
    }
    return sum;
  }

  Precision precision_;
};

}  // namespace skingauge::test
