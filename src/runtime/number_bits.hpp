// float32 to the bits of the short floating-point numbers that GPUs count in, rounded to nearest, ties to
// even.
#pragma once

#include <bit>
#include <cstdint>

namespace skingauge {

/// IEEE half precision: 5 bits of exponent, 10 of fraction. Too large becomes infinity, NaN stays one.
constexpr std::uint16_t half_bits(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const auto sign = static_cast<std::uint16_t>(bits >> 16U & 0x8000U);
  const std::uint32_t size = bits & 0x7fffffffU;
  constexpr std::uint32_t kInfinity = 0x7f800000U;
  constexpr std::uint32_t kTooLarge = 0x477ff000U;        // 65520, half way to what would follow 65504
  constexpr std::uint32_t kSmallestNormal = 0x38800000U;  // 2^-14
  if (size > kInfinity) return sign | 0x7e00U;
  if (size >= kTooLarge) return sign | 0x7c00U;
  if (size < kSmallestNormal) {
    // Adding 0.5 leaves the fraction of a subnormal half, rounded, in the lowest bits.
    const float shifted = std::bit_cast<float>(size) + 0.5F;
    return static_cast<std::uint16_t>(sign | (std::bit_cast<std::uint32_t>(shifted) - 0x3f000000U));
  }
  const std::uint32_t rounded = size + 0xfffU + (size >> 13U & 1U) - (112U << 23U);
  return static_cast<std::uint16_t>(sign | rounded >> 13U);
}

/// What half_bits stand for; infinities and NaN are not looked for.
constexpr float half_value(std::uint16_t half) {
  const std::uint32_t size = half & 0x7fffU;
  const float value = size < 0x400U ? static_cast<float>(size) / 16777216.0F  // 2^24: a subnormal
                                    : std::bit_cast<float>((size << 13U) + (112U << 23U));
  return (half & 0x8000U) != 0 ? -value : value;
}

/// The upper half of a float32. NaN stays one.
constexpr std::uint16_t bf16_bits(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffU) > 0x7f800000U) return static_cast<std::uint16_t>(bits >> 16U | 0x40U);
  return static_cast<std::uint16_t>((bits + 0x7fffU + (bits >> 16U & 1U)) >> 16U);
}

}  // namespace skingauge
