// Tiles for the normalising kernel, in every way a manifest can want them.
#pragma once

#include "skingauge/preprocess.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace skingauge::test {

/// Both channel orders, with and without mean and deviation, and a scale whose values leave half's range.
inline std::vector<Preprocess> preprocessings() {
  std::vector<Preprocess> all(4);
  all[1].order = ChannelOrder::rgb;
  all[1].mean = {0.485, 0.456, 0.406};
  all[1].std = {0.229, 0.224, 0.225};
  all[2].mean = {0.5, 0.25, 0.1};
  all[2].std = {1e-5, 0.3, 7.0};
  all[3].order = ChannelOrder::rgb;
  all[3].scale = 1.0;
  return all;
}

/// Every byte in every channel, in no order: 256 pixels a tile of 16 x 16.
inline std::vector<std::uint8_t> every_byte(std::size_t tiles) {
  std::vector<std::uint8_t> bytes(tiles * 256 * 3);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 171 + i / 256);
  return bytes;
}

}  // namespace skingauge::test
