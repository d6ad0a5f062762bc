// A JPEG decoded from the top down, and only where somebody wants its pixels.
#pragma once

#include "skingauge/box.hpp"
#include "skingauge/image.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace skingauge {

/// Decodes with libjpeg-turbo as OpenCV's imread does: accurate DCT, fancy upsampling, B, G, R. Every pixel
/// that it makes has the value of a full decoding. Rows above and below the wanted part cost their entropy
/// decoding alone; columns beside it are left out where a file has a single scan. Coordinates are those of
/// the stored picture, before EXIF orientation. For one thread.
class JpegDecoder {
 public:
  /// Reads the header, no pixel. `bytes` stay the caller's and must outlive the decoder. Throws InputError:
  /// image-truncated, image-format, image-too-large; see Image::read for the rules.
  JpegDecoder(std::span<const std::byte> bytes, const ImageLimits& limits, std::string name);
  JpegDecoder(const JpegDecoder&) = delete;
  JpegDecoder& operator=(const JpegDecoder&) = delete;
  ~JpegDecoder();

  [[nodiscard]] int width() const noexcept;
  [[nodiscard]] int height() const noexcept;
  [[nodiscard]] int orientation() const noexcept;  ///< EXIF orientation 1..8
  /// The kind that every decoder reads alike: Y, Cb, Cr of 8 bits, Huffman codes, a single scan of all three.
  [[nodiscard]] bool plain() const noexcept;

  /// Makes room for the pixels of `part`, which lies inside the picture. Once, before anything is decoded.
  void begin(const Box& part);
  /// Decodes down to `row` (exclusive), at most the part's y2. Throws InputError (image-truncated) where
  /// damage is noticed.
  void decode_to(int row);
  /// Reads the rest without making pixels of it. Throws as a full decoding would: one wrong byte shows most
  /// often at the end, where there is too little data, whichever rows it has spoilt.
  void finish();

  /// What of the stored picture lies in pixels(): at least the part.
  [[nodiscard]] const Box& area() const noexcept;
  /// The area's pixels; those of rows that are not decoded yet have no value and must not be read.
  [[nodiscard]] const Image& pixels() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace skingauge
