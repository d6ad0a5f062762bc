#include "runtime/checked_module.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

struct Statistics {
  double mean{0};
  double deviation{0};
};

Statistics of_channel(const std::vector<std::uint8_t>& tiles, std::size_t tile, std::size_t channel,
                      std::size_t bytes) {
  Statistics s;
  double squares = 0;
  for (std::size_t i = channel; i < bytes; i += 3) {
    const double value = tiles[tile * bytes + i];
    s.mean += value;
    squares += value * value;
  }
  const auto count = static_cast<double>(bytes) / 3;
  s.mean /= count;
  s.deviation = std::sqrt(squares / count - s.mean * s.mean);
  return s;
}

// A norm over the batch would else give nearly the same for one tile and for both.
TEST(CheckTiles, DifferInBrightnessAndContrastOfEveryChannel) {
  for (const int size : {8, 128, 224}) {
    Preprocess preprocess;
    preprocess.size = size;
    const auto tiles = check_tiles(preprocess);
    ASSERT_EQ(tiles.size(), kCheckTiles * tile_bytes(preprocess));
    for (std::size_t c = 0; c < 3; ++c) {
      const auto noise = of_channel(tiles, 0, c, tile_bytes(preprocess));
      const auto dim = of_channel(tiles, 1, c, tile_bytes(preprocess));
      EXPECT_GT(noise.mean, 2 * dim.mean) << size << " " << c;
      EXPECT_GT(noise.deviation, 2 * dim.deviation) << size << " " << c;
      EXPECT_GT(dim.deviation, 5) << size << " " << c;
    }
  }
}

TEST(CheckTiles, AreTheSameEachTime) { EXPECT_EQ(check_tiles({}), check_tiles({})); }

}  // namespace
}  // namespace skingauge
