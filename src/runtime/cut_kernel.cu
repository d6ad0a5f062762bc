#include "runtime/cut_kernel.hpp"

namespace skingauge {
namespace {

constexpr unsigned kColumns = 32;
constexpr unsigned kRows = 8;
constexpr std::size_t kMostLayers = 65535;  // CUDA's limit of gridDim.z

// A thread cuts the same pixel of every gridDim.z-th tile.
__global__ void __launch_bounds__(kColumns* kRows)
    cut_pixels(const CutTile* tiles, std::size_t count, const ResizeTap* taps, int side) {
  const int x = static_cast<int>(blockIdx.x * kColumns + threadIdx.x);
  const int y = static_cast<int>(blockIdx.y * kRows + threadIdx.y);
  if (x >= side || y >= side) return;
  for (std::size_t t = blockIdx.z; t < count; t += gridDim.z) {
    const CutTile tile = tiles[t];
    const Bgr pixel = cut_pixel(tile, taps, x, y);
    auto* out = tile.out + 3 * (static_cast<std::ptrdiff_t>(y) * side + x);
    for (int c = 0; c < 3; ++c) out[c] = pixel.channels[c];
  }
}

}  // namespace

cudaError_t launch_cut_tiles(const CutTile* tiles, std::size_t count, const ResizeTap* taps, int side,
                             cudaStream_t stream) {
  if (count == 0) return cudaSuccess;
  if (side < 1) return cudaErrorInvalidValue;
  const auto pixels = static_cast<unsigned>(side);
  const auto layers = static_cast<unsigned>(count < kMostLayers ? count : kMostLayers);
  const dim3 grid((pixels + kColumns - 1) / kColumns, (pixels + kRows - 1) / kRows, layers);
  cut_pixels<<<grid, dim3(kColumns, kRows), 0, stream>>>(tiles, count, taps, side);
  return cudaGetLastError();
}

}  // namespace skingauge
