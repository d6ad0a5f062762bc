#include "skingauge/error.hpp"

#include "decoders.hpp"
#include "jpeg_markers.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <string_view>

#include <turbojpeg.h>

namespace skingauge {
namespace {

struct HandleDeleter {
  void operator()(void* handle) const noexcept { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, HandleDeleter>;

[[noreturn]] void fail(ErrorCode code, const std::string& name, const std::string& found) {
  throw InputError(code, name + ": " + found);
}

struct BufferDeleter {
  void operator()(unsigned char* buffer) const noexcept { tjFree(buffer); }
};

const unsigned char* data(std::span<const std::byte> bytes) noexcept {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// Warnings after which libjpeg has still decoded every pixel; real cameras cause them, and imread ignores
// them.
bool harmless(std::string_view warning) noexcept {
  constexpr std::array<std::string_view, 3> kHarmless{
      "extraneous bytes before marker", "Unknown Adobe color transform", "Inconsistent progression sequence"};
  return std::any_of(kHarmless.begin(), kHarmless.end(),
                     [&](std::string_view text) { return warning.find(text) != std::string_view::npos; });
}

}  // namespace

bool is_jpeg(std::span<const std::byte> bytes) noexcept {
  return bytes.size() >= 3 && std::memcmp(bytes.data(), "\xFF\xD8\xFF", 3) == 0;
}

Image decode_jpeg(std::span<const std::byte> bytes, const ImageLimits& limits, const std::string& name) {
  const Handle decoder{tjInitDecompress()};
  if (!decoder) throw std::bad_alloc();
  int width = 0;
  int height = 0;
  int subsampling = 0;
  int colorspace = 0;
  const auto markers = walk_jpeg_markers(bytes, limits.max_scans);
  const bool readable = tjDecompressHeader3(decoder.get(), data(bytes), bytes.size(), &width, &height,
                                            &subsampling, &colorspace) == 0;
  if (!markers.complete && (!readable || width == 0)) {  // cut before the frame, the header has no size
    fail(ErrorCode::image_truncated, name,
         "JPEG of " + std::to_string(bytes.size()) + " bytes ends inside its header");
  }
  if (!readable) {
    fail(ErrorCode::image_format, name,
         std::string("JPEG header cannot be read (") + tjGetErrorStr2(decoder.get()) + ")");
  }
  check_claimed_size(width, height, limits, name);
  if (markers.scans > limits.max_scans) {
    fail(ErrorCode::image_too_large, name,
         "JPEG with more than " + std::to_string(limits.max_scans) + " scans");
  }
  if (!markers.complete) {
    fail(ErrorCode::image_truncated, name,
         "JPEG of " + std::to_string(bytes.size()) + " bytes has no end-of-image marker");
  }
  if (colorspace == TJCS_CMYK || colorspace == TJCS_YCCK) {
    fail(ErrorCode::image_format, name, "CMYK JPEG; convert it to RGB first");
  }
  const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3U;
  auto pixels = std::make_shared_for_overwrite<std::uint8_t[]>(size);
  if (tjDecompress2(decoder.get(), data(bytes), bytes.size(), pixels.get(), width, 0, height, TJPF_BGR,
                    TJFLAG_ACCURATEDCT) != 0) {
    const std::string why = tjGetErrorStr2(decoder.get());
    const bool warning = tjGetErrorCode(decoder.get()) == TJERR_WARNING;
    if (!warning || !harmless(why))
      fail(ErrorCode::image_truncated, name, "JPEG data is damaged (" + why + ")");
  }
  return turn_upright(Image(width, height, std::move(pixels)), markers.orientation);
}

std::string encode_jpeg(const Image& image, int quality) {
  if (quality < 1 || quality > 100) {
    throw UsageError(ErrorCode::bad_option,
                     "JPEG quality: found " + std::to_string(quality) + ", expected 1..100");
  }
  const Handle encoder{tjInitCompress()};
  if (!encoder) throw std::bad_alloc();
  unsigned char* raw = nullptr;
  unsigned long size = 0;
  const int status = tjCompress2(encoder.get(), image.pixels().data(), image.width(), 0, image.height(),
                                 TJPF_BGR, &raw, &size, TJSAMP_420, quality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, BufferDeleter> buffer{raw};
  if (status != 0)
    throw UsageError(ErrorCode::bad_option, std::string("JPEG: ") + tjGetErrorStr2(encoder.get()));
  return {reinterpret_cast<const char*>(buffer.get()), size};
}

void write_jpeg(const std::filesystem::path& path, const Image& image, int quality) {
  const auto bytes = encode_jpeg(image, quality);
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (!file) throw DiskError(ErrorCode::io_failed, path.string() + ": cannot be written");
}

}  // namespace skingauge
