#include "runtime/tile_value.hpp"

#include "support/tile_cases.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

// A type of 16 bits as its definition says: sign, exponent, fraction.
struct Half {
  using Type = __half;
  static constexpr int kFraction = 10;
  static constexpr int kBias = 15;
};
struct Bfloat {
  using Type = __nv_bfloat16;
  static constexpr int kFraction = 7;
  static constexpr int kBias = 127;
};

template <class Format>
double decoded(unsigned bits) {
  const int exponent = static_cast<int>((bits & 0x7FFFU) >> Format::kFraction);
  const double fraction = std::ldexp(bits & ((1U << Format::kFraction) - 1U), -Format::kFraction);
  const double size = exponent == 0 ? std::ldexp(fraction, 1 - Format::kBias)
                                    : std::ldexp(1.0 + fraction, exponent - Format::kBias);
  return (bits & 0x8000U) != 0 ? -size : size;
}

template <class T>
unsigned bits_of(T value) {
  return std::bit_cast<std::uint16_t>(value);
}
template <class T>
auto bytes_of(T value) {
  return std::bit_cast<std::array<std::uint8_t, sizeof(T)>>(value);
}

// Infinity counts as the number that would follow the highest one.
template <class Format>
void expect_nearest(float value) {
  SCOPED_TRACE(value);
  const unsigned bits = bits_of(network_value<typename Format::Type>(value));
  const unsigned size = bits & 0x7FFFU;
  const unsigned infinity = 0x7FFFU >> Format::kFraction << Format::kFraction;
  const double error = std::abs(decoded<Format>(bits) - value);
  EXPECT_EQ((bits & 0x8000U) != 0, std::signbit(value));
  const auto expect_no_nearer = [&](unsigned neighbour) {
    const double other = std::abs(std::abs(decoded<Format>(neighbour)) - std::abs(value));
    EXPECT_LE(error, other);
    if (error == other) EXPECT_EQ(size % 2, 0U) << "of two equally near the even one";
  };
  if (size > 0) expect_no_nearer(size - 1);
  if (size < infinity) expect_no_nearer(size + 1);
}

template <class Format>
class NetworkValue : public ::testing::Test {};
using Formats = ::testing::Types<Half, Bfloat>;
TYPED_TEST_SUITE(NetworkValue, Formats);

TYPED_TEST(NetworkValue, IsTheNearestOfTheFormat) {
  for (const double scale : {1.0, 1.0 / 255.0, 1e-3, 1e-7, 250.0}) {
    for (int i = -3000; i < 3000; ++i) expect_nearest<TypeParam>(static_cast<float>(i * scale));
  }
}

TYPED_TEST(NetworkValue, HalfwayGoesToTheEvenOne) {
  for (unsigned bits = 1; bits < 0x7BFFU; bits += 7) {
    const double halfway = (decoded<TypeParam>(bits) + decoded<TypeParam>(bits + 1)) / 2;
    expect_nearest<TypeParam>(static_cast<float>(halfway));
    expect_nearest<TypeParam>(-static_cast<float>(halfway));
  }
}

TEST(NetworkValue, OfHalfBeyondItsRangeIsInfinite) {
  EXPECT_EQ(bits_of(network_value<__half>(65519.0F)), 0x7BFFU);
  EXPECT_EQ(bits_of(network_value<__half>(65520.0F)), 0x7C00U);
  EXPECT_EQ(bits_of(network_value<__half>(-1e30F)), 0xFC00U);
  EXPECT_EQ(bits_of(network_value<__nv_bfloat16>(std::numeric_limits<float>::max())), 0x7F80U);
}

template <class T>
void expect_padded_values(unsigned channels) {
  const auto tiles = test::every_byte(2);
  for (const auto& preprocess : test::preprocessings()) {
    const Normalisation normalisation(preprocess);
    for (std::size_t i = 0; i < tiles.size() / 3 * channels; ++i) {
      const T expected =
          i % channels < 3
              ? network_value<T>(input_value(normalisation, tiles.data(), i / channels * 3 + i % channels))
              : network_value<T>(0.0F);
      const T found = tile_value<T>(normalisation, tiles.data(), i, channels);
      ASSERT_EQ(bytes_of(found), bytes_of(expected)) << i << " of " << channels << " channels";
    }
  }
}

TEST(TileValue, IsTheInputValueInTheNetworksType) {
  for (const unsigned channels : {3U, 4U, 8U}) {
    expect_padded_values<float>(channels);
    expect_padded_values<__half>(channels);
    expect_padded_values<__nv_bfloat16>(channels);
  }
}

}  // namespace
}  // namespace skingauge
