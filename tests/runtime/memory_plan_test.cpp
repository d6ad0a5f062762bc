#include "runtime/memory_plan.hpp"

#include "skingauge/error.hpp"

#include "support/expect_error.hpp"

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::expect_error;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Says how much memory it needs, and never runs.
class Needs final : public DeviceNetwork {
 public:
  Needs(std::size_t weights, std::size_t scratch, std::size_t width = 2)
      : weights_(weights), scratch_(scratch), width_(width) {}
  [[nodiscard]] std::size_t tile_bytes() const noexcept override { return 100; }
  [[nodiscard]] std::size_t width() const noexcept override { return width_; }
  [[nodiscard]] std::size_t weight_bytes() const noexcept override { return weights_; }
  [[nodiscard]] std::size_t scratch_bytes(std::size_t tiles) const override { return scratch_ * tiles; }
  void load(DeviceApi& /*device*/) override { throw std::logic_error("not to be loaded"); }
  void queue(StreamView /*stream*/, std::size_t /*tiles*/, const std::uint8_t* /*pixels*/, float* /*outputs*/,
             std::byte* /*scratch*/) const override {}
  [[nodiscard]] std::span<const std::uint8_t> check_tile() const noexcept override { return {}; }
  [[nodiscard]] std::string difference(std::span<const float> /*outputs*/) const override { return ""; }

 private:
  std::size_t weights_;
  std::size_t scratch_;
  std::size_t width_;
};

// Weights 1,000 and 2,000 bytes; for one tile a lane takes 100 of pixels, 500 or 900 of scratch and 8 or 12
// of outputs.
class MemoryPlanTest : public testing::Test {
 protected:
  MemoryPlan plan(std::size_t free, std::size_t largest = 4, std::size_t lanes = 0, std::size_t reserve = 0) {
    return plan_memory(networks_, {largest, lanes, free, reserve, 7});
  }
  Needs small_{1000, 500};
  Needs large_{2000, 900, 3};
  std::vector<NamedNetwork> networks_{{"small", &small_}, {"large", &large_}};
};

TEST_F(MemoryPlanTest, GivesEachNetworkALaneWhereThereIsRoom) {
  const auto found = plan(10000);
  EXPECT_THAT(found.buckets, ElementsAre(1, 2, 4));
  EXPECT_THAT(found.lane_of, ElementsAre(0, 1));
  ASSERT_EQ(found.lanes.size(), 2U);
  EXPECT_EQ(found.lanes[0].scratch, 2000U);
  EXPECT_EQ(found.lanes[1].outputs, 48U);
  EXPECT_EQ(found.device_bytes(), 3000U + (400 + 2000 + 32) + (400 + 3600 + 48));
  EXPECT_EQ(found.pinned_bytes(), 700U + 2 * 32 + 100 + 2 * 48 + 100);
}

TEST_F(MemoryPlanTest, MakesRoomForDecodersFirst) {
  const auto lanes = plan(10000).device_bytes();
  const auto found = plan_memory(networks_, {4, 0, lanes, 0, 7, 500});
  EXPECT_EQ(found.lanes.size(), 1U);
  EXPECT_EQ(found.device_bytes(), plan(lanes - 500).device_bytes() + 500);
  const auto rows = memory_rows(found, networks_);
  std::size_t device = 0;
  for (const auto& row : rows) device += row.pinned ? 0 : row.bytes;
  EXPECT_EQ(device, found.device_bytes());
  expect_error<DeviceError>(ErrorCode::device_unavailable, {"JPEG decoding 9000 bytes"}, [&] {
    plan_memory(networks_, {4, 0, lanes, 0, 7, 9000});
  });
}

