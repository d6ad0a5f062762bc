// Photographs into pictures in device memory: nvJPEG's ways to do that.
#pragma once

#include "runtime/nvjpeg_support.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace skingauge {

/// One photograph and where its picture goes.
struct PictureTask {
  const GpuPhoto* photo{nullptr};
  std::uint8_t* picture{nullptr};  ///< of the device: height rows of 3 x width bytes B, G, R
  GpuOutcome outcome;
};

/// One way of nvJPEG. Chroma is interpolated, as libjpeg's fancy upsampling does. All calls come from one
/// thread at a time, with the device current.
class NvjpegPictures {
 public:
  NvjpegPictures() = default;
  NvjpegPictures(const NvjpegPictures&) = delete;
  NvjpegPictures& operator=(const NvjpegPictures&) = delete;
  virtual ~NvjpegPictures() = default;

  /// Queues the pictures of all tasks on the stream; a task that is refused gets its outcome. Nothing that
  /// the stream was given before touches the pictures any more: the engines do not wait for it. Files and
  /// pictures stay until the stream has passed. Throws DeviceError, std::bad_alloc.
  virtual void decode(std::span<PictureTask> tasks, cudaStream_t stream) = 0;
  [[nodiscard]] virtual std::string_view name() const noexcept = 0;
};

/// By the device's JPEG engines; null where it has none or the driver does not offer them, `why` says which.
std::unique_ptr<NvjpegPictures> make_engine_pictures(std::string& why);
/// By kernels, Huffman codes too.
std::unique_ptr<NvjpegPictures> make_kernel_pictures();
/// By kernels but for the Huffman codes, which the calling thread decodes.
std::unique_ptr<NvjpegPictures> make_hybrid_pictures();

/// A handle of the library for the current device.
nvjpegStatus_t create_nvjpeg(nvjpegBackend_t backend, NvjpegHandle& handle);

/// Reads the whole structure of the task's file into `file`; why it cannot be decoded, if so. The file's
/// bytes are not copied.
GpuOutcome parse_file(nvjpegHandle_t handle, const PictureTask& task, nvjpegJpegStream_t file,
                      cudaStream_t stream);

/// nvJPEG's words for the task's place.
nvjpegImage_t image_of(const PictureTask& task) noexcept;

}  // namespace skingauge
