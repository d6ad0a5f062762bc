#include "photo_reader.hpp"

#include "skingauge/error.hpp"

#include "decoders.hpp"
#include "orientation.hpp"

#include <algorithm>
#include <utility>

namespace skingauge {

PhotoReader::PhotoReader(const std::filesystem::path& file, const ImageLimits& limits)
    : PhotoReader(read_photo_file(file, limits), limits, file.string()) {}

PhotoReader::PhotoReader(std::vector<std::byte> bytes, const ImageLimits& limits, const std::string& name)
    : bytes_(std::move(bytes)) {
  if (is_jpeg(bytes_)) {
    jpeg_ = std::make_unique<JpegDecoder>(bytes_, limits, name);
  } else {
    photo_ = decode_other(bytes_, limits, name);
    bytes_ = {};
  }
}

PhotoReader::PhotoReader(Image photo) : photo_(std::move(photo)) {}

int PhotoReader::width() const noexcept {
  if (!jpeg_) return photo_.width();
  return lies_on_its_side(jpeg_->orientation()) ? jpeg_->height() : jpeg_->width();
}

int PhotoReader::height() const noexcept {
  if (!jpeg_) return photo_.height();
  return lies_on_its_side(jpeg_->orientation()) ? jpeg_->width() : jpeg_->height();
}

std::optional<StoredJpeg> PhotoReader::plain_jpeg() const noexcept {
  if (!jpeg_ || !jpeg_->plain()) return std::nullopt;
  return StoredJpeg{bytes_, jpeg_->width(), jpeg_->height(), jpeg_->orientation()};
}

Box PhotoReader::stored(const Box& box) const noexcept {
  return stored_box(box, jpeg_->orientation(), jpeg_->width(), jpeg_->height());
}

int PhotoReader::depth(const Box& box) const noexcept { return jpeg_ ? stored(box).y2 : 0; }

void PhotoReader::announce(std::span<const Box> boxes) {
  if (!jpeg_) return;
  Box all = boxes.empty() ? Box{0, 0, 1, 1} : stored(boxes.front());
  for (const auto& upright : boxes) {
    const auto box = stored(upright);
    all = {std::min(all.x1, box.x1), std::min(all.y1, box.y1), std::max(all.x2, box.x2),
           std::max(all.y2, box.y2)};
  }
  jpeg_->begin(all);
}

void PhotoReader::finish() {
  if (jpeg_) jpeg_->finish();
}

Crop PhotoReader::crop(const Box& box) {
  if (!jpeg_) return {photo_, box};
  const auto place = stored(box);
  jpeg_->decode_to(place.y2);
  const auto& area = jpeg_->area();
  const Box part{place.x1 - area.x1, place.y1 - area.y1, place.x2 - area.x1, place.y2 - area.y1};
  if (jpeg_->orientation() == 1) return {jpeg_->pixels(), part};
  return {turn_upright(jpeg_->pixels(), part, jpeg_->orientation()), Box{0, 0, box.width(), box.height()}};
}

std::optional<std::pair<int, int>> picture_size(const std::filesystem::path& file) {
  try {
    const PhotoReader reader(file, {});
    return std::pair{reader.width(), reader.height()};
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace skingauge
