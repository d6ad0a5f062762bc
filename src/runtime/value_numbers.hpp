// In which numbers the values of a network are kept while it runs.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/network.hpp"

#include <cstdint>
#include <vector>

namespace skingauge {

/// For each value of a network, the magnitude that its 8-bit form reaches at most; larger ones are clipped.
/// One per value: 1 + layers; those of the input and of means and linear layers are not read.
using ValueRanges = std::vector<float>;

/// How one value is stored: what it stands for is stored x scale.
struct ValueNumbers {
  enum class Type : std::uint8_t { f32, bf16, u8, s8 };
  Type type{Type::f32};
  float scale{1.0F};
  friend bool operator==(const ValueNumbers&, const ValueNumbers&) = default;
};

/// One per value, on the CPU. fp32 and bf16: as named, the output in f32 always. int8: the input is the
/// tiles' bytes; what ends with a ReLU is u8, other convolutions are s8, a max pool keeps what it reads,
/// means and linear layers are f32. Throws std::invalid_argument where int8 has a layer it has no way for, or
/// a range is missing or is not a positive number; and for precisions of other devices.
std::vector<ValueNumbers> value_numbers(const Network& network, Precision precision,
                                        const ValueRanges& ranges);

/// The same in int8 on a GPU, whose kernels have one kind of byte: whatever is kept in bytes is s8, 127 steps
/// a side, after a ReLU too. Of the input, which is not kept in bytes, nothing is said.
std::vector<ValueNumbers> gpu_value_numbers(const Network& network, const ValueRanges& ranges);

}  // namespace skingauge
