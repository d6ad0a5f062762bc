// A network's weights as GPUs read them.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/network.hpp"

#include "runtime/prepared_network.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace skingauge {

/// What PackedArray::kind says of a network prepared for a GPU.
enum class DeviceArray : int {
  weights,  ///< convolution: out x kernel x kernel x in / groups, in its case's numbers; linear: out x
            ///< in float32
  bias,     ///< convolution: in the precision's numbers; linear: float32; int8: float32, in steps of the
            ///< value
  answer,   ///< of the network as a whole (its layer is layers.size()): outputs of the check tile, float32
  scales,   ///< int8, convolution: from a sum to steps of the value, by channel, float32
  residual_scale,  ///< int8, convolution: from the residual's steps to the value's, one float32; 0: has none
};

/// Channels that the network's input is padded to with zeros, so that a pixel is moved at once: 4 in fp32 and
/// tf32, 8 in fp16 and bf16 (and in int8, whose input is fp16's).
int padded_input_channels(const Network& network, Precision precision) noexcept;

/// The network without weights, and its arrays. `answer` is what it must answer to the check tile: in int8
/// gpu_int8_answers' (int8_simulation.hpp), else TorchScript's. Weights of
/// bf16 and int8 keep the sums of kernels (layer_weights.hpp). int8 needs `ranges`, and its values' numbers
/// are gpu_value_numbers'; those of other precisions are not read. Throws std::invalid_argument for a network
/// that has no form on a GPU: what follows a mean must be linear, and the last layer must be one of the two;
/// and as gpu_value_numbers does.
PreparedNetwork prepare_for_device(const Network& network, Precision precision, std::span<const float> answer,
                                   const ValueRanges& ranges = {});

/// Throws std::invalid_argument where a prepared network's arrays, or int8 its values' numbers, are not those
/// of its layers.
void check_device_arrays(const PreparedNetwork& prepared, Precision precision);

/// The bytes that an array of a layer must have.
std::size_t device_array_bytes(const Network& network, std::size_t layer, DeviceArray kind,
                               Precision precision);

}  // namespace skingauge
