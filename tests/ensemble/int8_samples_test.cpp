#include "ensemble/int8_samples.hpp"

#include "skingauge/error.hpp"
#include "skingauge/machine.hpp"

#include "support/networks.hpp"

#include <stdexcept>
#include <utility>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::HasSubstr;

constexpr int kSize = 32;

std::shared_ptr<Int8Sample> sample_of(const std::string& id, Network network) {
  Int8Sample sample{{}, std::move(network), {}, 2};
  sample.model.id = id;
  sample.model.sha256 = id;
  sample.tiles.resize(sample.count * kSize * kSize * 3);
  for (std::size_t i = 0; i < sample.tiles.size(); ++i)
    sample.tiles[i] = static_cast<std::uint8_t>(i * 2654435761U >> 24U);
  return std::make_shared<Int8Sample>(std::move(sample));
}

Preprocess tiles_of_32() {
  Preprocess preprocess;
  preprocess.size = kSize;
  return preprocess;
}

// As a module of a convolution, a flatten and a linear layer is lowered: no mean before the linear layer.
Network headless() {
  test::NetworkMaker maker(1);
  const auto values = maker.convolution(0, 3, 4, 3, 2, true);
  maker.linear(values, 4 * 16 * 16, 5);
  return std::move(maker.network);
}

class Int8Samples : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!cpu_has("avx512_vnni") && !cpu_has("avx_vnni")) GTEST_SKIP() << "this CPU has no 8-bit dot products";
  }
};

TEST_F(Int8Samples, RangesAreInTheOrderOfTheSamples) {
  std::vector<std::shared_ptr<Int8Sample>> samples;
  for (const auto* id : {"a", "b", "c"}) samples.push_back(sample_of(id, test::small_resnet(5)));
  const auto ranges = ranges_of(samples, tiles_of_32(), {});
  ASSERT_EQ(ranges.size(), 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(ranges[i].sha256, samples[i]->model.sha256);
}

TEST_F(Int8Samples, NetworkThatInt8CannotRunIsAModelErrorThatNamesIt) {
  const std::vector samples{sample_of("grade/chin", test::small_resnet(5)),
                            sample_of("grade/lips", headless())};
  try {
    ranges_of(samples, tiles_of_32(), {});
    FAIL() << "expected a ModelError";
  } catch (const ModelError& e) {
    EXPECT_EQ(e.code(), ErrorCode::model_format);
    EXPECT_THAT(e.what(), HasSubstr("grade/lips"));
  }
}

TEST_F(Int8Samples, ExceptionOfTheCallersProgressReachesTheCaller) {
  std::vector<std::shared_ptr<Int8Sample>> samples;
  for (int i = 0; i < 4; ++i) samples.push_back(sample_of("m", test::small_resnet(5)));
  for (const std::size_t at : {1U, 4U}) {
    Int8CalibrationOptions options;
    options.progress = [&](std::size_t done, std::size_t /*all*/) {
      if (done == at) throw std::runtime_error("the caller has gone");
    };
    EXPECT_THROW(ranges_of(samples, tiles_of_32(), options), std::runtime_error) << at;
  }
}

}  // namespace
}  // namespace skingauge
