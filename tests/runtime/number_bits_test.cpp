#include "runtime/number_bits.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

// What a half stands for, by the definition of the format.
double defined_value(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31;
  const int fraction = bits & 1023;
  const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

bool finite_half(std::uint16_t bits) { return (bits & 0x7c00) != 0x7c00; }

TEST(HalfBits, AreTheirOwnForEveryHalf) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    if (!finite_half(half)) continue;
    ASSERT_EQ(half_bits(static_cast<float>(defined_value(half))), half);
  }
}

TEST(HalfValue, IsWhatTheFormatDefinesForEveryFiniteHalf) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    if (!finite_half(half)) continue;
    ASSERT_EQ(half_value(half), defined_value(half)) << bits;
    ASSERT_EQ(std::signbit(half_value(half)), (bits & 0x8000) != 0) << bits;
  }
}

TEST(HalfBits, RoundToNearestAndTiesToEvenBetweenAllNeighbours) {
  for (unsigned bits = 0; bits < 0x7bff; ++bits) {
    const auto lower = static_cast<std::uint16_t>(bits);
    const auto upper = static_cast<std::uint16_t>(bits + 1);
    const auto middle = static_cast<float>((defined_value(lower) + defined_value(upper)) / 2);
    const auto even = bits % 2 == 0 ? lower : upper;
    ASSERT_EQ(half_bits(middle), even) << bits;
    ASSERT_EQ(half_bits(std::nextafter(middle, 0.0F)), lower) << bits;
    ASSERT_EQ(half_bits(std::nextafter(middle, 1e9F)), upper) << bits;
    ASSERT_EQ(half_bits(-middle), even | 0x8000) << bits;
  }
}

TEST(HalfBits, GoToInfinityBeyondTheLargestAndKeepNaN) {
  EXPECT_EQ(half_bits(65519.996F), 0x7bff);
  EXPECT_EQ(half_bits(65520.0F), 0x7c00);
  EXPECT_EQ(half_bits(-1e30F), 0xfc00);
  EXPECT_EQ(half_bits(std::numeric_limits<float>::infinity()), 0x7c00);
  const auto nan = half_bits(std::numeric_limits<float>::quiet_NaN());
  EXPECT_FALSE(finite_half(nan));
  EXPECT_NE(nan & 1023, 0);
}

TEST(Bf16Bits, RoundToNearestAndTiesToEven) {
  EXPECT_EQ(bf16_bits(1.0F), 0x3f80);
  EXPECT_EQ(bf16_bits(1.0F + 0x1p-8F), 0x3f80);            // half way, even below
  EXPECT_EQ(bf16_bits(1.0F + 0x1p-7F + 0x1p-8F), 0x3f82);  // half way, even above
  EXPECT_EQ(bf16_bits(1.0F + 0x1p-8F + 0x1p-20F), 0x3f81);
  EXPECT_EQ(bf16_bits(-2.5F), 0xc020);
  EXPECT_EQ(bf16_bits(std::numeric_limits<float>::max()), 0x7f80);
  EXPECT_NE(bf16_bits(std::numeric_limits<float>::quiet_NaN()) & 0x7f, 0);
}

}  // namespace
}  // namespace skingauge
