#include "runtime/layer_index.hpp"

#include "support/byte_cases.hpp"
#include "support/host_layers.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

// The largest under a window, channel by channel, rows and columns outside left out.
std::int8_t plain_largest(const PoolShape& s, const std::int8_t* tile, int y, int x, int channel) {
  int best = std::numeric_limits<int>::min();
  for (int at_y = y * s.stride - s.padding; at_y < y * s.stride - s.padding + s.kernel; ++at_y) {
    for (int at_x = x * s.stride - s.padding; at_x < x * s.stride - s.padding + s.kernel; ++at_x) {
      if (at_y < 0 || at_x < 0 || at_y >= s.height || at_x >= s.width) continue;
      best = std::max<int>(best, tile[(at_y * s.width + at_x) * s.channels + channel]);
    }
  }
  return static_cast<std::int8_t>(best);
}

TEST(MaxPoolPack, OfBytesIsTheLargestUnderEachWindow) {
  constexpr std::size_t kTiles = 3;
  for (const auto& shape : test::pool_shapes()) {
    const auto bytes = test::random_bytes(kTiles * test::elements(shape));
    std::vector<ChannelPack<std::int8_t>> in(bytes.size() / 16);
    std::memcpy(in.data(), bytes.data(), bytes.size());
    std::size_t i = 0;
    for (std::size_t t = 0; t < kTiles; ++t) {
      for (int y = 0; y < shape.out_height; ++y) {
        for (int x = 0; x < shape.out_width; ++x) {
          for (int pack = 0; pack < shape.channels / 16; ++pack) {
            const auto found = max_pool_pack(shape, in.front().value, i++);
            for (int c = 0; c < 16; ++c) {
              ASSERT_EQ(found.value[c],
                        plain_largest(shape, bytes.data() + t * test::elements(shape), y, x, pack * 16 + c))
                  << "tile " << t << ", " << y << ", " << x << ", channel " << pack * 16 + c;
            }
          }
        }
      }
    }
    EXPECT_EQ(i * 16, kTiles * test::pooled_elements(shape));
  }
}

TEST(MeanValue, OfBytesIsTheirExactSumOverTheAreaTimesTheStep) {
  constexpr int kChannels = 20;
  constexpr float kStep = 0.037F;
  for (const int area : {1, 16, 49, 1024}) {
    const auto bytes = test::random_bytes(std::size_t{3} * static_cast<std::size_t>(area * kChannels));
    for (int t = 0; t < 3; ++t) {
      for (int c = 0; c < kChannels; ++c) {
        int sum = 0;
        for (int p = 0; p < area; ++p) {
          const int place = (t * area + p) * kChannels + c;
          sum += bytes[static_cast<std::size_t>(place)];
        }
        EXPECT_EQ(
            mean_value(bytes.data(), area, kChannels, kStep, static_cast<std::size_t>(t * kChannels + c)),
            static_cast<float>(sum) / static_cast<float>(area) * kStep);
      }
    }
  }
}

TEST(MeanValue, OfOtherNumbersIsWhatItWasWithoutAStep) {
  const std::vector<float> values{0.1F, 0.7F, 1e-20F, 3e7F, -0.3F, 1.0F};
  EXPECT_EQ(mean_value(values.data(), 3, 2, 1.0F, 0), (0.1F + 1e-20F + -0.3F) / 3.0F);
  EXPECT_EQ(mean_value(values.data(), 3, 2, 1.0F, 1), (0.7F + 3e7F + 1.0F) / 3.0F);
}

// In whole and half steps doubles are exact.
std::int8_t plain_byte(double value, bool relu) {
  if (relu) value = std::max(value, 0.0);
  const double below = std::floor(value);
  double whole = value - below < 0.5 ? below : below + 1;
  if (value - below == 0.5) whole = std::fmod(below, 2) == 0 ? below : below + 1;
  return static_cast<std::int8_t>(std::clamp(whole, -128.0, 127.0));
}

template <class Sum>
void expect_plain_bytes(bool relu, bool residual) {
  const test::ByteSums cases(400);
  std::vector<Sum> sums;
  for (const auto sum : cases.sums) sums.push_back(static_cast<Sum>(static_cast<float>(sum)));
  auto finish = cases.finish(cases.scales.data(), cases.bias.data(), relu);
  if (residual) finish.residual = cases.residual.data();
  finish.residual_scale = &cases.residual_scale;
  std::size_t ties = 0;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const auto c = i % test::ByteSums::kChannels;
    float value = static_cast<float>(sums[i]) * cases.scales[c];
    if (residual) value += static_cast<float>(cases.residual[i]) * cases.residual_scale;
    value += cases.bias[c];
    ties += std::abs(value - std::floor(value) - 0.5F) == 0 ? 1U : 0U;
    ASSERT_EQ(finished_byte(finish, sums.data(), i), plain_byte(value, relu)) << i << ": " << value;
  }
  EXPECT_GT(ties, 1000U);
}

TEST(FinishedByte, IsTheNearestOfScaledSumResidualAndBias) {
  for (const bool relu : {false, true}) {
    for (const bool residual : {false, true}) {
      expect_plain_bytes<std::int32_t>(relu, residual);
      expect_plain_bytes<test::HostHalf>(relu, residual);
    }
  }
}

TEST(FinishedByte, StaysWithinAByteWhateverTheSum) {
  const float one = 1;
  const float zero = 0;
  const ByteFinish finish{1, false, &one, &zero, nullptr, nullptr};
  const auto byte = [&](float sum) { return static_cast<int>(finished_byte(finish, &sum, 0)); };
  EXPECT_EQ(byte(127.4F), 127);
  EXPECT_EQ(byte(127.6F), 127);
  EXPECT_EQ(byte(126.5F), 126);
  EXPECT_EQ(byte(-127.5F), -128);
  EXPECT_EQ(byte(-128.4F), -128);
  EXPECT_EQ(byte(-0.4F), 0);
  EXPECT_EQ(byte(1e30F), 127);
  EXPECT_EQ(byte(-HUGE_VALF), -128);
  EXPECT_EQ(byte(HUGE_VALF), 127);
}

}  // namespace
}  // namespace skingauge
