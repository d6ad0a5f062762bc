#include "runtime/tile_kernel.hpp"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

namespace skingauge {
namespace {

template <class T>
__device__ T convert(float value);
template <>
__device__ float convert<float>(float value) {
  return value;
}
template <>
__device__ __nv_bfloat16 convert<__nv_bfloat16>(float value) {
  return __float2bfloat16(value);
}
template <>
__device__ __half convert<__half>(float value) {
  return __float2half(value);
}

template <class T>
__global__ void normalise_tiles(Normalisation normalisation, const std::uint8_t* tiles, std::size_t values,
                                T* out) {
  const std::size_t stride = static_cast<std::size_t>(gridDim.x) * blockDim.x;
  for (std::size_t i = static_cast<std::size_t>(blockIdx.x) * blockDim.x + threadIdx.x; i < values;
       i += stride) {
    out[i] = convert<T>(input_value(normalisation, tiles, i));
  }
}

template <class T>
cudaError_t launch(const Normalisation& normalisation, const std::uint8_t* tiles, std::size_t values,
                   void* out, cudaStream_t stream) {
  constexpr unsigned kThreads = 256;
  constexpr std::size_t kMostBlocks = 4096;
  const std::size_t wanted = (values + kThreads - 1) / kThreads;
  const auto blocks = static_cast<unsigned>(wanted < kMostBlocks ? wanted : kMostBlocks);
  normalise_tiles<T><<<blocks, kThreads, 0, stream>>>(normalisation, tiles, values, static_cast<T*>(out));
  return cudaGetLastError();
}

}  // namespace

cudaError_t launch_normalise_tiles(const Normalisation& normalisation, const std::uint8_t* tiles,
                                   std::size_t values, Precision precision, void* out, cudaStream_t stream) {
  if (values == 0) return cudaSuccess;
  switch (precision) {
    case Precision::fp32:
    case Precision::tf32:
      return launch<float>(normalisation, tiles, values, out, stream);
    case Precision::bf16:
      return launch<__nv_bfloat16>(normalisation, tiles, values, out, stream);
    case Precision::fp16:
      return launch<__half>(normalisation, tiles, values, out, stream);
    case Precision::int8:
      break;  // no engine on a GPU counts in 8 bits
  }
  return cudaErrorInvalidValue;
}

}  // namespace skingauge
