#include "skingauge/error.hpp"

#include "decoders.hpp"
#include "foreign_formats.hpp"

#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

namespace skingauge {
namespace {

using Bytes = std::span<const std::byte>;
constexpr int kNewSubfileType = 254;
constexpr int kDngVersion = 50'706;
struct ClaimedSize {
  long long width;
  long long height;
};

long long number(Bytes bytes, std::size_t at, std::size_t width, bool little) {
  long long value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value = value << 8U | std::to_integer<int>(bytes[at + (little ? width - 1 - i : i)]);
  }
  return value;
}

ClaimedSize webp_size(Bytes b) {
  if (starts_with(b, "VP8X", 12)) return {number(b, 24, 3, true) + 1, number(b, 27, 3, true) + 1};
  if (starts_with(b, "VP8L", 12)) {
    const auto bits = number(b, 21, 4, true);
    return {(bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1};
  }
  return {number(b, 26, 2, true) & 0x3FFF, number(b, 28, 2, true) & 0x3FFF};
}

// Width and height stand in the first directory as tags 256 and 257, as 16- or 32-bit numbers. A camera's raw
// file is a TIFF whose first directory holds a small preview.
std::optional<ClaimedSize> tiff_size(Bytes b, bool little, const std::string& name) {
  const auto directory = static_cast<std::size_t>(number(b, 4, 4, little));
  if (directory + 2 > b.size()) return std::nullopt;
  const auto entries = static_cast<std::size_t>(number(b, directory, 2, little));
  if (directory + 2 + 12 * entries > b.size()) return std::nullopt;
  ClaimedSize size{0, 0};
  bool preview = starts_with(b, "CR", 8);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * i;
    const auto tag = number(b, at, 2, little);
    const std::size_t width = number(b, at + 2, 2, little) == 3 ? 2 : 4;
    if (tag == 256) size.width = number(b, at + 8, width, little);
    if (tag == 257) size.height = number(b, at + 8, width, little);
    preview =
        preview || tag == kDngVersion || (tag == kNewSubfileType && (number(b, at + 8, 4, little) & 1) != 0);
  }
  if (preview)
    throw InputError(ErrorCode::image_format, name + ": raw picture of a camera; convert it to JPEG");
  return size;
}

ClaimedSize bmp_size(Bytes b) {
  const auto height = static_cast<std::int32_t>(number(b, 22, 4, true));  // negative: rows from the top
  return {number(b, 18, 4, true), height < 0 ? -static_cast<long long>(height) : height};
}

enum class Format { png, bmp, webp, tiff_little, tiff_big };

std::optional<Format> format_of(Bytes b) noexcept {
  if (starts_with(b, "\x89PNG\r\n\x1a\n")) return Format::png;
  if (starts_with(b, "BM")) return Format::bmp;
  if (starts_with(b, "RIFF") && starts_with(b, "WEBP", 8)) return Format::webp;
  if (starts_with(b, std::string_view("II*\0", 4))) return Format::tiff_little;
  if (starts_with(b, std::string_view("MM\0*", 4))) return Format::tiff_big;
  return std::nullopt;
}

// The size a header claims; empty where the file ends before it.
std::optional<ClaimedSize> claimed_size(Bytes b, Format format, const std::string& name) {
  if (b.size() < 30) return std::nullopt;
  switch (format) {
    case Format::png:
      return ClaimedSize{number(b, 16, 4, false), number(b, 20, 4, false)};
    case Format::bmp:
      return bmp_size(b);
    case Format::webp:
      return webp_size(b);
    case Format::tiff_little:
    case Format::tiff_big:
      return tiff_size(b, format == Format::tiff_little, name);
  }
  return std::nullopt;
}

Image from_mat(const cv::Mat& picture) {
  const auto row = static_cast<std::size_t>(picture.cols) * 3U;
  auto pixels = std::make_shared_for_overwrite<std::uint8_t[]>(row * static_cast<std::size_t>(picture.rows));
  for (int y = 0; y < picture.rows; ++y) {
    std::memcpy(pixels.get() + row * static_cast<std::size_t>(y), picture.ptr(y), row);
  }
  return {picture.cols, picture.rows, std::move(pixels)};
}

}  // namespace

Image decode_other(Bytes bytes, const ImageLimits& limits, const std::string& name) {
  const auto format = format_of(bytes);
  if (!format) {
    throw InputError(ErrorCode::image_format,
                     name + ": " + describe_unreadable(bytes, "JPEG, PNG, BMP, TIFF or WebP"));
  }
  const auto claimed = claimed_size(bytes, *format, name);
  if (!claimed) {
    throw InputError(ErrorCode::image_truncated, name + ": ends after " + std::to_string(bytes.size()) +
                                                     " bytes, before its header does");
  }
  check_claimed_size(claimed->width, claimed->height, limits, name);
  cv::Mat picture;
  try {
    const cv::Mat raw(1, static_cast<int>(bytes.size()), CV_8U, const_cast<std::byte*>(bytes.data()));
    picture = cv::imdecode(raw, cv::IMREAD_COLOR);
  } catch (const cv::Exception& e) {
    if (e.code == cv::Error::StsNoMem) throw std::bad_alloc();
    throw InputError(ErrorCode::image_format, name + ": " + e.err);
  }
  if (picture.empty())
    throw InputError(ErrorCode::image_truncated, name + ": picture data is damaged or truncated");
  return from_mat(picture);
}

}  // namespace skingauge
