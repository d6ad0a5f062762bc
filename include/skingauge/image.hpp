// Photographs: decoding with limits, and the decoded picture.
#pragma once

#include "skingauge/box.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace skingauge {

/// Limits that are checked against a file's header, before memory or time is spent on its pixels.
struct ImageLimits {
  std::size_t max_bytes{24U << 20U};    ///< of the file
  std::int64_t max_pixels{64'000'000};  ///< width x height
  int max_side{16'384};                 ///< pixels
  int max_scans{100};                   ///< of a progressive JPEG
};

/// A decoded photograph: 8-bit B, G, R, rows from the top without padding, upright (EXIF orientation
/// applied). Immutable; copies share the pixels. Safe to read from many threads.
class Image {
 public:
  Image() = default;
  /// Takes pixels of width x height x 3 bytes; throws std::invalid_argument where the sizes do not fit.
  Image(int width, int height, std::shared_ptr<const std::uint8_t[]> pixels);

  /// Reads and decodes a photograph file of any path the system knows.
  /// JPEG as OpenCV's imread does (libjpeg-turbo, accurate DCT, fancy upsampling); PNG, BMP, TIFF, WebP
  /// through OpenCV, unless the build leaves them out (then image-format). Grey becomes three equal channels,
  /// alpha is dropped, 16 bit is scaled to 8; CMYK JPEG is refused. Throws InputError: image-missing,
  /// image-empty, image-truncated, image-format, image-too-large.
  static Image read(const std::filesystem::path& path, const ImageLimits& limits = {});
  /// The same from bytes in memory. `name` stands in error messages.
  static Image decode(std::span<const std::byte> bytes, const ImageLimits& limits = {},
                      const std::string& name = "photo");

  [[nodiscard]] bool empty() const noexcept { return pixels_ == nullptr; }
  [[nodiscard]] int width() const noexcept { return width_; }
  [[nodiscard]] int height() const noexcept { return height_; }
  /// width x height x 3 bytes.
  [[nodiscard]] std::span<const std::uint8_t> pixels() const noexcept;
  /// Three bytes B, G, R of one pixel; no bounds check.
  [[nodiscard]] const std::uint8_t* at(int x, int y) const noexcept {
    return pixels_.get() +
           (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) *
               3U;
  }

 private:
  int width_{0};
  int height_{0};
  std::shared_ptr<const std::uint8_t[]> pixels_;
};

/// A baseline JPEG (4:2:0, accurate DCT), quality 1..100. UsageError for another quality.
std::string encode_jpeg(const Image& image, int quality = 92);
/// Writes the same to a file. Throws DiskError too.
void write_jpeg(const std::filesystem::path& path, const Image& image, int quality = 92);

/// The part of a photograph under a box that lies inside it, its longer side scaled down to at most
/// `max_side` pixels; std::invalid_argument where the box leaves the photograph.
Image thumbnail(const Image& photo, const Box& box, int max_side);

}  // namespace skingauge
