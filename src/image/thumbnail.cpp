#include "skingauge/image.hpp"

#include <algorithm>
#include <stdexcept>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

namespace skingauge {

Image thumbnail(const Image& photo, const Box& box, int max_side) {
  if (!box.inside(photo.width(), photo.height()) || max_side < 1)
    throw std::invalid_argument("thumbnail: box " + to_string(box) + " leaves the photograph");
  // OpenCV never writes to a resize's source.
  auto* first = const_cast<std::uint8_t*>(photo.at(box.x1, box.y1));
  const cv::Mat crop(box.height(), box.width(), CV_8UC3, first, static_cast<std::size_t>(photo.width()) * 3U);
  const double scale = std::min(1.0, static_cast<double>(max_side) / std::max(box.width(), box.height()));
  const int width = std::max(1, static_cast<int>(box.width() * scale));
  const int height = std::max(1, static_cast<int>(box.height() * scale));
  const auto bytes = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3U;
  auto pixels = std::make_shared_for_overwrite<std::uint8_t[]>(bytes);
  cv::Mat small(height, width, CV_8UC3, pixels.get());
  cv::resize(crop, small, small.size(), 0, 0, cv::INTER_AREA);
  return {width, height, std::move(pixels)};
}

}  // namespace skingauge
