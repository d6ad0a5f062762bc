#include "runtime/normalisation.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

// The whole kernel, index by index, against (byte * scale - mean) / std written out.
TEST(Normalisation, EveryIndexIsTheManifestsFormula) {
  Preprocess preprocess;
  preprocess.mean = {0.1, 0.2, 0.3};
  preprocess.std = {0.5, 0.25, 2.0};
  std::vector<std::uint8_t> tiles(2 * 4 * 4 * 3);
  for (std::size_t i = 0; i < tiles.size(); ++i) tiles[i] = static_cast<std::uint8_t>(i * 37 + 11);
  for (const auto order : {ChannelOrder::bgr, ChannelOrder::rgb}) {
    preprocess.order = order;
    const Normalisation normalisation(preprocess);
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      const std::size_t pixel = i / 3;
      const std::size_t channel = i % 3;
      const std::size_t from = order == ChannelOrder::bgr ? channel : 2 - channel;
      const double expected =
          (tiles[pixel * 3 + from] * preprocess.scale - preprocess.mean[channel]) / preprocess.std[channel];
      EXPECT_NEAR(input_value(normalisation, tiles.data(), i), expected, 1e-6) << i;
    }
  }
}

TEST(Normalisation, PresetMaps255ToOne) {
  const std::uint8_t pixel[3] = {0, 51, 255};
  const Normalisation normalisation{Preprocess{}};
  EXPECT_FLOAT_EQ(input_value(normalisation, pixel, 0), 0.0F);
  EXPECT_FLOAT_EQ(input_value(normalisation, pixel, 1), 0.2F);
  EXPECT_FLOAT_EQ(input_value(normalisation, pixel, 2), 1.0F);
}

}  // namespace
}  // namespace skingauge
