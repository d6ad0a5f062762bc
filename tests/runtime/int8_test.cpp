#include "skingauge/machine.hpp"

#include "runtime/dnnl_network.hpp"
#include "runtime/layer_weights.hpp"
#include "runtime/range_finder.hpp"
#include "support/networks.hpp"

#include <algorithm>
#include <cmath>
#include <random>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;

constexpr int kSize = 32;

std::vector<std::uint8_t> noise(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> tiles(count * kSize * kSize * 3);
  for (auto& value : tiles) value = static_cast<std::uint8_t>(random() >> 24U);
  return tiles;
}

Normalisation imagenet(ChannelOrder order) {
  Preprocess p;
  p.order = order;
  p.mean = {0.485, 0.456, 0.406};
  p.std = {0.229, 0.224, 0.225};
  return Normalisation(p);
}

ValueRanges largest_values(const Network& network, const Normalisation& normalisation,
                           const std::vector<std::uint8_t>& tiles, std::size_t count) {
  ValueRanges ranges(network.layers.size() + 1, 0.0F);
  see_values(network, kSize, normalisation, tiles, count,
             [&](std::size_t value, std::span<const float> elements) {
               for (const float e : elements) ranges[value] = std::max(ranges[value], std::abs(e));
             });
  return ranges;
}

std::vector<float> run(const DnnlNetwork& network, const std::vector<std::uint8_t>& tiles,
                       std::size_t count) {
  std::vector<float> outputs(count * 5);
  network.run(tiles, count, outputs);
  return outputs;
}

class Int8Test : public ::testing::TestWithParam<ChannelOrder> {
 protected:
  void SetUp() override {
    if (!cpu_has("avx512_vnni") && !cpu_has("avx_vnni")) GTEST_SKIP() << "this CPU has no 8-bit dot products";
  }
};

TEST_P(Int8Test, IsCloseToFloatsWithMeansAndBothChannelOrders) {
  const auto network = test::small_resnet(5);
  const auto normalisation = imagenet(GetParam());
  const auto tiles = noise(11, 3);
  const auto ranges = largest_values(network, normalisation, tiles, 11);
  const auto expected = run(DnnlNetwork(network, kSize, normalisation, Precision::fp32), tiles, 11);
  const auto found = run(DnnlNetwork(network, kSize, normalisation, Precision::int8, ranges), tiles, 11);
  double spread = 0;
  double error = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    spread = std::max(spread, std::abs(static_cast<double>(expected[i])));
    error = std::max(error, std::abs(static_cast<double>(found[i]) - expected[i]));
  }
  EXPECT_LT(error, 0.05 * spread);
  EXPECT_GT(error, 0.0) << "these are floats";
}

INSTANTIATE_TEST_SUITE_P(Orders, Int8Test, ::testing::Values(ChannelOrder::bgr, ChannelOrder::rgb));

TEST(Int8Network, RangesMustBeThereAndPositive) {
  const auto network = test::small_resnet(5);
  EXPECT_THROW(DnnlNetwork(network, kSize, {}, Precision::int8), std::invalid_argument);
  ValueRanges ranges(network.layers.size() + 1, 1.0F);
  ranges[3] = 0;
  EXPECT_THROW(DnnlNetwork(network, kSize, {}, Precision::int8, ranges), std::invalid_argument);
}

TEST(ValueNumbers, WhatEndsWithAReluIsUnsigned) {
  const auto network = test::small_resnet(5);
  const auto numbers = value_numbers(network, Precision::int8, ValueRanges(network.layers.size() + 1, 2.0F));
  using Type = ValueNumbers::Type;
  EXPECT_EQ(numbers[0].type, Type::u8);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto& layer = network.layers[i];
    if (layer.kind != Layer::Kind::convolution) continue;
    EXPECT_EQ(numbers[i + 1].type, layer.relu ? Type::u8 : Type::s8);
    EXPECT_FLOAT_EQ(numbers[i + 1].scale, layer.relu ? 2.0F / 255 : 2.0F / 127);
  }
  EXPECT_EQ(numbers.back(), (ValueNumbers{Type::f32, 1.0F}));
}

