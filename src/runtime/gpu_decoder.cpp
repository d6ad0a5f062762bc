#include "runtime/gpu_decoder.hpp"

#include "skingauge/error.hpp"

#include <stdexcept>

namespace skingauge {
namespace {

constexpr int kMostBatch = 256;
constexpr int kMostSide = 65'535;  // of a JPEG

void require(bool fits, const char* field, long long value, const std::string& range) {
  if (fits) return;
  throw UsageError(ErrorCode::bad_option, std::string("GpuDecoderOptions::") + field + " is " +
                                              std::to_string(value) + ", expected " + range);
}

bool inside(const GpuPhoto& photo, int x, int y) noexcept {
  return x >= 0 && y >= 0 && x < photo.width && y < photo.height;
}

// Steps are along one axis each: the corners inside are all pixels inside.
bool inside(const GpuPhoto& photo, const GpuCrop& crop) noexcept {
  const auto last = [&](int step, int length) { return step * (length - 1); };
  const int x = crop.x + last(crop.right.x, crop.width) + last(crop.down.x, crop.height);
  const int y = crop.y + last(crop.right.y, crop.width) + last(crop.down.y, crop.height);
  return crop.width >= 1 && crop.height >= 1 && crop.width <= kMostSide && crop.height <= kMostSide &&
         inside(photo, crop.x, crop.y) && inside(photo, x, y);
}

}  // namespace

void check_photo(const GpuPhoto& photo) {
  const bool sized =
      photo.width >= 1 && photo.height >= 1 && photo.width <= kMostSide && photo.height <= kMostSide;
  for (const auto& crop : photo.crops) {
    if (sized && inside(photo, crop)) continue;
    throw std::invalid_argument("GpuPhoto: " + std::to_string(crop.width) + " x " +
                                std::to_string(crop.height) + " px from " + std::to_string(crop.x) + ", " +
                                std::to_string(crop.y) + " of a picture of " + std::to_string(photo.width) +
                                " x " + std::to_string(photo.height));
  }
  if (!sized) {
    throw std::invalid_argument("GpuPhoto: a picture of " + std::to_string(photo.width) + " x " +
                                std::to_string(photo.height));
  }
}

CutCrop cut_crop(const GpuCrop& crop, const GpuPhoto& photo, const std::uint8_t* picture) noexcept {
  constexpr std::ptrdiff_t kPixel = 3;
  const std::ptrdiff_t pitch = kPixel * photo.width;
  CutCrop cut;
  cut.pixels = picture + crop.y * pitch + crop.x * kPixel;
  cut.column_step = crop.right.x * kPixel + crop.right.y * pitch;
  cut.row_step = crop.down.x * kPixel + crop.down.y * pitch;
  cut.width = crop.width;
  cut.height = crop.height;
  cut.scaled_width = crop.scaled_width;
  cut.scaled_height = crop.scaled_height;
  cut.layout = crop.layout;
  cut.mirrored = crop.mirrored;
  cut.second_mirrored = crop.second_mirrored;
  return cut;
}

std::string_view to_string(NotForGpu reason) noexcept {
  switch (reason) {
    case NotForGpu::format:
      return "format";
    case NotForGpu::sampling:
      return "sampling";
    case NotForGpu::too_large:
      return "too-large";
    case NotForGpu::damaged:
      return "damaged";
    case NotForGpu::unwritten:
      return "unwritten";
    case NotForGpu::no_memory:
      return "no-memory";
    case NotForGpu::failed:
      return "failed";
  }
  return "failed";
}

void GpuDecoderOptions::validate() const {
  require(batch >= 1 && batch <= kMostBatch, "batch", batch, "1.." + std::to_string(kMostBatch));
  require(max_pixels >= 1 && max_pixels <= kMostGpuPixels, "max_pixels", max_pixels,
          "1.." + std::to_string(kMostGpuPixels));
  require(max_bytes >= 1, "max_bytes", 0, "1 or more");
}

}  // namespace skingauge
