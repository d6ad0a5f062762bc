#include "app/pipeline_limit.hpp"

#include <stdexcept>

#include <gmock/gmock.h>

namespace skingauge::app {
namespace {

using ::testing::DoubleEq;
using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::ElementsAre;

// A machine that takes `slower` times as long for everything.
PartsAlone parts(double slower) { return {0.02 * slower, 0.18 * slower, 100 / slower, 12 / slower}; }

TEST(SharedCoresLimit, DividesTheCoresByWhatAPhotographCosts) {
  EXPECT_DOUBLE_EQ(shared_cores_limit(2, 0.02, 0.18), 10);
  EXPECT_DOUBLE_EQ(shared_cores_limit(1, 0.5, 0.0), 2);
}

TEST(OwnDeviceLimit, IsThatOfTheSlowerPart) {
  EXPECT_DOUBLE_EQ(own_device_limit(800, 1000), 800);
  EXPECT_DOUBLE_EQ(own_device_limit(800, 600), 600);
}

TEST(LimitsBetween, AreThoseOfTheMeanOfThePartsBeforeAndAfter) {
  const std::vector<PartsAlone> measured{parts(1), parts(3), parts(1)};
  EXPECT_THAT(limits_between(measured, 2, NetworksOn::shared_cores), ElementsAre(DoubleEq(5), DoubleEq(5)));
}

TEST(LimitsBetween, OfADeviceOfItsOwnAreThoseOfTheSlowerPart) {
  const std::vector<PartsAlone> measured{parts(1), parts(1)};
  EXPECT_THAT(limits_between(measured, 2, NetworksOn::own_device), ElementsAre(DoubleEq(12)));
}

TEST(LimitsBetween, NeedPartsOnBothSides) {
  EXPECT_THROW(limits_between(std::vector{parts(1)}, 2, NetworksOn::shared_cores), std::invalid_argument);
}

// Nine tenths of the limit in truth; each measurement takes the machine a step further.
TEST(SharesOfLimits, AreRightOnAMachineThatGetsSlowerEvenly) {
  std::vector<PartsAlone> measured;
  std::vector<double> whole;
  for (int round = 0; round <= 5; ++round) {
    const double slower = 1 + 0.1 * round;
    measured.push_back(parts(slower));
    if (round < 5) whole.push_back(0.9 * 10 / (slower + 0.05));
  }
  EXPECT_THAT(shares_of_limits(whole, limits_between(measured, 2, NetworksOn::shared_cores)),
              Each(DoubleNear(0.9, 1e-12)));
}

TEST(SharesOfLimits, ShowADisturbedRoundWithoutMovingTheOthers) {
  const std::vector<PartsAlone> measured(4, parts(1));
  const auto limits = limits_between(measured, 2, NetworksOn::shared_cores);
  EXPECT_THAT(shares_of_limits(std::vector{9.0, 4.5, 9.0}, limits),
              ElementsAre(DoubleEq(0.9), DoubleEq(0.45), DoubleEq(0.9)));
}

TEST(SharesOfLimits, NeedALimitARound) {
  EXPECT_THROW(shares_of_limits(std::vector{9.0, 9.0}, std::vector{10.0}), std::invalid_argument);
}

TEST(WhyAboveLimit, IsSaidWhereTheMedianIsAboveIt) {
  EXPECT_EQ(why_above_limit({0.9, 1.0, 1.2}), "");
  EXPECT_THAT(why_above_limit({0.9, 1.1, 1.2}), testing::HasSubstr("within what the rounds lie apart"));
  EXPECT_THAT(why_above_limit({1.05, 1.1, 1.2}), testing::HasSubstr("in every round"));
}

}  // namespace
}  // namespace skingauge::app