TEST(LayerWeights, EachChannelUsesAllItsSteps) {
  Layer layer;
  layer.in_channels = 2;
  layer.out_channels = 2;
  layer.weights = {0.5F, -1.0F, 0.0F, 0.02F};
  layer.bias = {1.0F, 2.0F};
  const auto found = int8_weights(layer, {ValueNumbers::Type::u8, 0.1F}, {ValueNumbers::Type::u8, 0.5F});
  EXPECT_THAT(found.weights, ElementsAre(64, -127, 0, 127));
  EXPECT_THAT(found.scales, ElementsAre(::testing::FloatEq(0.1F / 127 / 0.5F),
                                        ::testing::FloatEq(0.1F * 0.02F / 127 / 0.5F)));
  EXPECT_THAT(found.bias,
              ElementsAre(::testing::FloatEq(1270.0F), ::testing::FloatEq(2.0F / (0.1F * 0.02F / 127))));
}

Layer random_kernels(int kernel) {
  test::NetworkMaker make(3);
  make.convolution(0, 3, 8, kernel, 1, true);
  return make.network.layers.front();
}

TEST(LayerWeights, BytesKeepTheSumOfEachKernelAndStayWithinAStep) {
  const auto layer = random_kernels(7);
  const auto found = int8_weights(layer, {ValueNumbers::Type::u8, 1.0F}, {ValueNumbers::Type::u8, 1.0F});
  for (std::size_t k = 0; k < 3 * 8; ++k) {
    const double step = found.scales[k / 3];
    double sum = 0;
    for (std::size_t i = k * 49; i < (k + 1) * 49; ++i) {
      const double error = found.weights[i] - layer.weights[i] / step;
      EXPECT_LE(std::abs(error), 1.0 + 1e-4);
      sum += error;
    }
    EXPECT_LE(std::abs(sum), 0.5 + 1e-3) << "kernel " << k;
  }
}

TEST(LayerWeights, Bf16KeepsTheSumOfEachKernelFarCloserThanRoundingEachWeight) {
  const auto layer = random_kernels(7);
  const auto rounded = bf16_weights(layer);
  for (std::size_t k = 0; k < 3 * 8; ++k) {
    double sum = 0;
    double least = 1;
    for (std::size_t i = k * 49; i < (k + 1) * 49; ++i) {
      sum += static_cast<double>(rounded[i]) - layer.weights[i];
      EXPECT_NEAR(rounded[i], layer.weights[i], std::max(1e-3F, 0.01F * std::abs(layer.weights[i])));
      if (layer.weights[i] != 0) least = std::min(least, std::abs(static_cast<double>(layer.weights[i])));
    }
    EXPECT_LE(std::abs(sum), 0.01 * least + 1e-7) << "kernel " << k;
  }
}

TEST(LayerWeights, BorderHoldsTheBytesThatStandForZero) {
  EXPECT_THAT(border_bytes(imagenet(ChannelOrder::rgb)), ElementsAre(104, 116, 124));  // B, G, R
  EXPECT_THAT(border_bytes(Normalisation{}), ElementsAre(0, 0, 0));
}

TEST(RangeFinder, ClipsOneFarValueAmongMany) {
  RangeFinder finder;
  std::vector<float> values;
  for (int i = 1; i <= 100'000; ++i) values.push_back(static_cast<float>(i % 1000) / 1000.0F);
  finder.add(values);
  const float without = finder.best(255);
  EXPECT_NEAR(without, 1.0F, 0.02F);
  finder.add(std::vector<float>{4.0F});
  EXPECT_LT(finder.best(15), 1.5F);
  EXPECT_GE(finder.best(15), 0.9F);
  EXPECT_GT(finder.best(255), 3.0F) << "fine steps can afford it";
}

TEST(RangeFinder, OrderOfLargeAndSmallDoesNotMatter) {
  RangeFinder up;
  RangeFinder down;
  std::vector<float> values;
  for (int i = 1; i < 3000; ++i) values.push_back(static_cast<float>(i * i % 977));
  up.add(values);
  std::sort(values.begin(), values.end());
  for (const float value : values) down.add(std::vector<float>{value});
  EXPECT_NEAR(up.best(127), down.best(127), 0.02F * up.best(127));
  EXPECT_EQ(RangeFinder().best(127), 0.0F);
}

}  // namespace
}  // namespace skingauge
