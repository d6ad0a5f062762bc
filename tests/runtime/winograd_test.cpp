#include "runtime/winograd.hpp"

#include "runtime/winograd_choice.hpp"
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

// The three steps with plain products between them. Pictures are N x H x W x C.
std::vector<float> by_winograd(const Layer& layer, const WinogradShape& shape,
                               const std::vector<float>& pictures, const float* residual) {
  const auto in = static_cast<std::size_t>(layer.in_channels);
  const auto out = static_cast<std::size_t>(layer.out_channels);
  const auto tiles = static_cast<std::size_t>(shape.tiles());
  const auto points = static_cast<std::size_t>(shape.points());
  const auto pitch = tiles * in + 5;  // more than needed, as callers may
  std::vector<float> from(points * pitch);
  winograd_input(shape, pictures.data(), from.data(), pitch);
  const auto weights = winograd_weights(layer, shape.tile);
  std::vector<float> to(points * tiles * out);
  for (std::size_t p = 0; p < points; ++p) {
    for (std::size_t t = 0; t < tiles; ++t) {
      for (std::size_t o = 0; o < out; ++o) {
        double sum = 0;
        for (std::size_t i = 0; i < in; ++i)
          sum += static_cast<double>(from[p * pitch + t * in + i]) * weights[(p * in + i) * out + o];
        to[(p * tiles + t) * out + o] = static_cast<float>(sum);
      }
    }
  }
  const auto& s = shape.out;
  std::vector<float> answers(static_cast<std::size_t>(shape.count) * out *
                             static_cast<std::size_t>(s.height) * static_cast<std::size_t>(s.width));
  winograd_output(shape, to.data(), tiles * out, {layer.bias.data(), residual, layer.relu}, answers.data());
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
  EXPECT_THAT(by_winograd(layer, shape, pictures, nullptr),
              ::testing::Pointwise(::testing::FloatNear(2e-5F), expected));
}

INSTANTIATE_TEST_SUITE_P(
    All, WinogradTest,
    ::testing::Values(Case{WinogradTile::four, 8, 8, 1, true}, Case{WinogradTile::four, 7, 9, 1, false},
                      Case{WinogradTile::four, 5, 3, 0, true}, Case{WinogradTile::two, 8, 8, 1, true},
                      Case{WinogradTile::two, 7, 5, 1, false}, Case{WinogradTile::two, 4, 3, 0, false}));

TEST(Winograd, ResidualIsAddedBeforeTheReluEvenWhereTheResultLies) {
  test::NetworkMaker make(4);
  make.convolution(0, 16, 16, 3, 1, true);
  const auto& layer = make.network.layers.front();
  const WinogradShape shape{WinogradTile::four, 1, {16, 4, 4}, {16, 4, 4}, 1};
  const std::vector<float> pictures(16 * 16, 0.5F);
  const std::vector<float> low(16 * 16, -100.0F);
  const std::vector<float> high(16 * 16, 100.0F);
  EXPECT_THAT(by_winograd(layer, shape, pictures, low.data()), ::testing::Each(0.0F));
  EXPECT_THAT(by_winograd(layer, shape, pictures, high.data()), ::testing::Each(::testing::Gt(90.0F)));
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

}  // namespace
}  // namespace skingauge
