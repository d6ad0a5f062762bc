#include "runtime/device_network_engine.hpp"

#include "skingauge/error.hpp"

#include "support/fake_device.hpp"
#include "support/fake_network.hpp"

#include <new>
#include <random>
#include <thread>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::FakeDevice;
using test::FakeNetwork;
using ::testing::IsEmpty;

constexpr std::size_t kTile = 12;
constexpr std::size_t kWidth = 3;

class DeviceNetworkEngineTest : public testing::Test {
 protected:
  DeviceNetworkEngineTest() {
    auto network = std::make_unique<FakeNetwork>(kTile, kWidth, 5);
    network_ = network.get();
    engine_ = std::make_unique<DeviceNetworkEngine>(device_, std::move(network), "model");
  }
  void TearDown() override {
    engine_.reset();
    EXPECT_THAT(device_->complaints(), IsEmpty());
  }
  // Runs `count` random tiles and compares with the network's definition.
  void expect_right(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> tiles(count * kTile);
    for (auto& p : tiles) p = static_cast<std::uint8_t>(random());
    std::vector<float> outputs(count * kWidth);
    engine_->run(tiles, count, outputs);
    for (std::size_t t = 0; t < count; ++t) {
      const auto found = std::span(outputs).subspan(t * kWidth, kWidth);
      const std::vector<float> answer(found.begin(), found.end());
      EXPECT_EQ(answer, network_->answer(std::span(tiles).subspan(t * kTile, kTile)));
    }
  }

  std::shared_ptr<FakeDevice> device_ = std::make_shared<FakeDevice>();
  FakeNetwork* network_{nullptr};
  std::unique_ptr<DeviceNetworkEngine> engine_;
};

TEST_F(DeviceNetworkEngineTest, TouchesNoDeviceBeforeItsFirstRun) {
  EXPECT_EQ(device_->used(test::MemoryPlace::device), 0U);
  EXPECT_EQ(engine_->on_device(), engine_.get());
}

TEST_F(DeviceNetworkEngineTest, AnswersAnyNumberOfTiles) {
  for (const std::size_t count : {1, 3, 128, 300}) expect_right(count, static_cast<unsigned>(count));
}

TEST_F(DeviceNetworkEngineTest, TakesCallsOfManyThreads) {
  std::vector<std::jthread> callers;
  for (unsigned t = 0; t < 4; ++t) {
    callers.emplace_back([&, t] {
      for (unsigned i = 0; i < 5; ++i) expect_right(1 + t + i, 10 * t + i);
    });
  }
}

TEST_F(DeviceNetworkEngineTest, ShortMemoryOfABatchMakesItSmaller) {
  expect_right(1, 0);
  for (std::size_t n = 1; n <= 3; ++n) {
    device_->fail_at(n, FakeDevice::Failure::memory);
    expect_right(8, static_cast<unsigned>(n));
    EXPECT_TRUE(device_->has_failed());
  }
}

TEST_F(DeviceNetworkEngineTest, ShortMemoryOfASingleTileIsThrown) {
  expect_right(1, 0);
  device_->fail_from(1, FakeDevice::Failure::memory);
  EXPECT_THROW(expect_right(4, 1), std::bad_alloc);
}

TEST_F(DeviceNetworkEngineTest, WrongKnownAnswerIsAnErrorOfTheModel) {
  network_->make_wrong();
  EXPECT_THROW(expect_right(1, 0), ModelError);
}

TEST_F(DeviceNetworkEngineTest, LostDeviceStaysLost) {
  expect_right(1, 0);
  device_->fail_at(1, FakeDevice::Failure::lost);
  EXPECT_THROW(expect_right(2, 1), DeviceError);
  EXPECT_THROW(expect_right(2, 1), DeviceError);
}

}  // namespace
}  // namespace skingauge