TEST_F(MemoryPlanTest, TakesFewerLanesFirstAndSmallerBatchesThen) {
  const auto two_lanes = plan(10000).device_bytes();
  EXPECT_EQ(plan(two_lanes).lanes.size(), 2U);
  const auto one_lane = plan(two_lanes - 1);
  EXPECT_EQ(one_lane.lanes.size(), 1U);
  EXPECT_EQ(one_lane.buckets.back(), 4U);
  EXPECT_THAT(one_lane.lane_of, ElementsAre(0, 0));
  EXPECT_EQ(one_lane.lanes[0].scratch, 3600U);  // of the network that needs most
  const auto smaller = plan(one_lane.device_bytes() - 1);
  EXPECT_THAT(smaller.buckets, ElementsAre(1, 2));
  EXPECT_LE(smaller.device_bytes(), one_lane.device_bytes() - 1);
}

TEST_F(MemoryPlanTest, NeverExceedsWhatIsFree) {
  std::size_t refused = 0;
  for (std::size_t free = 3500; free < 10000; ++free) {
    try {
      EXPECT_LE(plan(free, 7).device_bytes(), free);
    } catch (const DeviceError&) {
      refused = free;
    }
  }
  EXPECT_EQ(refused, 3000U + 100 + 900 + 12 - 1);
}

TEST_F(MemoryPlanTest, RefusesWithTheFigures) {
  try {
    plan(4000, 4, 0, 50);
    FAIL() << "accepted";
  } catch (const DeviceError& e) {
    EXPECT_EQ(e.code(), ErrorCode::device_unavailable);
    EXPECT_THAT(e.what(), HasSubstr("needs 4062 bytes"));
    EXPECT_THAT(e.what(), HasSubstr("weights 3000 bytes"));
    EXPECT_THAT(e.what(), HasSubstr("kept back 50 bytes"));
    EXPECT_THAT(e.what(), HasSubstr("has 4000 bytes"));
  }
}

TEST_F(MemoryPlanTest, KeepsTheReserveFree) {
  const auto wanted = plan(20000).device_bytes();
  EXPECT_EQ(plan(wanted + 10, 4, 0, 10).lanes.size(), 2U);
  EXPECT_EQ(plan(wanted + 10, 4, 0, 11).lanes.size(), 1U);
  EXPECT_THROW(plan(100, 4, 0, 1000), DeviceError);
}

TEST_F(MemoryPlanTest, BucketsEndWithTheLargestBatch) {
  EXPECT_THAT(plan(1000000, 1).buckets, ElementsAre(1));
  EXPECT_THAT(plan(1000000, 12).buckets, ElementsAre(1, 2, 4, 8, 12));
  EXPECT_THAT(plan(1000000, 16).buckets, ElementsAre(1, 2, 4, 8, 16));
}

TEST_F(MemoryPlanTest, BucketIsTheSmallestThatHoldsTheTiles) {
  const auto found = plan(1000000, 12);
  for (const auto& [tiles, bucket] :
       std::vector<std::pair<std::size_t, std::size_t>>{{1, 1}, {2, 2}, {3, 4}, {8, 8}, {9, 12}, {12, 12}})
    EXPECT_EQ(found.buckets[found.bucket_of(tiles)], bucket) << tiles;
}

TEST_F(MemoryPlanTest, LanesAreNoMoreThanAskedFor) { EXPECT_EQ(plan(1000000, 4, 1).lanes.size(), 1U); }

TEST_F(MemoryPlanTest, RowsAddUpToThePlan) {
  const auto found = plan(1000000);
  const auto rows = memory_rows(found, networks_);
  std::size_t device = 0;
  std::size_t pinned = 0;
  for (const auto& row : rows) (row.pinned ? pinned : device) += row.bytes;
  EXPECT_EQ(device, found.device_bytes());
  EXPECT_EQ(pinned, found.pinned_bytes());
  EXPECT_EQ(rows[1].purpose, "weights of large");
  EXPECT_EQ(rows[1].bytes, 2000U);
}

TEST(BytesText, HasOneDigitBehindThePoint) {
  EXPECT_EQ(bytes_text(1023), "1023 bytes");
  EXPECT_EQ(bytes_text(3U << 19U), "1.5 MiB");
  EXPECT_EQ(bytes_text(std::size_t{139} << 30U), "139.0 GiB");
}

}  // namespace
}  // namespace skingauge
