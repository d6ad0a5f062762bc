// How a crop becomes the network's input (protocol, section 3), as data: the manifest's `preprocess` block.
#pragma once

#include <array>
#include <cstddef>

namespace skingauge {

enum class ChannelOrder { bgr, rgb };

/// What happens to a scaled crop whose shorter side is under half a tile.
enum class ThinCrops {
  double_and_sum,  ///< enlarged twice and cut into two tiles, whose outputs are added
  single,          ///< one tile like any other
};

/// How the second of two tiles enters the network.
enum class SecondTile {
  as_is,
  mirrored,  ///< along the axis in which the two tiles lie (the published training did this, its evaluation
             ///< not)
};

/// The defaults are the preset `nia-2023`: what the published checkpoints were trained with.
struct Preprocess {
  int size{128};                          ///< side of a tile in pixels; 8..1024, even
  ChannelOrder order{ChannelOrder::bgr};  ///< of the network's input; photographs are decoded to B, G, R
  double scale{1.0 / 255.0};              ///< input = (byte * scale - mean) / std, per channel in `order`
  std::array<double, 3> mean{0.0, 0.0, 0.0};
  std::array<double, 3> std{1.0, 1.0, 1.0};
  ThinCrops thin{ThinCrops::double_and_sum};
  SecondTile second_tile{SecondTile::as_is};
  bool mirror_right{false};  ///< mirror crops of right-hand faceparts (the published program does not)
  int min_box_side{50};      ///< boxes narrower or lower than this many pixels are left out; >= 1

  friend bool operator==(const Preprocess&, const Preprocess&) = default;
};

/// Bytes of one tile: size x size x 3.
constexpr std::size_t tile_bytes(const Preprocess& preprocess) noexcept {
  return static_cast<std::size_t>(preprocess.size) * static_cast<std::size_t>(preprocess.size) * 3U;
}

}  // namespace skingauge
