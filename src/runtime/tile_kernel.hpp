// 8-bit tiles to the network's input on a CUDA device.
#pragma once

#include "skingauge/engine.hpp"

#include "runtime/normalisation.hpp"

#include <cstddef>
#include <cstdint>

#include <cuda_runtime_api.h>

namespace skingauge {

/// Queues on `stream`: `values` = count x size x size x 3 bytes at `tiles` become as many values at `out`,
/// both in device memory and N x H x W x C order (channels last). `out` is float for fp32 and tf32, else bf16
/// or half. Returns the launch's error.
cudaError_t launch_normalise_tiles(const Normalisation& normalisation, const std::uint8_t* tiles,
                                   std::size_t values, Precision precision, void* out, cudaStream_t stream);

}  // namespace skingauge
