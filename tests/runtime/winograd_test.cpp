#include "runtime/winograd.hpp"

#include "runtime/winograd_choice.hpp"
#include "runtime/winograd_variant.hpp"
#include "support/networks.hpp"

#include <random>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

struct Case {
  WinogradTile tile;
  int height;
  int width;
  int padding;
  bool relu;
};

// Pictures are N x H x W x C.
std::vector<float> by_winograd(const WinogradVariant& by, const Layer& layer, const WinogradShape& shape,
                               const std::vector<float>& pictures, const float* residual) {
  const auto in = static_cast<std::size_t>(layer.in_channels);
  const auto out = static_cast<std::size_t>(layer.out_channels);
  const auto tiles = static_cast<std::size_t>(shape.tiles());
  const auto points = static_cast<std::size_t>(shape.points());
  const auto pitch = tiles * in + 5;  // more than needed, as callers may
  std::vector<float> from(points * pitch);
  by.input(shape, pictures.data(), from.data(), pitch);
  const auto weights = winograd_weights(layer, shape.tile);
  const auto gap = tiles * out + 3;
  std::vector<float> to(points * gap);
  by.products(shape, {from.data(), pitch, weights.data(), to.data(), gap});
  const auto& s = shape.out;
  std::vector<float> answers(static_cast<std::size_t>(shape.count) * out *
                             static_cast<std::size_t>(s.height) * static_cast<std::size_t>(s.width));
  by.output(shape, to.data(), gap, {layer.bias.data(), residual, layer.relu}, answers.data());
  return answers;
}

// N x H x W x C to N x C x H x W, or back with `forward` false.
std::vector<float> planes(const std::vector<float>& values, int count, const ValueShape& s, bool forward) {
  std::vector<float> moved(values.size());
  const auto channels = static_cast<std::size_t>(s.channels);
  const auto area = static_cast<std::size_t>(s.height) * static_cast<std::size_t>(s.width);
  for (std::size_t n = 0; n < static_cast<std::size_t>(count); ++n) {
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t i = 0; i < area; ++i) {
        const auto plane = (n * channels + c) * area + i;
        const auto pixel = (n * area + i) * channels + c;
        (forward ? moved[plane] : moved[pixel]) = forward ? values[pixel] : values[plane];
      }
    }
  }
  return moved;
}

class WinogradTest : public ::testing::TestWithParam<Case> {};

