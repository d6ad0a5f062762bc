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
  std::vector<std::uint8_t> tiles(96);  // two of 4 x 4
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

// As cuDNN wants its channels: the values of three, and zeros.
TEST(Normalisation, PaddedChannelsAreZeroAndTheOthersUnchanged) {
  Preprocess preprocess;
  preprocess.mean = {0.1, 0.2, 0.3};
  preprocess.order = ChannelOrder::rgb;
  const Normalisation normalisation(preprocess);
  std::vector<std::uint8_t> tiles(216);  // two of 6 x 6
  for (std::size_t i = 0; i < tiles.size(); ++i) tiles[i] = static_cast<std::uint8_t>(i * 91 + 5);
  for (const unsigned channels : {3U, 4U, 8U}) {
    for (std::size_t pixel = 0; pixel < tiles.size() / 3; ++pixel) {
      for (std::size_t c = 0; c < channels; ++c) {
        const float expected = c < 3 ? input_value(normalisation, tiles.data(), pixel * 3 + c) : 0.0F;
        EXPECT_EQ(padded_input_value(normalisation, tiles.data(), pixel * channels + c, channels), expected)
            << channels << " channels, pixel " << pixel << ", channel " << c;
      }
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
