#include "runtime/nvjpeg_support.hpp"

#include "skingauge/error.hpp"

#include "runtime/cuda_device.hpp"

#include <new>
#include <string>

namespace skingauge {

const char* name_of(nvjpegStatus_t status) noexcept {
  switch (status) {
    case NVJPEG_STATUS_SUCCESS:
      return "success";
    case NVJPEG_STATUS_NOT_INITIALIZED:
      return "NVJPEG_STATUS_NOT_INITIALIZED";
    case NVJPEG_STATUS_INVALID_PARAMETER:
      return "NVJPEG_STATUS_INVALID_PARAMETER";
    case NVJPEG_STATUS_BAD_JPEG:
      return "NVJPEG_STATUS_BAD_JPEG";
    case NVJPEG_STATUS_JPEG_NOT_SUPPORTED:
      return "NVJPEG_STATUS_JPEG_NOT_SUPPORTED";
    case NVJPEG_STATUS_ALLOCATOR_FAILURE:
      return "NVJPEG_STATUS_ALLOCATOR_FAILURE";
    case NVJPEG_STATUS_EXECUTION_FAILED:
      return "NVJPEG_STATUS_EXECUTION_FAILED";
    case NVJPEG_STATUS_ARCH_MISMATCH:
      return "NVJPEG_STATUS_ARCH_MISMATCH";
    case NVJPEG_STATUS_INTERNAL_ERROR:
      return "NVJPEG_STATUS_INTERNAL_ERROR";
    case NVJPEG_STATUS_IMPLEMENTATION_NOT_SUPPORTED:
      return "NVJPEG_STATUS_IMPLEMENTATION_NOT_SUPPORTED";
    case NVJPEG_STATUS_INCOMPLETE_BITSTREAM:
      return "NVJPEG_STATUS_INCOMPLETE_BITSTREAM";
  }
  return "an unknown status";
}

void check_nvjpeg(nvjpegStatus_t status, const char* call) {
  if (status == NVJPEG_STATUS_SUCCESS) return;
  forgive_cuda(cudaPeekAtLastError());  // no later call must see what this one reports
  if (status == NVJPEG_STATUS_ALLOCATOR_FAILURE) throw std::bad_alloc();
  throw DeviceError(ErrorCode::device_failed, std::string(call) + ": " + name_of(status));
}

GpuOutcome refusal_of(nvjpegStatus_t status, cudaStream_t stream) {
  if (status == NVJPEG_STATUS_SUCCESS) return std::nullopt;
  // A lost device says so again; an error of one call is forgotten.
  forgive_cuda(cudaPeekAtLastError());
  check_cuda(cudaStreamSynchronize(stream), "cudaStreamSynchronize after a photograph");
  switch (status) {
    case NVJPEG_STATUS_BAD_JPEG:
    case NVJPEG_STATUS_INCOMPLETE_BITSTREAM:
      return NotForGpu::damaged;
    case NVJPEG_STATUS_JPEG_NOT_SUPPORTED:
    case NVJPEG_STATUS_IMPLEMENTATION_NOT_SUPPORTED:
      return NotForGpu::format;
    case NVJPEG_STATUS_ALLOCATOR_FAILURE:
      return NotForGpu::no_memory;
    default:
      return NotForGpu::failed;
  }
}

}  // namespace skingauge
