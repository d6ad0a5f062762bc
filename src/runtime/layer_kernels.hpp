// The layers that cuDNN does not do, as CUDA kernels. Each queues on `stream` and returns the launch's error;
// arithmetic and layouts stand in layer_index.hpp. Tensors are device memory, aligned to 16 bytes, in the
// precision's numbers where their type is void.
#pragma once

#include "skingauge/engine.hpp"

#include "runtime/layer_index.hpp"

#include <cstddef>

#include <cuda_runtime_api.h>

namespace skingauge {

/// channels is a multiple of those in 16 bytes.
cudaError_t launch_max_pool(Precision precision, const PoolShape& shape, std::size_t tiles, const void* in,
                            void* out, cudaStream_t stream);

/// tiles x area x channels numbers, each x scale, to tiles x channels floats.
cudaError_t launch_mean(Precision precision, std::size_t tiles, int area, int channels, const void* in,
                        float scale, float* out, cudaStream_t stream);

/// tiles x inputs to tiles x outputs, + bias, perhaps ReLU; weights: outputs x inputs.
cudaError_t launch_linear(std::size_t tiles, int inputs, int outputs, const float* in, const float* weights,
                          const float* bias, bool relu, float* out, cudaStream_t stream);

/// In place over `count` numbers: + bias by channel, + residual (null: none), ReLU. Not for int8:
/// cudaErrorInvalidValue.
cudaError_t launch_finish(Precision precision, void* values, std::size_t count, int channels,
                          const void* bias, const void* residual, bool relu, cudaStream_t stream);

/// The bytes of `count` sums, which are halves where `sums_of` is fp16, 32-bit integers where it is int8, and
/// nothing else (cudaErrorInvalidValue).
cudaError_t launch_finish_bytes(Precision sums_of, const ByteFinish& finish, const void* sums,
                                std::size_t count, std::int8_t* out, cudaStream_t stream);

}  // namespace skingauge
