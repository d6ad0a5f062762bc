#include "runtime/cut_plan.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace skingauge {
namespace {

constexpr std::int16_t kWhole = 2048;

void require(bool fits, const CutCrop& crop, int side) {
  if (fits) return;
  throw std::invalid_argument("add_crop: " + std::to_string(crop.width) + " x " +
                              std::to_string(crop.height) + " px scaled to " +
                              std::to_string(crop.scaled_width) + " x " + std::to_string(crop.scaled_height) +
                              " for tiles of " + std::to_string(side));
}

// Half away from an even number goes to it, as OpenCV's cvRound does.
std::int16_t weight(float share) { return static_cast<std::int16_t>(std::lrint(share * float{kWhole})); }

// OpenCV's arithmetic: the place in double, its fraction in float.
ResizeTap tap_of(int i, double scale) {
  const auto place = static_cast<float>((i + 0.5) * scale - 0.5);
  const float first = std::floor(place);
  return {static_cast<int>(first), {weight(1.0F - (place - first)), weight(place - first)}};
}

double scale_of(int from, int to) { return 1.0 / (static_cast<double>(to) / from); }

std::uint32_t add_columns(std::vector<ResizeTap>& taps, int from, int to) {
  const auto start = static_cast<std::uint32_t>(taps.size());
  const double scale = scale_of(from, to);
  for (int i = 0; i < to; ++i) {
    const auto tap = tap_of(i, scale);
    const bool border = tap.first < 0 || tap.first >= from - 1;
    taps.push_back(border ? ResizeTap{inside(tap.first, from), {kWhole, 0}} : tap);
  }
  return start;
}

// Unlike a column, a row outside mixes the border's row with itself, and each share is rounded.
std::uint32_t add_rows(std::vector<ResizeTap>& taps, int from, int to) {
  const auto start = static_cast<std::uint32_t>(taps.size());
  const double scale = scale_of(from, to);
  for (int i = 0; i < to; ++i) taps.push_back(tap_of(i, scale));
  return start;
}

// Where a tile begins along an axis of the canvas, and in which direction it runs.
struct Run {
  int start;
  int step;
};

Run run_of(int side, int tile, bool tile_mirrored, int canvas, bool canvas_mirrored) {
  Run run{tile * side, 1};
  if (tile_mirrored) run = {run.start + side - 1, -1};
  if (canvas_mirrored) run = {canvas - 1 - run.start, -run.step};
  return run;
}

void place(CutTile& tile, const CutCrop& crop, int side, int number) {
  const bool wide = crop.layout == CutLayout::side_by_side;
  const bool tall = crop.layout == CutLayout::stacked;
  const bool flipped = number == 1 && crop.second_mirrored;
  const auto x = run_of(side, wide ? number : 0, wide && flipped, wide ? 2 * side : side, crop.mirrored);
  const auto y = run_of(side, tall ? number : 0, tall && flipped, tall ? 2 * side : side, false);
  tile.left = x.start;
  tile.x_step = x.step;
  tile.top = y.start;
  tile.y_step = y.step;
  tile.out = crop.tiles[number];
}

void check(const CutCrop& crop, int side) {
  const bool doubled = crop.layout != CutLayout::single;
  const int most_width = crop.layout == CutLayout::stacked ? side / 2 : side;
  const int most_height = crop.layout == CutLayout::side_by_side ? side / 2 : side;
  require(side >= 1 && crop.width >= 1 && crop.height >= 1, crop, side);
  require(crop.scaled_width >= 1 && crop.scaled_width <= (doubled ? most_width : side), crop, side);
  require(crop.scaled_height >= 1 && crop.scaled_height <= (doubled ? most_height : side), crop, side);
}

}  // namespace

void add_crop(CutBatch& batch, const CutCrop& crop, int side) {
  check(crop, side);
  CutTile tile{};
  tile.pixels = crop.pixels;
  tile.column_step = crop.column_step;
  tile.row_step = crop.row_step;
  tile.width = crop.width;
  tile.height = crop.height;
  tile.scaled_width = crop.scaled_width;
  tile.scaled_height = crop.scaled_height;
  tile.doubled = crop.layout != CutLayout::single;
  tile.columns = add_columns(batch.taps, crop.width, crop.scaled_width);
  tile.rows = add_rows(batch.taps, crop.height, crop.scaled_height);
  for (int number = 0; number < (tile.doubled ? 2 : 1); ++number) {
    place(tile, crop, side, number);
    batch.tiles.push_back(tile);
  }
}

}  // namespace skingauge
