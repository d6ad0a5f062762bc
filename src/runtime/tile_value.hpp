// What a kernel writes for a byte of a tile: the input value in the network's type of number.
#pragma once

#include "runtime/normalisation.hpp"

#include <cstddef>
#include <cstdint>

#include <cuda_bf16.h>
#include <cuda_fp16.h>

namespace skingauge {

/// A value in the network's type: float, __half or __nv_bfloat16, to the nearest, of two equally near to the
/// even one.
template <class T>
SKINGAUGE_HOST_DEVICE T network_value(float value);
template <>
SKINGAUGE_HOST_DEVICE inline float network_value<float>(float value) {
  return value;
}
template <>
SKINGAUGE_HOST_DEVICE inline __half network_value<__half>(float value) {
  return __float2half_rn(value);
}
template <>
SKINGAUGE_HOST_DEVICE inline __nv_bfloat16 network_value<__nv_bfloat16>(float value) {
  return __float2bfloat16_rn(value);
}

/// Value number `i` of N x H x W x `channels`.
template <class T>
SKINGAUGE_HOST_DEVICE T tile_value(const Normalisation& n, const std::uint8_t* tiles, std::size_t i,
                                   unsigned channels) {
  return network_value<T>(padded_input_value(n, tiles, i, channels));
}

}  // namespace skingauge
