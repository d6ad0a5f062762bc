#include "runtime/depth_first.hpp"

#include "support/networks.hpp"

#include <gtest/gtest.h>

namespace skingauge {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20U;

// Two layers with large values, then two whose second adds the value between.
Network with_large_start() {
  test::NetworkMaker make(1);
  const auto a = make.convolution(0, 3, 16, 3, 1, true);
  const auto b = make.convolution(a, 16, 16, 3, 1, true);
  const auto c = make.convolution(b, 16, 16, 3, 1, true);
  make.convolution(c, 16, 16, 3, 1, true, b);
  return std::move(make.network);
}

TEST(DepthFirst, LargeFirstLayersTakeFewerPicturesAtATime) {
  const auto found = depth_first(with_large_start(), {kMiB / 4, 2 * kMiB, kMiB / 4, kMiB / 4, kMiB / 4}, 8);
  EXPECT_EQ(found.layers, 2U);
  EXPECT_EQ(found.together, 2);
}

TEST(DepthFirst, NothingIsCutWhereAWholeBatchStaysNear) {
  const std::vector<std::size_t> bytes{kMiB / 4, 2 * kMiB, kMiB / 4, kMiB / 4, kMiB / 4};
  EXPECT_EQ(depth_first(with_large_start(), bytes, 2).layers, 0U);
  EXPECT_EQ(depth_first(with_large_start(), bytes, 1).layers, 0U);
}

TEST(DepthFirst, NothingIsCutWhereLaterLayersReadMoreThanOneValue) {
  const std::vector<std::size_t> bytes{kMiB / 4, kMiB / 4, 2 * kMiB, kMiB / 4, kMiB / 4};
  auto network = with_large_start();
  network.layers.back().residual.reset();
  EXPECT_EQ(depth_first(network, bytes, 4).layers, 3U);
  network.layers.back().residual = 1;
  EXPECT_EQ(depth_first(network, bytes, 4).layers, 0U);
}

TEST(DepthFirst, PicturesTogetherDivideTheBatch) {
  const auto found = depth_first(with_large_start(), {kMiB, 4 * kMiB, kMiB / 8, kMiB / 8, kMiB / 8}, 6);
  EXPECT_EQ(found.layers, 2U);
  EXPECT_EQ(found.together, 1);
}

}  // namespace
}  // namespace skingauge
