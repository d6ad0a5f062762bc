#include "runtime/head_kernel.hpp"
#include "runtime/kernel_items.cuh"

namespace skingauge {
namespace {

// A thread answers a head for a crop, in the order of the plain loop.
__global__ void answer_heads(HeadBatch batch) {
  const std::size_t count = batch.crop_count * batch.head_count;
  for (std::size_t i = first_item(); i < count; i += item_stride()) answer_head(batch, i);
}

}  // namespace

cudaError_t launch_answer_heads(const HeadBatch& batch, cudaStream_t stream) {
  constexpr unsigned kThreads = 32;  // few heads, each with a long loop: one warp a multiprocessor
  constexpr std::size_t kMostBlocks = 4096;
  const std::size_t count = batch.crop_count * batch.head_count;
  if (count == 0) return cudaSuccess;
  answer_heads<<<blocks_for(count, kThreads, kMostBlocks), kThreads, 0, stream>>>(batch);
  return cudaGetLastError();
}

}  // namespace skingauge
