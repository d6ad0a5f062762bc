#include "runtime/dnnl_network.hpp"

#include "runtime/arena_plan.hpp"
#include "support/networks.hpp"

#include <algorithm>
#include <random>
#include <thread>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

std::vector<std::uint8_t> tiles_of(std::size_t count, int size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> tiles(count * static_cast<std::size_t>(size) * static_cast<std::size_t>(size) *
                                  3U);
  for (auto& value : tiles) value = static_cast<std::uint8_t>(random() >> 24U);
  return tiles;
}

// What the network itself reads: planes of B, G, R scaled by 1 / 255.
std::vector<float> planes_of(const std::vector<std::uint8_t>& tiles, int size) {
  const auto area = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
  std::vector<float> planes(tiles.size());
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const auto tile = i / (3 * area);
    planes[tile * 3 * area + i % 3 * area + i % (3 * area) / 3] = static_cast<float>(tiles[i]) / 255.0F;
  }
  return planes;
}

Normalisation to_one() {
  Normalisation n;
  for (auto& gain : n.gain) gain = 1.0F / 255.0F;
  return n;
}

std::vector<float> run(const DnnlNetwork& network, const std::vector<std::uint8_t>& tiles, std::size_t count,
                       int width) {
  std::vector<float> outputs(count * static_cast<std::size_t>(width));
  network.run(tiles, count, outputs);
  return outputs;
}

TEST(DnnlNetwork, AnswersAsPlainLoopsDoAtEveryBatchSize) {
  constexpr int kSize = 32;
  const auto network = test::small_resnet(5);
  const DnnlNetwork fast(network, kSize, to_one(), Precision::fp32);
  for (const std::size_t count : {1, 2, 7, 8, 9, 19}) {
    const auto tiles = tiles_of(count, kSize, static_cast<unsigned>(count));
    const auto expected = run_plainly(network, planes_of(tiles, kSize), kSize, kSize);
    EXPECT_THAT(run(fast, tiles, count, 5), ::testing::Pointwise(::testing::FloatNear(1e-4F), expected))
        << count;
  }
}

TEST(DnnlNetwork, GroupsAndResidualsThatAreReadAgain) {
  test::NetworkMaker make(3);
  const auto first = make.convolution(0, 3, 16, 3, 1, true);
  const auto sum = make.convolution(first, 16, 16, 3, 1, true, first);  // adds its own input
  const auto grouped = make.convolution(sum, 16, 16, 3, 1, true, {}, 4);
  const auto again = make.convolution(grouped, 16, 16, 1, 1, false, first);  // first is still needed
  const auto last = make.convolution(again, 16, 16, 1, 1, true, first);
  make.linear(make.mean(last, 16), 16, 3);
  const DnnlNetwork fast(make.network, 16, to_one(), Precision::fp32);
  const auto tiles = tiles_of(3, 16, 1);
  EXPECT_THAT(run(fast, tiles, 3, 3),
              ::testing::Pointwise(::testing::FloatNear(1e-4F),
                                   run_plainly(make.network, planes_of(tiles, 16), 16, 16)));
}

// Values of 2 MiB and then of 256 KiB a tile: eight tiles go through the first two layers in parts.
TEST(DnnlNetwork, LargeFirstValuesInPartsAnswerAsPlainLoopsDo) {
  constexpr int kSize = 128;
  for (const auto precision : {Precision::fp32, Precision::bf16}) {
    if (precision == Precision::bf16 && !dnnl_has_bf16()) continue;
    test::NetworkMaker make(6);
    const auto large = make.convolution(0, 3, 32, 3, 1, true);
    const auto small = make.convolution(large, 32, 16, 1, 2, true);
    const auto sum = make.convolution(make.convolution(small, 16, 16, 3, 1, true), 16, 16, 1, 1, true, small);
    make.linear(make.mean(sum, 16), 16, 4);
    const DnnlNetwork fast(make.network, kSize, to_one(), precision);
    const auto tiles = tiles_of(10, kSize, 2);
    EXPECT_THAT(run(fast, tiles, 10, 4),
                ::testing::Pointwise(::testing::FloatNear(precision == Precision::fp32 ? 1e-4F : 2e-2F),
                                     run_plainly(make.network, planes_of(tiles, kSize), kSize, kSize)));
  }
}

TEST(DnnlNetwork, LinearLayersFollowOneAnotherWithReluBetween) {
  for (const auto precision : {Precision::fp32, Precision::bf16}) {
    if (precision == Precision::bf16 && !dnnl_has_bf16()) continue;
    test::NetworkMaker make(4);
    const auto mean = make.mean(make.convolution(0, 3, 16, 3, 2, true), 16);
    make.linear(make.linear(make.linear(mean, 16, 24, true), 24, 8, true), 8, 5);
    const DnnlNetwork fast(make.network, 16, to_one(), precision);
    const auto tiles = tiles_of(3, 16, 3);
    EXPECT_THAT(run(fast, tiles, 3, 5),
                ::testing::Pointwise(::testing::FloatNear(precision == Precision::fp32 ? 1e-4F : 2e-2F),
                                     run_plainly(make.network, planes_of(tiles, 16), 16, 16)));
  }
}

TEST(DnnlNetwork, ThreadsShareItAndAgree) {
  const auto network = test::small_resnet(5);
  const DnnlNetwork fast(network, 32, to_one(), Precision::fp32);
  const auto tiles = tiles_of(4, 32, 9);
  const auto expected = run(fast, tiles, 4, 5);
  std::vector<std::vector<float>> found(4);
  {
    std::vector<std::jthread> threads;
    for (auto& outputs : found) threads.emplace_back([&] { outputs = run(fast, tiles, 4, 5); });
  }
  for (const auto& outputs : found) EXPECT_EQ(outputs, expected);
}

TEST(DnnlNetwork, WrongNetworkIsRefused) {
  auto network = test::small_resnet(5);
  network.layers.back().bias.pop_back();
  EXPECT_THROW(DnnlNetwork(network, 32, to_one(), Precision::fp32), std::invalid_argument);
}

TEST(ArenaPlan, BuffersInUseNeverOverlapAndFreeRoomIsUsedAgain) {
  std::mt19937 random(1);
  ArenaPlan plan;
  std::vector<std::pair<std::size_t, std::size_t>> used;  // offset, bytes
  for (int step = 0; step < 2000; ++step) {
    if (!used.empty() && random() % 2 == 0) {
      const auto victim = used.begin() + static_cast<std::ptrdiff_t>(random() % used.size());
      plan.give_back(victim->first);
      used.erase(victim);
      continue;
    }
    const std::size_t bytes = 1 + random() % 500;
    const auto offset = plan.take(bytes);
    EXPECT_EQ(offset % ArenaPlan::kLine, 0U);
    EXPECT_LE(offset + bytes, plan.bytes());
    for (const auto& [other, size] : used) EXPECT_TRUE(offset + bytes <= other || other + size <= offset);
    used.emplace_back(offset, bytes);
  }
  ArenaPlan alternating;
  for (int i = 0; i < 10; ++i) alternating.give_back(alternating.take(1000));
  EXPECT_EQ(alternating.bytes(), 1024U);
}

}  // namespace
}  // namespace skingauge
