// A photograph on its way to crops: no more of it is decoded than they need.
#pragma once

#include "skingauge/box.hpp"
#include "skingauge/image.hpp"

#include "jpeg_decoder.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace skingauge {

/// A picture and where in it a crop lies.
struct Crop {
  Image picture;
  Box box;
};

/// A JPEG as it lies in its file, for a decoder other than libjpeg.
struct StoredJpeg {
  std::span<const std::byte> file;  ///< the reader's
  int width{0};                     ///< before EXIF orientation
  int height{0};
  int orientation{1};  ///< EXIF orientation 1..8
};

/// Hands out crops of a photograph, decoding it from its stored top as far as each needs. The bytes of a crop
/// are those of the photograph decoded whole and turned upright; no full picture is copied for that. Boxes
/// are pixels of the upright photograph and lie inside it. For one thread.
class PhotoReader {
 public:
  /// Of a JPEG only the header is read, of another format all. Throws as Image::read does.
  PhotoReader(const std::filesystem::path& file, const ImageLimits& limits);
  /// The same of a file's bytes; `name` stands in error messages.
  PhotoReader(std::vector<std::byte> bytes, const ImageLimits& limits, const std::string& name);
  /// A photograph that is decoded already.
  explicit PhotoReader(Image photo);

  [[nodiscard]] int width() const noexcept;  ///< upright
  [[nodiscard]] int height() const noexcept;

  /// The file, where it is a JPEG of the plain kind that every decoder reads alike, within the limits and
  /// closed by an end-of-image marker; else nothing. Damage among its entropy-coded bytes is not looked for.
  [[nodiscard]] std::optional<StoredJpeg> plain_jpeg() const noexcept;

  /// Says which boxes will be asked for; once, before the first crop.
  void announce(std::span<const Box> boxes);
  /// How many rows of the stored picture must be decoded for a box: crops in this order never wait for rows
  /// that only a later one needs.
  [[nodiscard]] int depth(const Box& box) const noexcept;
  /// The crop of an announced box. Its picture may share memory with this reader's. Throws InputError
  /// (image-truncated) where damage is noticed.
  [[nodiscard]] Crop crop(const Box& box);
  /// Reads what no box needed, last of all: throws where decoding the whole photograph would have thrown.
  /// Only then are the crops known to be good.
  void finish();

 private:
  [[nodiscard]] Box stored(const Box& box) const noexcept;

  std::vector<std::byte> bytes_;
  std::unique_ptr<JpegDecoder> jpeg_;  ///< empty where `photo_` holds the whole photograph
  Image photo_;
};

/// Width and height of a photograph's file, upright; empty where it cannot be read.
std::optional<std::pair<int, int>> picture_size(const std::filesystem::path& file);

}  // namespace skingauge
