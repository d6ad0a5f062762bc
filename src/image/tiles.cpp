#include "skingauge/tiles.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace skingauge {
namespace {

Skipped too_small(const Box& box, const Preprocess& preprocess) {
  return {SkipReason::box_too_small, std::to_string(box.width()) + " x " + std::to_string(box.height()) +
                                         " px, needs " + std::to_string(preprocess.min_box_side)};
}

// The photograph's pixels under the box; OpenCV never writes to a resize's source.
cv::Mat view(const Image& photo, const Box& box) {
  auto* first = const_cast<std::uint8_t*>(photo.at(box.x1, box.y1));
  return {box.height(), box.width(), CV_8UC3, first, static_cast<std::size_t>(photo.width()) * 3U};
}

void resize(const cv::Mat& from, cv::Mat to) { cv::resize(from, to, to.size(), 0, 0, cv::INTER_LINEAR); }

// Fills the canvas's top left with the scaled crop; the rest stays black.
void paint(const cv::Mat& crop, const TilePlan& plan, cv::Mat canvas) {
  canvas.setTo(cv::Scalar::all(0));
  const cv::Rect scaled{0, 0, plan.scaled_width, plan.scaled_height};
  if (plan.layout == TileLayout::single) return resize(crop, canvas(scaled));
  cv::Mat half(scaled.size(), CV_8UC3);
  resize(crop, half);
  resize(half, canvas(cv::Rect{0, 0, 2 * scaled.width, 2 * scaled.height}));
}

void flip(cv::Mat picture, int axis) {
  cv::Mat flipped;
  cv::flip(picture, flipped, axis);
  flipped.copyTo(picture);
}

constexpr int kFlipRows = 0;
constexpr int kFlipColumns = 1;

}  // namespace

std::variant<TilePlan, Skipped> plan_tiles(const Box& box, Facepart facepart, const Preprocess& preprocess,
                                           int photo_width, int photo_height) {
  if (!box.inside(photo_width, photo_height)) {
    const bool empty = box.width() == 0 || box.height() == 0;
    if (empty) return too_small(box, preprocess);
    return Skipped{SkipReason::box_outside, "box " + to_string(box) + " leaves the photograph of " +
                                                std::to_string(photo_width) + " x " +
                                                std::to_string(photo_height) + " px"};
  }
  if (std::min(box.width(), box.height()) < preprocess.min_box_side) return too_small(box, preprocess);
  if (facepart == Facepart::face) return TilePlan{preprocess.size, preprocess.size, TileLayout::single};

  const double reduction = static_cast<double>(std::max(box.width(), box.height())) / preprocess.size;
  TilePlan plan{static_cast<int>(box.width() / reduction), static_cast<int>(box.height() / reduction)};
  if (plan.scaled_width == 0 || plan.scaled_height == 0) return too_small(box, preprocess);
  const int half = preprocess.size / 2;
  if (preprocess.thin == ThinCrops::double_and_sum) {
    if (plan.scaled_height < half) {
      plan.layout = TileLayout::side_by_side;
    } else if (plan.scaled_width < half) {
      plan.layout = TileLayout::stacked;
    }
  }
  return plan;
}

void cut_tiles(const Image& photo, const Box& box, Facepart facepart, const Preprocess& preprocess,
               const TilePlan& plan, std::span<std::uint8_t> out) {
  const auto bytes = tile_bytes(preprocess);
  const auto count = static_cast<std::size_t>(plan.count());
  if (out.size() != bytes * count) {
    throw std::invalid_argument("cut_tiles: output has " + std::to_string(out.size()) + " bytes");
  }
  const std::array<std::uint8_t*, 2> tiles{out.data(), out.data() + (count - 1) * bytes};
  cut_tiles(photo, box, facepart, preprocess, plan, std::span<std::uint8_t* const>(tiles).first(count));
}

void cut_tiles(const Image& photo, const Box& box, Facepart facepart, const Preprocess& preprocess,
               const TilePlan& plan, std::span<std::uint8_t* const> tiles) {
  if (tiles.size() != static_cast<std::size_t>(plan.count())) {
    throw std::invalid_argument("cut_tiles: room for " + std::to_string(tiles.size()) + " tiles");
  }
  const int side = preprocess.size;
  const bool mirrored = preprocess.mirror_right && info(facepart).side == Side::right;
  const auto crop = view(photo, box);
  const auto tile = [&](std::size_t i) { return cv::Mat(side, side, CV_8UC3, tiles[i]); };
  if (plan.layout == TileLayout::single) {  // painted in place
    paint(crop, plan, tile(0));
    if (mirrored) flip(tile(0), kFlipColumns);
    return;
  }
  const bool stacked = plan.layout == TileLayout::stacked;
  cv::Mat canvas(stacked ? 2 * side : side, stacked ? side : 2 * side, CV_8UC3);
  paint(crop, plan, canvas);
  if (mirrored) flip(canvas, kFlipColumns);
  canvas(cv::Rect{0, 0, side, side}).copyTo(tile(0));
  canvas(cv::Rect{stacked ? 0 : side, stacked ? side : 0, side, side}).copyTo(tile(1));
  if (preprocess.second_tile == SecondTile::mirrored) flip(tile(1), stacked ? kFlipRows : kFlipColumns);
}

}  // namespace skingauge
