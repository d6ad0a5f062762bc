#include "runtime/fused_device_network.hpp"

#include "runtime/device_runner.hpp"
#include "runtime/device_weights.hpp"
#include "runtime/number_bits.hpp"
#include "support/network_on_fake_device.hpp"
#include "support/networks.hpp"

#include <algorithm>
#include <cstring>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

using test::kSize;
using test::noise;
using test::OnFakeDevice;
using test::plain_answers;

void expect_near(const std::vector<float>& found, const std::vector<float>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-4F) << i;
}

TEST(FusedDeviceNetwork, AnswersWhatPlainLoopsAnswerWhateverTheBatch) {
  const auto network = test::small_resnet(5);
  for (const std::size_t count : {1U, 2U, 3U, 5U, 8U}) {
    OnFakeDevice on_device(network);
    const auto tiles = noise(count);
    expect_near(on_device.run(tiles), plain_answers(network, tiles));
    on_device.network_.reset();
    EXPECT_TRUE(on_device.device_.complaints().empty()) << on_device.device_.complaints().front();
  }
}

TEST(FusedDeviceNetwork, AnswersTheSameWhereNothingOrSomeIsTakenFused) {
  const auto network = test::small_resnet(5);
  const auto tiles = noise(3);
  const auto expected = plain_answers(network, tiles);
  OnFakeDevice none(network, [](const ConvolutionCase&) { return false; });
  expect_near(none.run(tiles), expected);
  EXPECT_GT(none.network_->bare_convolutions(4), 5U);
  OnFakeDevice some(network, [](const ConvolutionCase& c) { return !c.residual; });
  expect_near(some.run(tiles), expected);
  EXPECT_EQ(some.network_->bare_convolutions(4), 2U);
}

TEST(FusedDeviceNetwork, LinearLayersFollowOneAnotherWithReluBetween) {
  test::NetworkMaker make(4);
  const auto mean = make.mean(make.convolution(0, 3, 16, 3, 2, true), 16);
  make.linear(make.linear(mean, 16, 24, true), 24, 5);
  OnFakeDevice on_device(make.network);
  const auto tiles = noise(3);
  expect_near(on_device.run(tiles), plain_answers(make.network, tiles));
}

TEST(FusedDeviceNetwork, SharesScratchMemoryBetweenValuesThatAreNeverNeededTogether) {
  test::NetworkMaker make(1);
  std::size_t value = 0;
  for (int i = 0; i < 6; ++i) value = make.convolution(value, i == 0 ? 3 : 16, 16, 3, 1, true);
  make.linear(make.mean(value, 16), 16, 2);
  const OnFakeDevice on_device(make.network);
  constexpr std::size_t kValue = std::size_t{16} * kSize * kSize * sizeof(float);
  for (const std::size_t tiles : {1U, 4U}) {
    EXPECT_GE(on_device.network_->scratch_bytes(tiles), 2 * tiles * kValue);
    EXPECT_LT(on_device.network_->scratch_bytes(tiles), 3 * tiles * kValue);
  }
}

TEST(FusedDeviceNetwork, ServesTwoRunnersOneAfterTheOther) {
  const auto network = test::small_resnet(5);
  OnFakeDevice on_device(network);
  const auto tiles = noise(2);
  {
    DeviceRunner first(on_device.device_, {{"some", on_device.network_.get()}}, {.largest_batch = 4});
    expect_near(on_device.run(tiles), plain_answers(network, tiles));  // by a second one
    const PinnedMemory pixels(on_device.device_, tiles.size());
    std::memcpy(pixels.get(), tiles.data(), tiles.size());
    first.start(0, {reinterpret_cast<const std::uint8_t*>(pixels.get()), tiles.size()}, 2, 1);
    first.wait();
    first.finish([](const FinishedBatch&) {});
  }
  on_device.network_.reset();
  EXPECT_TRUE(on_device.device_.complaints().empty()) << on_device.device_.complaints().front();
}

