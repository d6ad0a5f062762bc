#include "runtime/kernel_items.cuh"
#include "runtime/tile_kernel.hpp"
#include "runtime/tile_value.hpp"

namespace skingauge {
namespace {

// The channels' factors are read from constant memory, where a channel's number can index them.
template <class T, unsigned kChannels>
__global__ void normalise_tiles(const __grid_constant__ Normalisation normalisation,
                                const std::uint8_t* tiles, std::size_t values, T* out) {
  for (std::size_t i = first_item(); i < values; i += item_stride())
    out[i] = tile_value<T>(normalisation, tiles, i, kChannels);
}

template <class T, unsigned kChannels>
cudaError_t launch_for(const TileBatch& batch, T* out, cudaStream_t stream) {
  constexpr unsigned kThreads = 256;
  constexpr std::size_t kMostBlocks = 4096;
  const std::size_t values = batch.pixels * kChannels;
  normalise_tiles<T, kChannels><<<blocks_for(values, kThreads, kMostBlocks), kThreads, 0, stream>>>(
      batch.normalisation, batch.tiles, values, out);
  return cudaGetLastError();
}

// A channel count that the compiler knows costs no division.
template <class T>
cudaError_t launch(const TileBatch& batch, unsigned channels, void* out, cudaStream_t stream) {
  switch (channels) {
    case 3:
      return launch_for<T, 3>(batch, static_cast<T*>(out), stream);
    case 4:
      return launch_for<T, 4>(batch, static_cast<T*>(out), stream);
    case 8:
      return launch_for<T, 8>(batch, static_cast<T*>(out), stream);
    default:
      return cudaErrorInvalidValue;
  }
}

}  // namespace

cudaError_t launch_normalise_tiles(const TileBatch& batch, unsigned channels, Precision precision, void* out,
                                   cudaStream_t stream) {
  if (batch.pixels == 0) return cudaSuccess;
  switch (precision) {
    case Precision::fp32:
    case Precision::tf32:
      return launch<float>(batch, channels, out, stream);
    case Precision::bf16:
      return launch<__nv_bfloat16>(batch, channels, out, stream);
    case Precision::fp16:
      return launch<__half>(batch, channels, out, stream);
    case Precision::int8:
      break;  // its networks read what fp16 reads
  }
  return cudaErrorInvalidValue;
}

}  // namespace skingauge
