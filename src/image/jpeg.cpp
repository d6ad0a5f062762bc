#include "skingauge/error.hpp"

#include "core/text_file.hpp"
#include "decoders.hpp"
#include "jpeg_decoder.hpp"
#include "orientation.hpp"

#include <cstring>
#include <memory>
#include <new>

#include <turbojpeg.h>

namespace skingauge {
namespace {

struct HandleDeleter {
  void operator()(void* handle) const noexcept { tjDestroy(handle); }
};
using Handle = std::unique_ptr<void, HandleDeleter>;

struct BufferDeleter {
  void operator()(unsigned char* buffer) const noexcept { tjFree(buffer); }
};

}  // namespace

bool is_jpeg(std::span<const std::byte> bytes) noexcept {
  return bytes.size() >= 3 && std::memcmp(bytes.data(), "\xFF\xD8\xFF", 3) == 0;
}

Image decode_jpeg(std::span<const std::byte> bytes, const ImageLimits& limits, const std::string& name) {
  JpegDecoder decoder(bytes, limits, name);
  decoder.begin({0, 0, decoder.width(), decoder.height()});
  decoder.decode_to(decoder.height());
  decoder.finish();
  return turn_upright(decoder.pixels(), decoder.area(), decoder.orientation());
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
  write_text_file(path, encode_jpeg(image, quality));
}

}  // namespace skingauge
