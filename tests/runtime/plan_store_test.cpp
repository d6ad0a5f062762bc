#include "runtime/plan_store.hpp"

#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <gtest/gtest.h>

namespace skingauge {
namespace {

std::vector<std::byte> bytes(std::initializer_list<int> values) {
  std::vector<std::byte> made;
  for (const int value : values) made.push_back(static_cast<std::byte>(value));
  return made;
}

class PlanStoreTest : public ::testing::Test {
 protected:
  [[nodiscard]] PlanStore store(const std::string& cudnn = "9.19.0",
                                Precision precision = Precision::fp16) const {
    return PlanStore(folder_.path(), gpu_, cudnn, precision);
  }
  void keep(const std::string& name, const StoredPlan& plan) const {
    auto kept = store();
    kept.put(name, plan);
    kept.keep();
  }

  test::TemporaryFolder folder_;
  GpuDescription gpu_ = gpu_description("h200");
};

TEST_F(PlanStoreTest, GivesBackWhatWasKept) {
  keep("a", {"eng1", bytes({0, 1, 255}), 12.5, 0});
  const auto again = store();
  const auto* plan = again.find("a");
  ASSERT_NE(plan, nullptr);
  EXPECT_EQ(plan->engine, "eng1");
  EXPECT_EQ(plan->bytes, bytes({0, 1, 255}));
  EXPECT_EQ(plan->microseconds, 12.5);
  EXPECT_EQ(again.find("b"), nullptr);
}

TEST_F(PlanStoreTest, AddsToWhatIsThere) {
  keep("a", {"eng1", bytes({1}), {}, 0});
  keep("b", {"eng2", bytes({2}), {}, 0});
  EXPECT_EQ(store().size(), 2U);
}

TEST_F(PlanStoreTest, HasNothingForAnotherVersionGpuOrPrecision) {
  keep("a", {"eng1", bytes({1}), {}, 0});
  EXPECT_EQ(store("9.20.0").find("a"), nullptr);
  EXPECT_EQ(store("9.19.0", Precision::bf16).find("a"), nullptr);
  gpu_.multiprocessors = 114;
  EXPECT_EQ(store().find("a"), nullptr);
}

TEST_F(PlanStoreTest, UsesPlansWithTheDriverTheyWereMadeForAlone) {
  keep("measured", {"eng1", bytes({1}), 3.0, 0});
  keep("offered", {"eng2", bytes({2}), {}, 0});
  EXPECT_NE(store().find("offered"), nullptr);
  gpu_.driver += 10;
  EXPECT_EQ(store().find("measured"), nullptr);
  EXPECT_EQ(store().find("offered"), nullptr);
}

TEST_F(PlanStoreTest, TakesADamagedFileForNone) {
  keep("a", {"eng1", bytes({0x12, 0x34}), {}, 0});
  const auto file = store().file();
  const auto text = test::read_bytes(file);
  auto flipped = text;
  flipped.replace(flipped.find("1234"), 4, "1235");
  for (const auto& damaged : {flipped, text.substr(0, text.size() / 2), std::string("{}"), std::string()}) {
    test::write_bytes(file, damaged);
    EXPECT_EQ(store().size(), 0U);
  }
}

TEST_F(PlanStoreTest, WithoutAFolderKeepsNothing) {
  PlanStore none({}, gpu_, "9.19.0", Precision::fp16);
  none.put("a", {"eng1", bytes({1}), {}, 0});
  none.keep();
  EXPECT_NE(none.find("a"), nullptr);
  EXPECT_TRUE(none.file().empty());
}

}  // namespace
}  // namespace skingauge
