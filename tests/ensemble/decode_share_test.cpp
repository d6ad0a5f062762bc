#include "ensemble/decode_share.hpp"

#include <gtest/gtest.h>

namespace skingauge {
namespace {

TEST(DecodeShareTest, CountsAllAsEquallyFastBeforeTheirSpeedsAreKnown) {
  DecodeShare share(2, 2);
  EXPECT_EQ(share.of(12, 100, true), 3U);
  share.decoder_took(4, 1.0);
  EXPECT_EQ(share.of(12, 100, true), 3U);
}

TEST(DecodeShareTest, FollowsTheSpeedsMeasured) {
  DecodeShare fast(2, 1);
  fast.worker_took(0.1);
  fast.decoder_took(4, 0.04);  // ten times as fast as one worker
  EXPECT_EQ(fast.of(12, 100, true), 10U);
  DecodeShare slow(8, 2);
  slow.worker_took(0.02);
  slow.decoder_took(1, 0.04);  // half as fast
  EXPECT_EQ(slow.of(36, 100, true), 2U);
}

TEST(DecodeShareTest, TakesNoMoreThanABatch) {
  DecodeShare share(1, 1);
  EXPECT_EQ(share.of(1000, 16, true), 16U);
}

TEST(DecodeShareTest, LeavesAPhotographToAnIdleWorkerAndTakesItFromBusyOnes) {
  DecodeShare share(4, 1);
  EXPECT_EQ(share.of(0, 16, false), 0U);
  for (const std::size_t waiting : {1U, 4U}) {
    EXPECT_EQ(share.of(waiting, 16, true), 0U);
    EXPECT_EQ(share.of(waiting, 16, false), 1U);
  }
  EXPECT_EQ(share.of(5, 16, true), 1U);
}

TEST(DecodeShareTest, ForgetsOldSpeeds) {
  DecodeShare share(1, 1);
  share.worker_took(1);
  share.decoder_took(1, 1);
  for (int i = 0; i < 100; ++i) share.decoder_took(1, 9);
  EXPECT_EQ(share.of(100, 100, true), 10U);
}

TEST(DecodeShareTest, TakesATimeOfZeroForAShortOne) {
  DecodeShare share(1, 1);
  share.worker_took(0);
  share.decoder_took(1, 0);
  EXPECT_EQ(share.of(10, 100, true), 5U);
}

}  // namespace
}  // namespace skingauge
