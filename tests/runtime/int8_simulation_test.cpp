#include "runtime/int8_simulation.hpp"

#include "runtime/network_ranges.hpp"
#include "support/network_on_fake_device.hpp"
#include "support/networks.hpp"

#include <numeric>

namespace skingauge {
namespace {

using test::farthest;
using test::noise;
using test::plain_answers;
using test::some_preprocess;
using test::spread_of;

std::vector<float> simulated(const Network& network, const ValueRanges& ranges,
                             const std::vector<std::uint8_t>& tiles) {
  return test::known_answers(network, Precision::int8, ranges, tiles);
}

TEST(Int8Simulation, AnswersAsTheDevicesLayersDo) {
  for (const auto& network : {test::small_resnet(5), test::resnet_for_bytes(5)}) {
    const ValueRanges ranges(network.layers.size() + 1, 3.0F);
    const auto tiles = noise(5);
    test::OnFakeDevice on_device(network, Precision::int8, ranges);
    const auto expected = on_device.run(tiles);
    const auto found = simulated(network, ranges, tiles);
    ASSERT_EQ(found.size(), expected.size());
    EXPECT_LT(farthest(found, expected), 0.0005 * spread_of(expected));
    EXPECT_GT(farthest(plain_answers(network, tiles), expected), 10 * farthest(found, expected));
  }
}

TEST(Int8Simulation, WantsRanges) {
  EXPECT_THROW(simulated(test::small_resnet(5), {}, noise(1)), std::invalid_argument);
}

// Of each output over all tiles.
std::vector<float> means(const std::vector<float>& answers, std::size_t width) {
  std::vector<float> sums(width);
  for (std::size_t i = 0; i < answers.size(); ++i)
    sums[i % width] += answers[i] * static_cast<float>(width) / static_cast<float>(answers.size());
  return sums;
}

TEST(NetworkRanges, ShiftBringsTheMeanOfAGpusBytesBackToFloats) {
  auto network = test::small_resnet(5);
  const auto tiles = noise(16);
  const auto floats = means(plain_answers(network, tiles), 5);
  const auto found = network_ranges(network, some_preprocess(), tiles, 16);
  const auto before = means(simulated(network, found.gpu.ranges, tiles), 5);
  shift_outputs(network, found.gpu.shift);
  const auto after = means(simulated(network, found.gpu.ranges, tiles), 5);
  EXPECT_GT(farthest(before, floats), 1e-3);
  EXPECT_LT(farthest(after, floats), 1e-5);
}

TEST(NetworkRanges, FewerStepsReachLessFar) {
  const auto network = test::small_resnet(5);
  const auto found = network_ranges(network, some_preprocess(), noise(8), 8);
  ASSERT_EQ(found.gpu.ranges.size(), network.layers.size() + 1);
  ASSERT_EQ(found.cpu.ranges.size(), network.layers.size() + 1);
  const auto sum = [](const ValueRanges& ranges) {
    return std::accumulate(ranges.begin(), ranges.end(), 0.0F);
  };
  EXPECT_LT(sum(found.gpu.ranges), sum(found.cpu.ranges));
  for (std::size_t i = 0; i < network.layers.size(); ++i)
    EXPECT_LE(found.gpu.ranges[i + 1], found.cpu.ranges[i + 1]) << i;
}

TEST(NetworkRanges, AShiftOfAnotherWidthIsRefused) {
  auto network = test::small_resnet(5);
  EXPECT_THROW(shift_outputs(network, {1.0F}), std::invalid_argument);
}

}  // namespace
}  // namespace skingauge
