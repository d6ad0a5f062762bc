// CUDA calls go through one check.
#pragma once

#include <cuda_runtime_api.h>

namespace skingauge {

/// Throws DeviceError device-failed naming the call, CUDA's name of the error and its text.
void check_cuda(cudaError_t status, const char* call);

}  // namespace skingauge
