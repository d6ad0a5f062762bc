// Small networks with random weights, of the parts that residual networks are made of.
#pragma once

#include "skingauge/network.hpp"

#include <cmath>
#include <cstdint>
#include <random>

namespace skingauge::test {

class NetworkMaker {
 public:
  explicit NetworkMaker(unsigned seed) : random_(seed) {}

  /// Answers the number of the value it writes.
  std::size_t convolution(std::size_t input, int in, int out, int kernel, int stride, bool relu,
                          std::optional<std::size_t> residual = {}, int groups = 1) {
    Layer layer;
    layer.kind = Layer::Kind::convolution;
    layer.input = input;
    layer.residual = residual;
    layer.relu = relu;
    layer.in_channels = in;
    layer.out_channels = out;
    layer.kernel = kernel;
    layer.stride = stride;
    layer.padding = kernel / 2;
    layer.groups = groups;
    const auto fan_in = static_cast<std::size_t>(in / groups * kernel * kernel);
    fill(layer.weights, static_cast<std::size_t>(out) * fan_in, 1.0F / std::sqrt(static_cast<float>(fan_in)));
    fill(layer.bias, static_cast<std::size_t>(out), 0.1F);
    return push(std::move(layer));
  }
  std::size_t max_pool(std::size_t input, int channels) {
    Layer layer;
    layer.kind = Layer::Kind::max_pool;
    layer.input = input;
    layer.in_channels = layer.out_channels = channels;
    layer.kernel = 3;
    layer.stride = 2;
    layer.padding = 1;
    return push(std::move(layer));
  }
  std::size_t mean(std::size_t input, int channels) {
    Layer layer;
    layer.kind = Layer::Kind::mean;
    layer.input = input;
    layer.in_channels = layer.out_channels = channels;
    return push(std::move(layer));
  }
  std::size_t linear(std::size_t input, int in, int out, bool relu = false) {
    Layer layer;
    layer.kind = Layer::Kind::linear;
    layer.input = input;
    layer.relu = relu;
    layer.in_channels = in;
    layer.out_channels = out;
    fill(layer.weights, static_cast<std::size_t>(in) * static_cast<std::size_t>(out), 0.3F);
    fill(layer.bias, static_cast<std::size_t>(out), 0.1F);
    return push(std::move(layer));
  }
  Network network;

 private:
  std::size_t push(Layer layer) {
    network.layers.push_back(std::move(layer));
    return network.layers.size();
  }
  void fill(std::vector<float>& values, std::size_t count, float scale) {
    values.resize(count);
    for (auto& value : values) value = scale * (static_cast<float>(random_() % 2001) / 1000.0F - 1.0F);
  }
  std::mt19937 random_;
};

/// A stem, a basic block, a bottleneck with a wider and strided shortcut, and a head of `width` outputs.
inline Network small_resnet(int width, unsigned seed = 1) {
  NetworkMaker make(seed);
  const auto stem = make.max_pool(make.convolution(0, 3, 16, 7, 2, true), 16);
  const auto basic = make.convolution(make.convolution(stem, 16, 16, 3, 1, true), 16, 16, 3, 1, true, stem);
  const auto narrow = make.convolution(basic, 16, 8, 1, 1, true);
  const auto wide = make.convolution(make.convolution(narrow, 8, 8, 3, 2, true), 8, 32, 1, 1, false);
  const auto bottleneck = make.convolution(basic, 16, 32, 1, 2, true, wide);
  make.linear(make.mean(bottleneck, 32), 32, width);
  return std::move(make.network);
}

/// The same parts with channels by 16, which 8-bit kernels want, in a ResNet-50's order.
inline Network resnet_for_bytes(int width) {
  NetworkMaker make(1);
  const auto stem = make.max_pool(make.convolution(0, 3, 64, 7, 2, true), 64);
  const auto narrow = make.convolution(stem, 64, 32, 1, 1, true);
  const auto wide = make.convolution(make.convolution(narrow, 32, 32, 3, 2, true), 32, 128, 1, 1, false);
  const auto first = make.convolution(stem, 64, 128, 1, 2, true, wide);
  const auto middle = make.convolution(make.convolution(first, 128, 32, 1, 1, true), 32, 32, 3, 1, true);
  make.linear(make.mean(make.convolution(middle, 32, 128, 1, 1, true, first), 128), 128, width);
  return std::move(make.network);
}

/// ResNet-50 with a head of `width` outputs, without weights: what the published checkpoints are.
inline Network resnet50_shape(int width) {
  Network network;
  const auto push = [&](Layer layer) {
    network.layers.push_back(std::move(layer));
    return network.layers.size();
  };
  const auto convolution = [&](std::size_t input, int in, int out, int kernel, int stride, bool relu,
                               std::optional<std::size_t> residual = {}) {
    Layer layer;
    layer.input = input;
    layer.residual = residual;
    layer.relu = relu;
    layer.in_channels = in;
    layer.out_channels = out;
    layer.kernel = kernel;
    layer.stride = stride;
    layer.padding = kernel / 2;
    return push(std::move(layer));
  };
  const auto simple = [&](Layer::Kind kind, std::size_t input, int in, int out) {
    Layer layer;
    layer.kind = kind;
    layer.input = input;
    layer.in_channels = in;
    layer.out_channels = out;
    const bool pool = kind == Layer::Kind::max_pool;
    layer.kernel = pool ? 3 : 1;
    layer.stride = pool ? 2 : 1;
    layer.padding = pool ? 1 : 0;
    return push(std::move(layer));
  };
  auto value = simple(Layer::Kind::max_pool, convolution(0, 3, 64, 7, 2, true), 64, 64);
  int channels = 64;
  const int blocks[] = {3, 4, 6, 3};
  for (int stage = 0; stage < 4; ++stage) {
    const int inner = 64 << stage;
    for (int block = 0; block < blocks[stage]; ++block) {
      const int stride = block == 0 && stage > 0 ? 2 : 1;
      const auto narrow = convolution(value, channels, inner, 1, 1, true);
      const auto middle = convolution(narrow, inner, inner, 3, stride, true);
      if (block > 0) {
        value = convolution(middle, inner, 4 * inner, 1, 1, true, value);
      } else {  // the shortcut's convolution comes last in the published graph, and takes sum and ReLU
        const auto wide = convolution(middle, inner, 4 * inner, 1, 1, false);
        value = convolution(value, channels, 4 * inner, 1, stride, true, wide);
      }
      channels = 4 * inner;
    }
  }
  simple(Layer::Kind::linear, simple(Layer::Kind::mean, value, channels, channels), channels, width);
  return network;
}

}  // namespace skingauge::test
