#include "runtime/kernel_items.cuh"
#include "runtime/layer_kernels.hpp"

#include <cuda_bf16.h>
#include <cuda_fp16.h>

namespace skingauge {
namespace {

constexpr unsigned kThreads = 256;

template <class T>
__global__ void max_pool(PoolShape shape, const T* in, std::size_t packs, ChannelPack<T>* out) {
  for (std::size_t i = first_item(); i < packs; i += item_stride()) out[i] = max_pool_pack(shape, in, i);
}

template <class T>
__global__ void mean(const T* in, int area, int channels, float scale, std::size_t count, float* out) {
  for (std::size_t i = first_item(); i < count; i += item_stride())
    out[i] = mean_value(in, area, channels, scale, i);
}

// One warp an output; see linear_partial for the order of the sums.
__global__ void linear(const float* in, const float* weights, const float* bias, bool relu, int inputs,
                       int outputs, std::size_t count, float* out) {
  const int lane = static_cast<int>(threadIdx.x % kLinearLanes);
  for (std::size_t warp = first_item() / kLinearLanes; warp < count; warp += item_stride() / kLinearLanes) {
    const auto width = static_cast<std::size_t>(outputs);
    const std::size_t o = warp % width;
    float sum = linear_partial(in + warp / width * static_cast<std::size_t>(inputs),
                               weights + o * static_cast<std::size_t>(inputs), inputs, lane);
    for (unsigned far = kLinearLanes / 2; far > 0; far /= 2) sum += __shfl_down_sync(0xffffffffU, sum, far);
    if (lane == 0) out[warp] = linear_value(sum, bias[o], relu);
  }
}

template <class T>
__global__ void finish(T* values, const T* bias, const T* residual, int channels, bool relu,
                       std::size_t count) {
  for (std::size_t i = first_item(); i < count; i += item_stride())
    values[i] = finished_value(values, bias, residual, channels, relu, i);
}

template <class Sum>
__global__ void finish_bytes(ByteFinish finish, const Sum* sums, std::size_t count, std::int8_t* out) {
  for (std::size_t i = first_item(); i < count; i += item_stride()) out[i] = finished_byte(finish, sums, i);
}

template <class Sum>
cudaError_t launch_finish_sums(const ByteFinish& finish, const void* sums, std::size_t count,
                               std::int8_t* out, cudaStream_t stream) {
  finish_bytes<Sum><<<blocks_for(count, kThreads), kThreads, 0, stream>>>(
      finish, static_cast<const Sum*>(sums), count, out);
  return cudaGetLastError();
}

// Calls `launch` with a null pointer to the precision's number type.
template <class Launch>
cudaError_t in_numbers(Precision precision, const Launch& launch) {
  switch (precision) {
    case Precision::fp32:
    case Precision::tf32:
      launch(static_cast<float*>(nullptr));
      return cudaGetLastError();
    case Precision::bf16:
      launch(static_cast<__nv_bfloat16*>(nullptr));
      return cudaGetLastError();
    case Precision::fp16:
      launch(static_cast<__half*>(nullptr));
      return cudaGetLastError();
    case Precision::int8:
      launch(static_cast<std::int8_t*>(nullptr));
      return cudaGetLastError();
  }
  return cudaErrorInvalidValue;
}

}  // namespace

cudaError_t launch_max_pool(Precision precision, const PoolShape& shape, std::size_t tiles, const void* in,
                            void* out, cudaStream_t stream) {
  return in_numbers(precision, [&]<class T>(T*) {
    const std::size_t packs = tiles * static_cast<std::size_t>(shape.out_height) *
                              static_cast<std::size_t>(shape.out_width) *
                              static_cast<std::size_t>(shape.channels / ChannelPack<T>::kChannels);
    max_pool<T><<<blocks_for(packs, kThreads), kThreads, 0, stream>>>(shape, static_cast<const T*>(in), packs,
                                                                      static_cast<ChannelPack<T>*>(out));
  });
}

cudaError_t launch_mean(Precision precision, std::size_t tiles, int area, int channels, const void* in,
                        float scale, float* out, cudaStream_t stream) {
  const std::size_t count = tiles * static_cast<std::size_t>(channels);
  return in_numbers(precision, [&]<class T>(T*) {
    mean<T><<<blocks_for(count, kThreads), kThreads, 0, stream>>>(static_cast<const T*>(in), area, channels,
                                                                  scale, count, out);
  });
}

cudaError_t launch_linear(std::size_t tiles, int inputs, int outputs, const float* in, const float* weights,
                          const float* bias, bool relu, float* out, cudaStream_t stream) {
  const std::size_t count = tiles * static_cast<std::size_t>(outputs);
  linear<<<blocks_for(count * kLinearLanes, kThreads), kThreads, 0, stream>>>(in, weights, bias, relu, inputs,
                                                                              outputs, count, out);
  return cudaGetLastError();
}

cudaError_t launch_finish(Precision precision, void* values, std::size_t count, int channels,
                          const void* bias, const void* residual, bool relu, cudaStream_t stream) {
  if (precision == Precision::int8) return cudaErrorInvalidValue;
  return in_numbers(precision, [&]<class T>(T*) {
    finish<T><<<blocks_for(count, kThreads), kThreads, 0, stream>>>(
        static_cast<T*>(values), static_cast<const T*>(bias), static_cast<const T*>(residual), channels, relu,
        count);
  });
}

cudaError_t launch_finish_bytes(Precision sums_of, const ByteFinish& finish, const void* sums,
                                std::size_t count, std::int8_t* out, cudaStream_t stream) {
  switch (sums_of) {
    case Precision::int8:
      return launch_finish_sums<std::int32_t>(finish, sums, count, out, stream);
    case Precision::fp16:
      return launch_finish_sums<__half>(finish, sums, count, out, stream);
    default:
      return cudaErrorInvalidValue;
  }
}

}  // namespace skingauge
