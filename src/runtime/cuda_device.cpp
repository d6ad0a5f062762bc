#include "runtime/cuda_device.hpp"

#include "skingauge/error.hpp"
#include "skingauge/machine.hpp"

#include <new>
#include <string>

#include <cuda.h>

namespace skingauge {
namespace {

std::string explain(cudaError_t status) {
  return std::string(cudaGetErrorName(status)) + ": " + cudaGetErrorString(status);
}

// A function of the driver; null where there is none.
template <class Function>
Function driver_function(const char* name) {
  constexpr unsigned kCuda12 = 12000;
  void* found = nullptr;
  cudaDriverEntryPointQueryResult result{};
  const auto status = cudaGetDriverEntryPointByVersion(name, &found, kCuda12, cudaEnableDefault, &result);
  forgive_cuda(status);
  const bool there = status == cudaSuccess && result == cudaDriverEntryPointSuccess;
  return there ? reinterpret_cast<Function>(found) : nullptr;
}

// Whether something uses the device. To make it a thread's device would begin to: some hundred megabytes of
// its memory, and an error where another process has it for itself alone.
bool in_use(int device) {
  static const auto state =
      driver_function<CUresult (*)(CUdevice, unsigned*, int*)>("cuDevicePrimaryCtxGetState");
  static const auto handle_of = driver_function<CUresult (*)(CUdevice*, int)>("cuDeviceGet");
  if (state == nullptr || handle_of == nullptr) return true;
  CUdevice handle{};
  unsigned flags = 0;
  int active = 0;
  return handle_of(&handle, device) == CUDA_SUCCESS && state(handle, &flags, &active) == CUDA_SUCCESS &&
         active != 0;
}

CudaGpu gpu_at(int index) {
  cudaDeviceProp properties{};
  check_cuda(cudaGetDeviceProperties(&properties, index), "cudaGetDeviceProperties");
  return {index,
          properties.name,
          properties.major,
          properties.minor,
          properties.multiProcessorCount,
          properties.totalGlobalMem,
          0};
}

std::size_t free_memory_of(int index) {
  const CudaDeviceGuard guard(index);
  std::size_t free = 0;
  std::size_t total = 0;
  check_cuda(cudaMemGetInfo(&free, &total), "cudaMemGetInfo");
  return free;
}

}  // namespace

void check_cuda(cudaError_t status, const char* call) {
  if (status == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());  // what runs next, LibTorch perhaps, must not see this one's error
  if (status == cudaErrorMemoryAllocation) throw std::bad_alloc();
  if (status >= cudaErrorStreamCaptureUnsupported && status <= cudaErrorStreamCaptureWrongThread)
    throw ModelError(ErrorCode::model_failed, std::string(call) + ": " + explain(status));
  throw DeviceError(ErrorCode::device_failed, std::string(call) + ": " + explain(status));
}

void forgive_cuda(cudaError_t status) noexcept {
  if (status != cudaSuccess) static_cast<void>(cudaGetLastError());
}

CudaDeviceGuard::CudaDeviceGuard(int device) {
  check_cuda(cudaGetDevice(&before_), "cudaGetDevice");
  if (before_ == device) return;
  check_cuda(cudaSetDevice(device), "cudaSetDevice");
  changed_ = true;
}

CudaDeviceGuard::~CudaDeviceGuard() {
  if (changed_ && in_use(before_)) forgive_cuda(cudaSetDevice(before_));
}

CudaStatus query_cuda(bool free_memory) {
  CudaStatus cuda;
  cuda.built = true;
  if (cudaDriverGetVersion(&cuda.driver_version) != cudaSuccess) cuda.driver_version = 0;
  if (cudaRuntimeGetVersion(&cuda.runtime_version) != cudaSuccess) cuda.runtime_version = 0;
  int count = 0;
  const auto status = cudaGetDeviceCount(&count);
  if (status != cudaSuccess) {
    static_cast<void>(cudaGetLastError());  // a later call must not see this one's error
    cuda.problem = cuda.driver_version == 0 ? "no NVIDIA driver is installed" : explain(status);
    return cuda;
  }
  try {
    for (int i = 0; i < count; ++i) {
      cuda.gpus.push_back(gpu_at(i));
      if (free_memory) cuda.gpus.back().memory_free = free_memory_of(i);
    }
  } catch (const DeviceError& e) {
    cuda.problem = e.what();
    return cuda;
  } catch (const std::bad_alloc&) {
    cuda.problem = "a GPU's memory is too full to ask it anything";
    return cuda;
  }
  if (cuda.gpus.empty()) cuda.problem = "the driver sees no GPU";
  return cuda;
}

}  // namespace skingauge
