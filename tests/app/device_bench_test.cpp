#include "app/device_bench.hpp"

#include "support/fake_device.hpp"
#include "support/fake_network.hpp"

#include <optional>
#include <utility>

#include <gtest/gtest.h>

namespace skingauge::app {
namespace {

class DeviceBenchTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kTileBytes = 48;

  test::FakeDevice device_;
  std::optional<test::FakeNetwork> first_{std::in_place, kTileBytes, 3, 1};
  std::optional<test::FakeNetwork> second_{std::in_place, kTileBytes, 5, 2};
  std::optional<DeviceRunner> runner_{std::in_place, device_,
                                      std::vector<NamedNetwork>{{"first", &*first_}, {"second", &*second_}},
                                      DeviceRunnerOptions{.largest_batch = 4}};
  std::optional<DeviceBench> bench_{std::in_place, device_, *runner_, 2, kTileBytes};
};

TEST_F(DeviceBenchTest, RunsEveryModelAtLeastOnceHoweverShortTheTime) {
  const auto rate = bench_->rate(4, 0);
  EXPECT_EQ(rate.tiles, 8);
  EXPECT_GT(rate.seconds, 0);
  EXPECT_EQ(runner_->under_way(), 0U);
}

TEST_F(DeviceBenchTest, CountsTheTilesOfWholeBatchesUntilTheTimeIsOver) {
  const auto rate = bench_->rate(3, 0.01);
  EXPECT_GE(rate.seconds, 0.01);
  EXPECT_EQ(rate.tiles % 3, 0);
  EXPECT_GT(rate.tiles, 6);
}

TEST_F(DeviceBenchTest, FinishesABatchOfEveryKindEvenWhereALaneHasNoRoomForAll) {
  EXPECT_GT(bench_->together({{0, 1}, {0, 2}, {0, 1}, {0, 1}, {1, 4}}), 0);
  EXPECT_EQ(runner_->under_way(), 0U);
  bench_.reset();
  runner_.reset();
  first_.reset();
  second_.reset();
  EXPECT_EQ(device_.complaints(), std::vector<std::string>());
}

}  // namespace
}  // namespace skingauge::app
