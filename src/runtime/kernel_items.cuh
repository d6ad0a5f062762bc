// A thread an item, for kernels whose items are numbered through.
#pragma once

#include <cstddef>

namespace skingauge {

/// Enough blocks for one thread an item; each thread strides on where there are more than `most` blocks have.
inline unsigned blocks_for(std::size_t items, unsigned threads, std::size_t most = std::size_t{1} << 20U) {
  const std::size_t wanted = (items + threads - 1) / threads;
  return static_cast<unsigned>(wanted < most ? wanted : most);
}

__device__ inline std::size_t first_item() {
  return static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
}
__device__ inline std::size_t item_stride() { return static_cast<std::size_t>(gridDim.x) * blockDim.x; }

}  // namespace skingauge
