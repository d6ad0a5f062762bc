#include "ensemble/gpu_decoding.hpp"

#include <algorithm>

namespace skingauge {
namespace {

constexpr std::size_t kDecoders = 2;
constexpr std::size_t kPictureBytes = std::size_t{512} << 20U;  // 16 photographs of 8 megapixels take 384 MiB

}  // namespace

std::vector<std::unique_ptr<GpuDecoder>> make_gpu_decoders(int device, const ImageLimits& limits) {
  GpuDecoderOptions options;
  options.max_pixels = std::min(limits.max_pixels, kMostGpuPixels);
  options.max_bytes = kPictureBytes;
  std::vector<std::unique_ptr<GpuDecoder>> decoders;
  for (std::size_t i = 0; i < kDecoders; ++i) decoders.push_back(make_nvjpeg_decoder(device, options));
  return decoders;
}

std::size_t gpu_decoding_bytes() noexcept { return 2 * kDecoders * kPictureBytes; }

}  // namespace skingauge
