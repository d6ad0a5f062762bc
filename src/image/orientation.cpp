#include "orientation.hpp"

#include <memory>
#include <optional>

#include <opencv2/core.hpp>

namespace skingauge {
namespace {

constexpr int kFlipRows = 0;
constexpr int kFlipColumns = 1;
constexpr int kFlipBoth = -1;

// What is flipped after orientations 5..8 have been transposed: the table of the EXIF standard.
std::optional<int> flip_of(int orientation) noexcept {
  switch (orientation) {
    case 2:
    case 6:
      return kFlipColumns;
    case 3:
    case 7:
      return kFlipBoth;
    case 4:
    case 8:
      return kFlipRows;
    default:
      return std::nullopt;
  }
}

}  // namespace

Box stored_box(const Box& upright, int orientation, int stored_width, int stored_height) noexcept {
  const bool side = lies_on_its_side(orientation);
  const int width = side ? stored_height : stored_width;
  const int height = side ? stored_width : stored_height;
  const auto flip = flip_of(orientation);
  Box box = upright;
  if (flip && *flip != kFlipRows) box = {width - box.x2, box.y1, width - box.x1, box.y2};
  if (flip && *flip != kFlipColumns) box = {box.x1, height - box.y2, box.x2, height - box.y1};
  return side ? Box{box.y1, box.x1, box.y2, box.x2} : box;
}

Image turn_upright(const Image& stored, const Box& part, int orientation) {
  const bool whole = part == Box{0, 0, stored.width(), stored.height()};
  if (whole && orientation == 1) return stored;
  auto* first = const_cast<std::uint8_t*>(stored.at(part.x1, part.y1));  // OpenCV only reads it
  const cv::Mat from(part.height(), part.width(), CV_8UC3, first,
                     static_cast<std::size_t>(stored.width()) * 3U);
  const bool side = lies_on_its_side(orientation);
  const int width = side ? part.height() : part.width();
  const int height = side ? part.width() : part.height();
  auto pixels = std::make_shared_for_overwrite<std::uint8_t[]>(static_cast<std::size_t>(width) *
                                                               static_cast<std::size_t>(height) * 3U);
  cv::Mat to(height, width, CV_8UC3, pixels.get());
  if (side) {
    cv::transpose(from, to);
  } else {
    from.copyTo(to);
  }
  if (const auto flip = flip_of(orientation)) cv::flip(to, to, *flip);
  return {width, height, std::move(pixels)};
}

}  // namespace skingauge
