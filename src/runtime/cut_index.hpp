// From a box of a picture to a pixel of a tile, in whole numbers: the bytes of OpenCV's 8-bit INTER_LINEAR.
#pragma once

#include "runtime/host_device.hpp"

#include <cstddef>
#include <cstdint>

namespace skingauge {

/// How a column or row of a resized picture is mixed: number `first` of the source with weights[0], the next
/// one with weights[1], in 1/2048. Numbers outside the source stand for its border.
struct alignas(8) ResizeTap {
  std::int32_t first;
  std::int16_t weights[2];
};

/// One tile to be cut (cut_plan.hpp makes them). Plain data, which kernels read from device memory.
struct CutTile {
  const std::uint8_t* pixels;  ///< the box's first pixel: B, G, R
  std::ptrdiff_t column_step;  ///< bytes from a pixel to the next of its row
  std::ptrdiff_t row_step;     ///< bytes from a pixel to the one below
  std::uint8_t* out;           ///< side x side x 3 bytes B, G, R
  std::int32_t width;          ///< of the box, in pixels
  std::int32_t height;
  std::int32_t scaled_width;  ///< of the box after the first resize
  std::int32_t scaled_height;
  std::uint32_t columns;  ///< where the batch's taps hold scaled_width taps of columns,
  std::uint32_t rows;     ///< and scaled_height taps of rows
  std::int32_t left;      ///< the canvas's column and row that the tile's first pixel shows
  std::int32_t top;
  std::int32_t x_step;  ///< 1, or -1 where the tile is mirrored
  std::int32_t y_step;
  bool doubled;  ///< the canvas shows the scaled box resized once more, to twice its size
};

/// A pixel: B, G, R.
struct Bgr {
  std::uint8_t channels[3];
};

SKINGAUGE_HOST_DEVICE inline int inside(int i, int count) {
  if (i < 0) return 0;
  return i < count ? i : count - 1;
}

// OpenCV keeps 11 bits of a weight, and 15 of a mixed row.
SKINGAUGE_HOST_DEVICE inline int mix_columns(int left, int right, const ResizeTap& tap) {
  return (left * tap.weights[0] + right * tap.weights[1]) >> 4;
}
SKINGAUGE_HOST_DEVICE inline std::uint8_t mix_rows(int above, int below, const ResizeTap& tap) {
  return static_cast<std::uint8_t>(
      (((above * tap.weights[0]) >> 16) + ((below * tap.weights[1]) >> 16) + 2) >> 2);
}

/// A pixel of a resized `source` (anything with width, height and at(x, y)).
template <class Source>
SKINGAUGE_HOST_DEVICE Bgr resized_pixel(const Source& source, const ResizeTap& column, const ResizeTap& row) {
  const int left = inside(column.first, source.width);
  const int right = inside(column.first + 1, source.width);
  const int above = inside(row.first, source.height);
  const int below = inside(row.first + 1, source.height);
  const Bgr corners[4]{source.at(left, above), source.at(right, above), source.at(left, below),
                       source.at(right, below)};
  Bgr pixel{};
  for (int c = 0; c < 3; ++c) {
    pixel.channels[c] = mix_rows(mix_columns(corners[0].channels[c], corners[1].channels[c], column),
                                 mix_columns(corners[2].channels[c], corners[3].channels[c], column), row);
  }
  return pixel;
}

/// The picture under a tile's box.
struct BoxView {
  const CutTile& tile;
  int width;
  int height;

  [[nodiscard]] SKINGAUGE_HOST_DEVICE Bgr at(int x, int y) const {
    const auto* pixel = tile.pixels + y * tile.row_step + x * tile.column_step;
    return {{pixel[0], pixel[1], pixel[2]}};
  }
};

/// The box scaled. No pixel of it is stored.
struct ScaledView {
  const CutTile& tile;
  const ResizeTap* taps;
  int width;
  int height;

  [[nodiscard]] SKINGAUGE_HOST_DEVICE Bgr at(int x, int y) const {
    return resized_pixel(BoxView{tile, tile.width, tile.height},
                         taps[tile.columns + static_cast<unsigned>(x)],
                         taps[tile.rows + static_cast<unsigned>(y)]);
  }
};

/// The tap of column or row `i` of a picture of twice the size: a quarter pixel to the left or right.
SKINGAUGE_HOST_DEVICE inline ResizeTap doubling_tap(int i) {
  const int half = i / 2;
  return i % 2 == 0 ? ResizeTap{half - 1, {512, 1536}} : ResizeTap{half, {1536, 512}};
}

/// The pixel x, y of a tile; `taps` are the batch's. Beside the scaled box the canvas is black.
SKINGAUGE_HOST_DEVICE inline Bgr cut_pixel(const CutTile& tile, const ResizeTap* taps, int x, int y) {
  const int column = tile.left + x * tile.x_step;
  const int row = tile.top + y * tile.y_step;
  const int zoom = tile.doubled ? 2 : 1;
  if (column >= zoom * tile.scaled_width || row >= zoom * tile.scaled_height) return {};
  const ScaledView scaled{tile, taps, tile.scaled_width, tile.scaled_height};
  return tile.doubled ? resized_pixel(scaled, doubling_tap(column), doubling_tap(row))
                      : scaled.at(column, row);
}

}  // namespace skingauge