TEST_P(WinogradTest, IsThePlainConvolution) {
  const auto c = GetParam();
  test::NetworkMaker make(4);
  make.convolution(0, 16, 32, 3, 1, c.relu);
  auto& layer = make.network.layers.front();
  layer.padding = c.padding;
  make.network.channels = 16;
  ASSERT_TRUE(can_winograd(layer));
  const WinogradShape shape{c.tile,
                            2,
                            {16, c.height, c.width},
                            {32, c.height + 2 * c.padding - 2, c.width + 2 * c.padding - 2},
                            c.padding};
  std::mt19937 random(9);
  std::vector<float> pictures(static_cast<std::size_t>(2 * 16 * c.height * c.width));
  for (auto& value : pictures) value = static_cast<float>(random() % 2001) / 1000.0F - 1.0F;
  std::vector<float>
      expected;  // of one picture after the other: run_plainly wants square inputs, loops do not
  const auto flat = planes(pictures, 2, shape.in, true);
  const auto shapes = value_shapes(make.network, c.height, c.width);
  ASSERT_EQ(shapes.back(), shape.out);
  expected = planes(run_plainly(make.network, flat, c.height, c.width), 2, shape.out, false);
  for (const auto& variant : winograd_variants()) {
    EXPECT_THAT(by_winograd(variant, layer, shape, pictures, nullptr),
                ::testing::Pointwise(::testing::FloatNear(2e-5F), expected))
        << variant.instructions;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, WinogradTest,
    ::testing::Values(Case{WinogradTile::four, 8, 8, 1, true}, Case{WinogradTile::four, 7, 9, 1, false},
                      Case{WinogradTile::four, 5, 3, 0, true}, Case{WinogradTile::two, 8, 8, 1, true},
                      Case{WinogradTile::two, 7, 5, 1, false}, Case{WinogradTile::two, 4, 3, 0, false}));

// Small whole numbers, so that every order of adding gives the same.
TEST(WinogradProducts, AreThePlainProductsForAnyNumberOfRowsAndPanels) {
  std::mt19937 random(3);
  const auto digits = [&](std::size_t n) {
    std::vector<float> values(n);
    for (auto& value : values) value = static_cast<float>(random() % 9) - 4.0F;
    return values;
  };
  for (const int rows : {1, 2, 3, 7, 11, 12, 13, 24, 25, 64}) {
    for (const int out : {16, 32, 48}) {
      constexpr std::size_t kDepth = 32;
      const WinogradShape shape{WinogradTile::two, rows, {kDepth, 2, 2}, {out, 2, 2}, 1};
      ASSERT_EQ(shape.tiles(), rows);
      const auto columns = static_cast<std::size_t>(out);
      const auto height = static_cast<std::size_t>(rows);
      const auto from = digits(16 * height * kDepth);
      const auto weights = digits(16 * kDepth * columns);
      std::vector<float> expected(16 * height * columns);
      for (std::size_t p = 0; p < 16; ++p) {
        for (std::size_t r = 0; r < height; ++r) {
          for (std::size_t c = 0; c < columns; ++c) {
            float sum = 0;
            for (std::size_t k = 0; k < kDepth; ++k)
              sum += from[(p * height + r) * kDepth + k] *
                     weights[p * kDepth * columns + c / 16 * 16 * kDepth + k * 16 + c % 16];
            expected[(p * height + r) * columns + c] = sum;
          }
        }
      }
      for (const auto& variant : winograd_variants()) {
        std::vector<float> found(expected.size());
        variant.products(shape,
                         {from.data(), height * kDepth, weights.data(), found.data(), height * columns});
        EXPECT_EQ(found, expected) << rows << " rows, " << out << " columns, " << variant.instructions;
      }
    }
  }
}

TEST(Winograd, ResidualIsAddedBeforeTheReluEvenWhereTheResultLies) {
  test::NetworkMaker make(4);
  make.convolution(0, 16, 16, 3, 1, true);
  const auto& layer = make.network.layers.front();
  const WinogradShape shape{WinogradTile::four, 1, {16, 4, 4}, {16, 4, 4}, 1};
  const std::vector<float> pictures(16 * 16, 0.5F);
  const std::vector<float> low(16 * 16, -100.0F);
  const std::vector<float> high(16 * 16, 100.0F);
  for (const auto& variant : winograd_variants()) {
    EXPECT_THAT(by_winograd(variant, layer, shape, pictures, low.data()), ::testing::Each(0.0F));
    EXPECT_THAT(by_winograd(variant, layer, shape, pictures, high.data()),
                ::testing::Each(::testing::Gt(90.0F)));
  }
}

TEST(Winograd, OnlyDenseConvolutionsOf3x3AndStride1) {
  const auto can = [](int kernel, int stride, int groups, int channels) {
    test::NetworkMaker make(1);
    make.convolution(0, channels, channels, kernel, stride, true, {}, groups);
    return can_winograd(make.network.layers.front());
  };
  EXPECT_TRUE(can(3, 1, 1, 32));
  EXPECT_FALSE(can(1, 1, 1, 32));
  EXPECT_FALSE(can(3, 2, 1, 32));
  EXPECT_FALSE(can(3, 1, 2, 32));
  EXPECT_FALSE(can(3, 1, 1, 24));
}

TEST(WinogradChoice, PicturesTogetherDivideTheirNumber) {
  for (const int count : {1, 2, 4, 6, 7, 8}) {
    for (const int side : {4, 8, 16, 32}) {
      const WinogradShape shape{WinogradTile::four, 1, {64, side, side}, {64, side, side}, 1};
      EXPECT_EQ(count % winograd_pictures_at_once(shape, count), 0);
    }
  }
}

TEST(WinogradChoice, IsMadeWhereThereIsMuchToMultiply) {
  test::NetworkMaker make(1);
  make.convolution(0, 64, 64, 3, 1, true);
  make.convolution(1, 64, 16, 3, 1, true);
  EXPECT_EQ(choose_winograd(make.network.layers[0], {64, 32, 32}, 8), WinogradTile::four);
  EXPECT_EQ(choose_winograd(make.network.layers[0], {64, 1, 1}, 1), std::nullopt);
}

// Weights of 38 MB for F(4 x 4) save little where a picture is one tile.
TEST(WinogradChoice, LargerWeightsMustBeWorthTheirMemory) {
  test::NetworkMaker make(1);
  make.convolution(0, 512, 512, 3, 1, true);
  const auto& layer = make.network.layers[0];
  EXPECT_EQ(choose_winograd(layer, {512, 4, 4}, 1), std::nullopt);
  EXPECT_EQ(choose_winograd(layer, {512, 4, 4}, 2), WinogradTile::two);
  EXPECT_EQ(choose_winograd(layer, {512, 4, 4}, 8), WinogradTile::two);
  EXPECT_EQ(choose_winograd(layer, {512, 8, 8}, 8), WinogradTile::four);
}

}  // namespace
}  // namespace skingauge
