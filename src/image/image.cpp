#include "skingauge/image.hpp"

#include "skingauge/error.hpp"

#include "decoders.hpp"

#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <vector>

namespace skingauge {
namespace fs = std::filesystem;
namespace {

// Only a regular file can be read without waiting: a FIFO or a device would block.
void check_regular(const fs::path& path) {
  std::error_code ec;
  const auto status = fs::status(path, ec);
  if (!fs::exists(status)) throw InputError(ErrorCode::image_missing, path.string() + ": no such file");
  if (!fs::is_regular_file(status)) {
    throw InputError(ErrorCode::image_missing, path.string() + ": not a regular file");
  }
}

void check_file_size(std::uintmax_t size, const ImageLimits& limits, const std::string& name) {
  if (size == 0) throw InputError(ErrorCode::image_empty, name + ": empty file");
  if (size <= limits.max_bytes) return;
  throw InputError(ErrorCode::image_too_large, name + ": file of " + std::to_string(size) +
                                                   " bytes, at most " + std::to_string(limits.max_bytes));
}

}  // namespace

Image::Image(int width, int height, std::shared_ptr<const std::uint8_t[]> pixels)
    : width_(width), height_(height), pixels_(std::move(pixels)) {
  if (width < 1 || height < 1 || pixels_ == nullptr) {
    throw std::invalid_argument("Image: needs pixels and a size of at least 1 x 1");
  }
}

std::span<const std::uint8_t> Image::pixels() const noexcept {
  return {pixels_.get(), static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) * 3U};
}

Image Image::read(const fs::path& path, const ImageLimits& limits) {
  return decode(read_photo_file(path, limits), limits, path.string());
}

Image Image::decode(std::span<const std::byte> bytes, const ImageLimits& limits, const std::string& name) {
  check_file_size(bytes.size(), limits, name);
  return is_jpeg(bytes) ? decode_jpeg(bytes, limits, name) : decode_other(bytes, limits, name);
}

std::vector<std::byte> read_photo_file(const fs::path& path, const ImageLimits& limits) {
  check_regular(path);
  const auto size = fs::file_size(path);
  check_file_size(size, limits, path.string());
  std::ifstream file(path, std::ios::binary);
  if (!file) throw InputError(ErrorCode::image_missing, path.string() + ": cannot be opened for reading");
  std::vector<std::byte> bytes(size);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (file.bad()) throw DiskError(ErrorCode::io_failed, path.string() + ": read error");
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

void check_claimed_size(long long width, long long height, const ImageLimits& limits,
                        const std::string& name) {
  const std::string claimed =
      name + ": header claims " + std::to_string(width) + " x " + std::to_string(height) + " px";
  if (width < 1 || height < 1) throw InputError(ErrorCode::image_format, claimed);
  if (width > limits.max_side || height > limits.max_side) {
    throw InputError(ErrorCode::image_too_large,
                     claimed + ", at most " + std::to_string(limits.max_side) + " a side");
  }
  if (width * height > limits.max_pixels) {
    throw InputError(ErrorCode::image_too_large,
                     claimed + ", at most " + std::to_string(limits.max_pixels) + " in all");
  }
}

}  // namespace skingauge
