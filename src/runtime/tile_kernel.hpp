// 8-bit tiles to the network's input on a CUDA device.
#pragma once

#include "skingauge/engine.hpp"

#include "runtime/normalisation.hpp"

#include <cstddef>
#include <cstdint>

#include <cuda_runtime_api.h>

namespace skingauge {

/// Tiles in device memory and how their bytes become values.
struct TileBatch {
  Normalisation normalisation;
  const std::uint8_t* tiles{nullptr};  ///< 8-bit B, G, R in N x H x W x 3 order
  std::size_t pixels{0};               ///< count x size x size
};

/// Queues on `stream`: the tiles become pixels x `channels` values at `out` in device memory, in
/// N x H x W x channels order (channels last), to the bytes of tile_value. `channels` is 3, 4 or 8: those
/// behind the third are zero. `out` is float for fp32 and tf32, else bf16 or half. Returns the launch's
/// error, cudaErrorInvalidValue for another number of channels or int8.
cudaError_t launch_normalise_tiles(const TileBatch& batch, unsigned channels, Precision precision, void* out,
                                   cudaStream_t stream);

}  // namespace skingauge
