#include "runtime/prepared_network.hpp"

#include "skingauge/machine.hpp"

#include "runtime/dnnl_network.hpp"
#include "support/files.hpp"
#include "support/networks.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::HasSubstr;

constexpr int kSize = 32;
constexpr std::size_t kCount = 11;  // all groups of tiles: 8, 2, 1

class PreparedNetworkTest : public ::testing::TestWithParam<Precision> {
 protected:
  void SetUp() override {
    if (GetParam() == Precision::int8 && !cpu_has("avx512_vnni") && !cpu_has("avx_vnni"))
      GTEST_SKIP() << "this CPU has no 8-bit dot products";
    if (GetParam() == Precision::bf16 && !dnnl_has_bf16()) GTEST_SKIP() << "this CPU has no AVX-512";
  }

  static std::vector<float> run(const DnnlNetwork& network) {
    std::vector<std::uint8_t> tiles(kCount * kSize * kSize * 3);
    for (std::size_t i = 0; i < tiles.size(); ++i) tiles[i] = static_cast<std::uint8_t>(i * i % 251);
    std::vector<float> outputs(kCount * 5);
    network.run(tiles, kCount, outputs);
    return outputs;
  }

  // Answers, having written the file.
  std::vector<float> run_and_write(const std::string& key) {
    const auto network = test::small_resnet(5);
    const ValueRanges ranges(network.layers.size() + 1, 40.0F);
    PreparedNetwork packed;
    const DnnlNetwork made(network, kSize, {}, GetParam(), ranges, &packed);
    write_prepared(file_, key, packed);
    return run(made);
  }

  std::string reason(const std::string& key) {
    std::string why;
    EXPECT_FALSE(read_prepared(file_, key, why));
    return why;
  }

  test::TemporaryFolder folder_;
  std::filesystem::path file_{folder_.path() / "a.prepared"};
};

TEST_P(PreparedNetworkTest, AnswersBitForBitAsBeforeItWasWritten) {
  const auto expected = run_and_write("key");
  std::string why;
  auto prepared = read_prepared(file_, "key", why);
  ASSERT_TRUE(prepared) << why;
  const DnnlNetwork again(*prepared, kSize, {}, GetParam());
  prepared.reset();  // the engine alone keeps the file mapped
  EXPECT_EQ(run(again), expected);
}

INSTANTIATE_TEST_SUITE_P(Precisions, PreparedNetworkTest,
                         ::testing::Values(Precision::fp32, Precision::bf16, Precision::int8));

class PreparedFileTest : public PreparedNetworkTest {};

TEST_P(PreparedFileTest, EveryDamageIsNoticed) {
  run_and_write("key");
  const auto good = test::read_bytes(file_);
  EXPECT_THAT(reason("another key"), HasSubstr("something else"));
  for (std::size_t kept :
       {std::size_t{0}, std::size_t{10}, std::size_t{200}, good.size() / 2, good.size() - 1}) {
    test::write_bytes(file_, good.substr(0, kept));
    EXPECT_NE(reason("key"), "") << kept << " bytes";
  }
  auto flipped = good;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);  // of the last array
  test::write_bytes(file_, flipped);
  EXPECT_THAT(reason("key"), HasSubstr("damaged"));
  std::filesystem::remove(file_);
  EXPECT_THAT(reason("key"), HasSubstr("none"));
}

TEST_P(PreparedFileTest, NothingButItselfIsLeftBeside) {
  run_and_write("key");
  const auto files = std::filesystem::directory_iterator(folder_.path());
  EXPECT_EQ(std::distance(begin(files), end(files)), 1);
}

INSTANTIATE_TEST_SUITE_P(Float, PreparedFileTest, ::testing::Values(Precision::fp32));

}  // namespace
}  // namespace skingauge
