#include "runtime/nvjpeg_pictures.hpp"

namespace skingauge {
namespace {

constexpr unsigned kFlags = NVJPEG_FLAGS_UPSAMPLING_WITH_INTERPOLATION | NVJPEG_FLAGS_BITSTREAM_STRICT;

bool known_sampling(nvjpegChromaSubsampling_t sampling) noexcept {
  switch (sampling) {
    case NVJPEG_CSS_444:
    case NVJPEG_CSS_422:
    case NVJPEG_CSS_420:
    case NVJPEG_CSS_440:
      return true;
    default:
      return false;
  }
}

// What libjpeg read is what nvJPEG will decode, or this photograph is not for it.
GpuOutcome check_header(const GpuPhoto& photo, nvjpegJpegStream_t file) {
  nvjpegJpegEncoding_t encoding = NVJPEG_ENCODING_UNKNOWN;
  unsigned precision = 0;
  unsigned components = 0;
  unsigned width = 0;
  unsigned height = 0;
  nvjpegChromaSubsampling_t sampling = NVJPEG_CSS_UNKNOWN;
  check_nvjpeg(nvjpegJpegStreamGetJpegEncoding(file, &encoding), "nvjpegJpegStreamGetJpegEncoding");
  check_nvjpeg(nvjpegJpegStreamGetSamplePrecision(file, &precision), "nvjpegJpegStreamGetSamplePrecision");
  check_nvjpeg(nvjpegJpegStreamGetComponentsNum(file, &components), "nvjpegJpegStreamGetComponentsNum");
  check_nvjpeg(nvjpegJpegStreamGetFrameDimensions(file, &width, &height),
               "nvjpegJpegStreamGetFrameDimensions");
  check_nvjpeg(nvjpegJpegStreamGetChromaSubsampling(file, &sampling), "nvjpegJpegStreamGetChromaSubsampling");
  const bool sequential =
      encoding == NVJPEG_ENCODING_BASELINE_DCT || encoding == NVJPEG_ENCODING_EXTENDED_SEQUENTIAL_DCT_HUFFMAN;
  if (!sequential || precision != 8 || components != 3) return NotForGpu::format;
  if (!known_sampling(sampling)) return NotForGpu::sampling;
  const bool same =
      width == static_cast<unsigned>(photo.width) && height == static_cast<unsigned>(photo.height);
  return same ? GpuOutcome{} : NotForGpu::damaged;
}

}  // namespace

nvjpegStatus_t create_nvjpeg(nvjpegBackend_t backend, NvjpegHandle& handle) {
  nvjpegHandle_t made = nullptr;
  const auto status = nvjpegCreateEx(backend, nullptr, nullptr, kFlags, &made);
  handle.reset(status == NVJPEG_STATUS_SUCCESS ? made : nullptr);
  return status;
}

GpuOutcome parse_file(nvjpegHandle_t handle, const PictureTask& task, nvjpegJpegStream_t file,
                      cudaStream_t stream) {
  const auto bytes = task.photo->file;
  const auto status = nvjpegJpegStreamParse(handle, reinterpret_cast<const unsigned char*>(bytes.data()),
                                            bytes.size(), 0, 0, file);
  if (auto refused = refusal_of(status, stream)) return refused;
  return check_header(*task.photo, file);
}

nvjpegImage_t image_of(const PictureTask& task) noexcept {
  nvjpegImage_t image{};
  image.channel[0] = task.picture;
  image.pitch[0] = 3 * static_cast<std::size_t>(task.photo->width);
  return image;
}

}  // namespace skingauge
