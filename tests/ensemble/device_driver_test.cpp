#include "ensemble/device_driver.hpp"

#include "ensemble/pixel_pool.hpp"
#include "support/fake_device.hpp"

#include <set>
#include <thread>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::IsEmpty;

MemoryPlan plan_with(std::vector<std::size_t> buckets) {
  MemoryPlan plan;
  plan.buckets = std::move(buckets);
  return plan;
}

TEST(TilesToTake, TakesAllUnlessThatPadsByMoreThanAQuarter) {
  const auto plan = plan_with({1, 2, 4, 8, 16, 32, 64, 128});
  for (const auto& [waiting, taken] : std::vector<std::pair<std::size_t, std::size_t>>{{1, 1},
                                                                                       {2, 2},
                                                                                       {3, 3},
                                                                                       {4, 4},
                                                                                       {5, 4},
                                                                                       {6, 6},
                                                                                       {11, 8},
                                                                                       {12, 12},
                                                                                       {33, 32},
                                                                                       {47, 32},
                                                                                       {48, 48},
                                                                                       {95, 64},
                                                                                       {96, 96},
                                                                                       {128, 128},
                                                                                       {129, 128},
                                                                                       {1000, 128}})
    EXPECT_EQ(tiles_to_take(plan, waiting, 128), taken) << waiting;
}

TEST(TilesToTake, NeverTakesMoreThanTheModelMay) {
  const auto plan = plan_with({1, 2, 4, 8});
  EXPECT_EQ(tiles_to_take(plan, 8, 4), 4U);
  EXPECT_EQ(tiles_to_take(plan, 3, 1), 1U);
}

TEST(TilesToTake, LargestSizeNeedBeNoPowerOfTwo) {
  const auto plan = plan_with({1, 2, 4, 8, 12});
  EXPECT_EQ(tiles_to_take(plan, 9, 12), 9U);
  EXPECT_EQ(tiles_to_take(plan, 20, 12), 12U);
}

TEST(PixelPool, UsesItsBlocksAgain) {
  test::FakeDevice device;
  {
    PixelPool pool(device, 100);
    std::set<std::uint8_t*> places;
    for (int i = 0; i < 10; ++i) {
      const auto first = pool.lend(100);
      const auto second = pool.lend(1);
      places.insert({first.get(), second.get()});
    }
    EXPECT_EQ(places.size(), 2U);
    EXPECT_EQ(device.used(test::MemoryPlace::pinned), 200U);
    EXPECT_THROW(pool.lend(101), std::bad_alloc);
  }
  EXPECT_THAT(device.complaints(), IsEmpty());
}

TEST(PixelPool, LendsToManyThreads) {
  test::FakeDevice device;
  {
    PixelPool pool(device, 100);
    std::vector<std::jthread> threads;
    threads.reserve(4);
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 200; ++i) {
          const auto lent = pool.lend(100);
          std::fill_n(lent.get(), 100, static_cast<std::uint8_t>(t));
          EXPECT_EQ(std::count(lent.get(), lent.get() + 100, t), 100);
        }
      });
    }
    threads.clear();
    EXPECT_LE(device.used(test::MemoryPlace::pinned), 400U);
  }
  EXPECT_THAT(device.complaints(), IsEmpty());
}

TEST(PixelPool, MemoryThatRunsShortIsSaid) {
  test::FakeDevice device;
  PixelPool pool(device, 100);
  device.fail_at(1, test::FakeDevice::Failure::memory);
  EXPECT_THROW(pool.lend(100), std::bad_alloc);
  EXPECT_TRUE(pool.lend(100));
}

}  // namespace
}  // namespace skingauge
