#include "app/device_bench.hpp"

#include "support/fake_device.hpp"
#include "support/fake_network.hpp"

#include <gtest/gtest.h>

namespace skingauge::app {
namespace {

class DeviceBenchTest : public ::testing::Test {
 protected:
  static constexpr std::size_t kTileBytes = 48;

  test::FakeDevice device_;
  test::FakeNetwork first_{kTileBytes, 3, 1};
  test::FakeNetwork second_{kTileBytes, 5, 2};
  DeviceRunner runner_{device_, {{"first", &first_}, {"second", &second_}}, {.largest_batch = 4}};
  DeviceBench bench_{device_, runner_, 2, kTileBytes};
};

TEST_F(DeviceBenchTest, RunsEveryModelAtLeastOnceHoweverShortTheTime) {
  const auto rate = bench_.rate(4, 0);
  EXPECT_EQ(rate.tiles, 8);
  EXPECT_GT(rate.seconds, 0);
  EXPECT_EQ(runner_.under_way(), 0U);
}

TEST_F(DeviceBenchTest, CountsTheTilesOfWholeBatchesUntilTheTimeIsOver) {
  const auto rate = bench_.rate(3, 0.01);
  EXPECT_GE(rate.seconds, 0.01);
  EXPECT_EQ(rate.tiles % 3, 0);
  EXPECT_GT(rate.tiles, 6);
}

TEST_F(DeviceBenchTest, FinishesABatchOfEveryKindEvenWhereALaneHasNoRoomForAll) {
  EXPECT_GT(bench_.together({{0, 1}, {0, 2}, {0, 1}, {0, 1}, {1, 4}}), 0);
  EXPECT_EQ(runner_.under_way(), 0U);
  EXPECT_TRUE(device_.complaints().empty());
}

}  // namespace
}  // namespace skingauge::app
