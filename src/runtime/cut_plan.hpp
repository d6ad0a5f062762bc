// What a kernel needs to know of the crops of a batch, found once on the host.
#pragma once

#include "runtime/cut_index.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace skingauge {

/// How the tiles of a crop lie on the canvas they are cut from: the names of TileLayout, which is the image
/// layer's.
enum class CutLayout : std::uint8_t { single, side_by_side, stacked };

/// A crop to be cut, in plain numbers. The picture and the tiles lie where the index function runs: in device
/// memory for the kernel.
struct CutCrop {
  const std::uint8_t* pixels{nullptr};  ///< the box's first pixel of a picture of 8-bit B, G, R
  std::ptrdiff_t column_step{3};  ///< bytes to the next pixel: 3, or what shows a turned picture upright
  std::ptrdiff_t row_step{0};     ///< bytes to the pixel below: 3 x width of the picture where it is upright
  int width{0};                   ///< of the box, in pixels; >= 1
  int height{0};
  int scaled_width{0};  ///< as planned: 1..side, in two tiles their doubles fill the canvas at most
  int scaled_height{0};
  CutLayout layout{CutLayout::single};
  bool mirrored{false};                      ///< the canvas, left to right
  bool second_mirrored{false};               ///< the second tile, along the axis in which the two lie
  std::uint8_t* tiles[2]{nullptr, nullptr};  ///< side x side x 3 bytes each; a single layout has one
};

/// A batch for launch_cut_tiles: both arrays are to be copied to the device as they are.
struct CutBatch {
  std::vector<CutTile> tiles;
  std::vector<ResizeTap> taps;
};

/// Adds the crop's one or two tiles, of `side` x `side` pixels, to the batch. Throws std::invalid_argument
/// where a size is out of its range.
void add_crop(CutBatch& batch, const CutCrop& crop, int side);

}  // namespace skingauge
