// CUDA calls go through one check, and leave the thread's device as it was.
#pragma once

#include <cuda_runtime_api.h>

namespace skingauge {

/// Throws std::bad_alloc where memory is short (CUDA forgets that error), ModelError model-failed where a
/// capture was given what it forbids (the device is well), else DeviceError device-failed; both name the
/// call, CUDA's name of the error and its text.
void check_cuda(cudaError_t status, const char* call);

/// For release functions, which do not throw: no later call sees the error.
void forgive_cuda(cudaError_t status) noexcept;

/// The calling thread's calls go to a device; the one before is restored, unless nothing uses it yet (a new
/// thread's is the first). Throws as check_cuda does.
class CudaDeviceGuard {
 public:
  explicit CudaDeviceGuard(int device);
  CudaDeviceGuard(const CudaDeviceGuard&) = delete;
  CudaDeviceGuard& operator=(const CudaDeviceGuard&) = delete;
  ~CudaDeviceGuard();

 private:
  int before_{0};
  bool changed_{false};
};

}  // namespace skingauge
