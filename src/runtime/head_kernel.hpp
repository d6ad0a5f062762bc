// The heads of a whole batch on a CUDA device.
#pragma once

#include "runtime/head_index.hpp"

#include <cuda_runtime_api.h>

namespace skingauge {

/// Queues on `stream`: answers all heads for all crops of the batch, whose arrays lie in device memory until
/// the stream has passed; a crop's rows must be rows of its outputs. Returns the launch's error.
cudaError_t launch_answer_heads(const HeadBatch& batch, cudaStream_t stream);

}  // namespace skingauge
