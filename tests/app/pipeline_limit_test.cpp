#include "app/pipeline_limit.hpp"

#include <gtest/gtest.h>

namespace skingauge::app {
namespace {

TEST(SharedCoresLimit, DividesTheCoresByWhatAPhotographCosts) {
  EXPECT_DOUBLE_EQ(shared_cores_limit(2, 0.02, 0.18), 10);
  EXPECT_DOUBLE_EQ(shared_cores_limit(1, 0.5, 0.0), 2);
}

TEST(OwnDeviceLimit, IsThatOfTheSlowerPart) {
  EXPECT_DOUBLE_EQ(own_device_limit(800, 1000), 800);
  EXPECT_DOUBLE_EQ(own_device_limit(800, 600), 600);
}

}  // namespace
}  // namespace skingauge::app
