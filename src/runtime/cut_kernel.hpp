// Crop, resize and pad of a whole batch on a CUDA device.
#pragma once

#include "runtime/cut_index.hpp"

#include <cstddef>

#include <cuda_runtime_api.h>

namespace skingauge {

/// Queues on `stream`: `count` tiles of `side` x `side` pixels are cut out of their pictures into their
/// places, to the bytes of cut_pixel. `tiles` and `taps` (a CutBatch's arrays), pictures and places lie in
/// device memory until the stream has passed. Returns the launch's error.
cudaError_t launch_cut_tiles(const CutTile* tiles, std::size_t count, const ResizeTap* taps, int side,
                             cudaStream_t stream);

}  // namespace skingauge