TEST(FusedDeviceNetwork, SaysByHowMuchItsKnownAnswerDiffers) {
  const auto network = test::small_resnet(5);
  const OnFakeDevice on_device(network);
  auto answer = plain_answers(network, noise(1));
  EXPECT_EQ(on_device.network_->difference(answer), "");
  answer[2] += 1;
  EXPECT_NE(on_device.network_->difference(answer).find("differs"), std::string::npos);
}

// ---- What is prepared
// --------------------------------------------------------------------------------------

Network pool_of(int channels) {
  test::NetworkMaker make(1);
  const auto pooled = make.max_pool(make.convolution(0, 3, channels, 3, 1, true), channels);
  make.linear(make.mean(pooled, channels), channels, 2);
  return std::move(make.network);
}

void expect_no_form(const Network& network, Precision precision, const std::string& why) {
  try {
    prepare_for_device(network, precision, std::vector<float>(2));
    ADD_FAILURE() << "prepared, expected: " << why;
  } catch (const std::invalid_argument& e) {
    EXPECT_NE(std::string(e.what()).find(why), std::string::npos) << e.what();
  }
}

TEST(PreparedForDevice, RefusesNetworksThatHaveNoForm) {
  test::NetworkMaker open_end(1);
  open_end.convolution(0, 3, 8, 3, 1, true);
  expect_no_form(open_end.network, Precision::fp32, "neither mean nor linear");

  test::NetworkMaker after_mean(1);
  const auto mean = after_mean.mean(after_mean.convolution(0, 3, 8, 3, 1, true), 8);
  after_mean.linear(after_mean.mean(after_mean.convolution(mean, 8, 8, 1, 1, true), 8), 8, 2);
  expect_no_form(after_mean.network, Precision::fp32, "reads what is averaged");

  expect_no_form(pool_of(12), Precision::fp16, "16 bytes");
  EXPECT_NO_THROW(prepare_for_device(pool_of(12), Precision::fp32, std::vector<float>(2)));
}

TEST(PreparedForDevice, HoldsWeightsChannelsLastInThePrecisionsNumbers) {
  const auto network = pool_of(8);
  for (const auto precision : {Precision::fp32, Precision::tf32, Precision::fp16, Precision::bf16}) {
    const auto prepared = prepare_for_device(network, precision, std::vector<float>(2));
    EXPECT_NO_THROW(check_device_arrays(prepared, precision));
    const auto each = number_bytes(precision);
    const auto channels = static_cast<std::size_t>(padded_input_channels(network, precision));
    const auto& first = prepared.arrays[0].bytes;
    ASSERT_EQ(first.size(), 8U * 9U * channels * each);
    // out 5, in 2, row 1, column 0
    const float exact = network.layers[0].weights[((5 * 3 + 2) * 3 + 1) * 3];
    const auto* at = first.data() + ((5 * 9 + 3) * channels + 2) * each;
    if (each == 4) {
      float found = 0;
      std::memcpy(&found, at, each);
      EXPECT_EQ(found, exact);
    } else if (precision == Precision::fp16) {
      std::uint16_t bits = 0;
      std::memcpy(&bits, at, each);
      EXPECT_EQ(bits, half_bits(exact));
    }
    EXPECT_TRUE(
        std::all_of(at + each, at + each * (channels - 2), [](std::byte b) { return b == std::byte{0}; }));
  }
}

TEST(PreparedForDevice, IsNotTakenInAnotherPrecisionOrWithArraysMissing) {
  auto prepared = prepare_for_device(pool_of(8), Precision::fp16, std::vector<float>(2));
  EXPECT_THROW(check_device_arrays(prepared, Precision::fp32), std::invalid_argument);
  prepared.arrays.pop_back();
  EXPECT_THROW(check_device_arrays(prepared, Precision::fp16), std::invalid_argument);
}

}  // namespace
}  // namespace skingauge
