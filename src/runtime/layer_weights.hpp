// A layer's weights and bias in the numbers that a run works with.
#pragma once

#include "skingauge/network.hpp"

#include "runtime/normalisation.hpp"
#include "runtime/value_numbers.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace skingauge {

/// A convolution counted in 8 bits: 32-bit sums of (stored input x weights), + bias, x scales, + residual.
struct Int8Weights {
  std::vector<std::int8_t> weights;  ///< as Layer::weights
  std::vector<float> bias;           ///< in units of the sums
  std::vector<float> scales;         ///< per output channel: from a sum to the stored output
};

/// Weights rounded to 127 steps a side per output channel, such that the sum of each kernel larger than 1 x 1
/// stays what it was to half a step: kernels that look for edges add up to nothing, and rounding alone would
/// make them see brightness (of a ResNet's first layer that was nine tenths of what 8 bits took from its
/// outputs).
Int8Weights int8_weights(const Layer& layer, const ValueNumbers& in, const ValueNumbers& out);

/// Weights that bf16 holds exactly, the sums of kernels kept in the same way.
std::vector<float> bf16_weights(const Layer& layer);

/// The first layer such that it reads a tile's bytes (B, G, R) as they are: the normalisation's gain and
/// channel order go into the weights, its bias into the bias. Where that bias is not 0, the picture's border
/// must then hold `border_bytes` instead of 0.
Layer reading_bytes(const Layer& layer, const Normalisation& normalisation);

/// The bytes, in B, G, R, that stand for 0 after normalisation, rounded and kept within 0..255.
std::array<std::uint8_t, 3> border_bytes(const Normalisation& normalisation);

}  // namespace skingauge
