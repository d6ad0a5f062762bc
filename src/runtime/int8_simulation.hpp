// What a network answers in a GPU's 8 bits, found without a GPU.
#pragma once

#include "skingauge/network.hpp"

#include "runtime/normalisation.hpp"
#include "runtime/value_numbers.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace skingauge {

/// The answers to `count` tiles, count x width, with the weights and values that a GPU would have
/// (int8_weights, gpu_value_numbers, the first layer in half precision), computed in float32 on one core of
/// the CPU. Sums are rounded in their 24th bit, and a GPU adds halves in an order of its own: where a sum
/// lies between two steps, a byte is one off, and of a ResNet-50's outputs such bytes move some thousandths.
/// Throws std::invalid_argument as gpu_value_numbers does.
std::vector<float> gpu_int8_answers(const Network& network, int size, const Normalisation& normalisation,
                                    const ValueRanges& ranges, std::span<const std::uint8_t> tiles,
                                    std::size_t count);

}  // namespace skingauge
