#include "runtime/head_kernel.hpp"

namespace skingauge {
namespace {

// A thread answers a head for a crop, in the order of the plain loop.
__global__ void answer_heads(HeadBatch batch) {
  const std::size_t count = batch.crop_count * batch.head_count;
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < count;
       i += stride) {
    answer_head(batch, i);
  }
}

}  // namespace

cudaError_t launch_answer_heads(const HeadBatch& batch, cudaStream_t stream) {
  constexpr unsigned kThreads = 32;  // few heads, each with a long loop: one warp a multiprocessor
  constexpr std::size_t kMostBlocks = 4096;
  const std::size_t count = batch.crop_count * batch.head_count;
  if (count == 0) return cudaSuccess;
  const std::size_t wanted = (count + kThreads - 1) / kThreads;
  const auto blocks = static_cast<unsigned>(wanted < kMostBlocks ? wanted : kMostBlocks);
  answer_heads<<<blocks, kThreads, 0, stream>>>(batch);
  return cudaGetLastError();
}

}  // namespace skingauge
