#include "skingauge/grade_metrics.hpp"

#include "evaluation/metric_samples.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <random>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::names;
using test::random_truths;
using ::testing::ElementsAre;

TEST(TopKAccuracy, RankCountsHigherScoresAndLowerGradesWithTheSame) {
  constexpr std::array scores{0.2F, 0.5F, 0.2F, 0.1F};
  EXPECT_EQ(TopKAccuracy::rank_of(scores, 1), 0);
  EXPECT_EQ(TopKAccuracy::rank_of(scores, 0), 1);
  EXPECT_EQ(TopKAccuracy::rank_of(scores, 2), 2) << "a tie goes to the lower grade";
  EXPECT_EQ(TopKAccuracy::rank_of(scores, 3), 3);
}

TEST(TopKAccuracy, CountsByHand) {
  TopKAccuracy accuracy(4);
  accuracy.add(std::array{4.0F, 3.0F, 2.0F, 1.0F}, 0);
  accuracy.add(std::array{4.0F, 3.0F, 2.0F, 1.0F}, 2);
  accuracy.add(std::array{4.0F, 3.0F, 2.0F, 1.0F}, 3);
  accuracy.add(std::array{1.0F, 1.0F, 1.0F, 1.0F}, 1);
  EXPECT_EQ(accuracy.count(), 4);
  EXPECT_DOUBLE_EQ(*accuracy.value(1), 0.25);
  EXPECT_DOUBLE_EQ(*accuracy.value(2), 0.5);
  EXPECT_DOUBLE_EQ(*accuracy.value(3), 0.75);
  EXPECT_DOUBLE_EQ(*accuracy.value(4), 1);
  EXPECT_DOUBLE_EQ(*accuracy.value(99), 1);
  EXPECT_DOUBLE_EQ(*accuracy.best_constant(3), 0.75);
  EXPECT_THAT(names(accuracy.figures()), ElementsAre("top1", "top2", "top3"));
}

TEST(TopKAccuracy, NothingAddedIsNotDefined) {
  const TopKAccuracy accuracy(3);
  for (const auto& figure : accuracy.figures()) {
    EXPECT_FALSE(figure.value) << figure.name;
    EXPECT_FALSE(figure.best_constant) << figure.name;
  }
}

TEST(TopKAccuracy, RanksCanBeAddedManyAtOnce) {
  TopKAccuracy accuracy(5);
  accuracy.add_rank(2, 4, 3);
  accuracy.add_rank(0, 1, 0);
  EXPECT_EQ(accuracy.count(), 3);
  EXPECT_DOUBLE_EQ(*accuracy.value(2), 0);
  EXPECT_DOUBLE_EQ(*accuracy.value(3), 1);
}

TEST(TopKAccuracy, MergingAnotherWidthKeepsBothsGrades) {
  TopKAccuracy narrow(2);
  narrow.add_rank(1, 1);
  TopKAccuracy wide(6);
  wide.add_rank(4, 5);
  for (auto [first, second] : {std::pair{narrow, wide}, std::pair{wide, narrow}}) {
    first.merge(second);
    EXPECT_EQ(first.count(), 2);
    EXPECT_DOUBLE_EQ(*first.value(2), 0.5);
    EXPECT_DOUBLE_EQ(*first.best_constant(1), 0.5);
  }
}

TEST(TopKAccuracy, BestConstantIsTheBestOfAllOrders) {
  std::mt19937 random(11);
  for (int round = 0; round < 100; ++round) {
    const auto truths = random_truths(random, 5);
    TopKAccuracy accuracy(5);
    for (const int truth : truths) accuracy.add_rank(0, truth);
    for (const int k : {1, 2, 3}) {
      std::array order{0, 1, 2, 3, 4};
      std::optional<double> best;
      do {
        TopKAccuracy constant(5);
        for (const int truth : truths) constant.add_rank(order[static_cast<std::size_t>(truth)], truth);
        best = std::max(best, constant.value(k));
      } while (std::next_permutation(order.begin(), order.end()));
      EXPECT_EQ(accuracy.best_constant(k), best) << "round " << round << ", k " << k;
    }
  }
}

TEST(TopKAccuracy, RefusesBadArguments) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(TopKAccuracy(0), std::invalid_argument);
  TopKAccuracy accuracy(3);
  EXPECT_THROW(accuracy.add(std::array{1.0F, 2.0F}, 0), std::invalid_argument);
  EXPECT_THROW(accuracy.add(std::array{1.0F, 2.0F, 3.0F}, 3), std::invalid_argument);
  EXPECT_THROW(accuracy.add(std::array{1.0F, 2.0F, 3.0F}, -1), std::invalid_argument);
  EXPECT_THROW(accuracy.add(std::array{1.0F, nan, 3.0F}, 0), std::invalid_argument);
  EXPECT_THROW(accuracy.add_rank(3, 0), std::invalid_argument);
  EXPECT_THROW(accuracy.add_rank(-1, 0), std::invalid_argument);
  EXPECT_THROW(accuracy.add_rank(0, 0, -1), std::invalid_argument);
  EXPECT_THROW((void)accuracy.value(0), std::invalid_argument);
  EXPECT_THROW((void)accuracy.best_constant(0), std::invalid_argument);
  EXPECT_EQ(accuracy.count(), 0) << "a refused sample leaves nothing behind";
}

TEST(TopKAccuracy, AnErrorNamesFoundAndExpected) {
  try {
    TopKAccuracy(3).add_rank(7, 0);
    FAIL() << "accepted";
  } catch (const std::invalid_argument& e) {
    EXPECT_STREQ(e.what(), "rank: found 7, expected 0..2");
  }
}

}  // namespace
}  // namespace skingauge
