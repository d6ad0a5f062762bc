#include "skingauge/multi_label.hpp"

#include "evaluation/metric_samples.hpp"

#include <limits>
#include <random>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;
using Labels = std::vector<std::uint8_t>;
using Scores = std::vector<double>;

// Four samples of three labels; the third is never true.
MultiLabelMetrics by_hand(MultiLabelOptions options = {}) {
  MultiLabelMetrics metrics(3, options);
  metrics.add(Scores{0.9, 0.6, 0.1}, Labels{1, 1, 0});
  metrics.add(Scores{0.8, 0.4, 0.7}, Labels{0, 1, 0});
  metrics.add(Scores{0.7, 0.2, 0.2}, Labels{1, 0, 0});
  metrics.add(Scores{0.1, 0.3, 0.3}, Labels{0, 0, 0});
  return metrics;
}

TEST(MultiLabelMetrics, AveragePrecisionByHand) {
  const auto metrics = by_hand();
  EXPECT_EQ(metrics.count(), 4);
  EXPECT_DOUBLE_EQ(*metrics.average_precision(0), (1.0 / 1 + 2.0 / 3) / 2);
  EXPECT_DOUBLE_EQ(*metrics.average_precision(1), 1);
  EXPECT_FALSE(metrics.average_precision(2));
  EXPECT_DOUBLE_EQ(*metrics.mean_average_precision(), (5.0 / 6 + 1) / 2);
  EXPECT_DOUBLE_EQ(*metrics.constant_mean_average_precision(), 0.5);
}

TEST(MultiLabelMetrics, EqualScoresAreOneThreshold) {
  MultiLabelMetrics metrics(1);
  for (const int truth : {1, 0, 0, 1}) metrics.add(Scores{0.5}, Labels{static_cast<std::uint8_t>(truth)});
  EXPECT_DOUBLE_EQ(*metrics.average_precision(0), 0.5);
}

TEST(MultiLabelMetrics, OverallByHand) {
  const auto f = by_hand().overall();  // correct 2, 1, 0; answered 3, 1, 1; true 2, 2, 0
  EXPECT_DOUBLE_EQ(*f.overall_precision, 3.0 / 5);
  EXPECT_DOUBLE_EQ(*f.overall_recall, 3.0 / 4);
  EXPECT_DOUBLE_EQ(*f.overall_f1, 6.0 / 9);
  EXPECT_DOUBLE_EQ(*f.class_precision, (2.0 / 3 + 1) / 2) << "the label that is never true is left out";
  EXPECT_DOUBLE_EQ(*f.class_recall, (1 + 0.5) / 2);
  EXPECT_DOUBLE_EQ(*f.class_f1, 2 * (5.0 / 6) * 0.75 / (5.0 / 6 + 0.75));
}

TEST(MultiLabelMetrics, TopTakesTheHighestThatReachTheThreshold) {
  const auto f = by_hand({.top = 1}).top();  // label 0 of the first three samples
  EXPECT_DOUBLE_EQ(*f.overall_precision, 2.0 / 3);
  EXPECT_DOUBLE_EQ(*f.overall_recall, 2.0 / 4);
  EXPECT_DOUBLE_EQ(*f.class_precision, (2.0 / 3 + 0) / 2) << "a label never answered has precision 0";
}

TEST(MultiLabelMetrics, TopWithoutThresholdAnswersThatManyAlways) {
  const auto f = by_hand({.top = 1, .top_needs_threshold = false}).top();  // the last sample: 1, a tie with 2
  EXPECT_DOUBLE_EQ(*f.overall_precision, 2.0 / 4);
  EXPECT_DOUBLE_EQ(*f.overall_recall, 2.0 / 4);
}

TEST(MultiLabelMetrics, TopOfAsManyAsThereAreIsOverall) {
  const auto metrics = by_hand({.top = 7});
  EXPECT_EQ(metrics.top().class_f1, metrics.overall().class_f1);
  EXPECT_EQ(metrics.top().overall_precision, metrics.overall().overall_precision);
}

TEST(MultiLabelMetrics, AScoreAtTheThresholdCounts) {
  MultiLabelMetrics metrics(1, {.threshold = 0});
  metrics.add(Scores{0}, Labels{1});
  metrics.add(Scores{-1e-300}, Labels{1});
  EXPECT_DOUBLE_EQ(*metrics.overall().overall_recall, 0.5);
}

TEST(MultiLabelMetrics, NothingAnsweredHasNoOverallPrecision) {
  MultiLabelMetrics metrics(2);
  metrics.add(Scores{0.1, 0.2}, Labels{1, 0});
  const auto f = metrics.overall();
  EXPECT_FALSE(f.overall_precision);
  EXPECT_EQ(f.overall_recall, 0.0);
  EXPECT_EQ(f.overall_f1, 0.0);
  EXPECT_EQ(f.class_precision, 0.0);
  EXPECT_EQ(f.class_f1, 0.0);
}

TEST(MultiLabelMetrics, NoTrueLabelLeavesOnlyOverallPrecision) {
  MultiLabelMetrics metrics(2);
  metrics.add(Scores{0.9, 0.2}, Labels{0, 0});
  const auto f = metrics.overall();
  EXPECT_EQ(f.overall_precision, 0.0);
  EXPECT_EQ(f.overall_f1, 0.0);
  for (const auto& value : {f.overall_recall, f.class_precision, f.class_recall, f.class_f1})
    EXPECT_FALSE(value);
  EXPECT_FALSE(metrics.mean_average_precision());
  EXPECT_FALSE(metrics.constant_mean_average_precision());
}

TEST(MultiLabelMetrics, NothingAddedIsNotDefined) {
  const auto figures = MultiLabelMetrics(5).figures();
  for (const auto& figure : figures) {
    EXPECT_FALSE(figure.value) << figure.name;
    EXPECT_FALSE(figure.best_constant) << figure.name;
  }
  EXPECT_THAT(test::names(figures), ElementsAre("map", "op", "or", "of1", "cp", "cr", "cf1", "op_top3",
                                                "or_top3", "of1_top3", "cp_top3", "cr_top3", "cf1_top3"));
}

// Every set of labels answered for every sample: the best of each figure, by place in figures().
std::vector<std::optional<double>> try_all_sets(const std::vector<Labels>& truths, int labels,
                                                const MultiLabelOptions& options) {
  std::vector<std::optional<double>> best;
  for (unsigned set = 1; set < (1U << labels); ++set) {
    Scores scores;
    for (int label = 0; label < labels; ++label) scores.push_back((set >> label & 1U) != 0 ? 0.9 : 0.1);
    MultiLabelMetrics constant(labels, options);
    for (const auto& truth : truths) constant.add(scores, truth);
    const auto figures = constant.figures();
    best.resize(figures.size());
    for (std::size_t i = 0; i < figures.size(); ++i) best[i] = std::max(best[i], figures[i].value);
  }
  return best;
}

class MultiLabelConstants : public ::testing::TestWithParam<MultiLabelOptions> {};

TEST_P(MultiLabelConstants, AreTheBestOfAllSets) {
  std::mt19937 random(12);
  for (int round = 0; round < 60; ++round) {
    std::vector<Labels> truths(random() % 6, Labels(5));
    for (auto& truth : truths)
      for (auto& label : truth) label = random() % 3 == 0 ? 1 : 0;
    MultiLabelMetrics given(5, GetParam());
    for (const auto& truth : truths) given.add(Scores{1, 0.3, 0.2, 0.1, 0}, truth);
    const auto figures = given.figures();
    const auto tried = try_all_sets(truths, 5, GetParam());
    for (std::size_t i = 0; i < figures.size(); ++i) {
      ASSERT_EQ(figures[i].best_constant.has_value(), tried[i].has_value()) << figures[i].name;
      if (tried[i]) EXPECT_NEAR(*figures[i].best_constant, *tried[i], 1e-12) << figures[i].name;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(MultiLabel, MultiLabelConstants,
                         ::testing::Values(MultiLabelOptions{}, MultiLabelOptions{.top = 1},
                                           MultiLabelOptions{.top = 2, .top_needs_threshold = false},
                                           MultiLabelOptions{.top = 9, .top_needs_threshold = false}),
                         [](const auto& test) {
                           return "top" + std::to_string(test.param.top) +
                                  (test.param.top_needs_threshold ? "_above_threshold" : "_always");
                         });

TEST(MultiLabelMetrics, RefusesBadArgumentsAndAddsNothing) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(MultiLabelMetrics(0), std::invalid_argument);
  EXPECT_THROW(MultiLabelMetrics(2, {.threshold = nan}), std::invalid_argument);
  EXPECT_THROW(MultiLabelMetrics(2, {.top = 0}), std::invalid_argument);
  MultiLabelMetrics metrics(2);
  EXPECT_THROW(metrics.add(Scores{0.5}, Labels{1, 0}), std::invalid_argument);
  EXPECT_THROW(metrics.add(Scores{0.5, 0.5}, Labels{1}), std::invalid_argument);
  EXPECT_THROW(metrics.add(Scores{0.5, nan}, Labels{1, 0}), std::invalid_argument);
  EXPECT_THROW(metrics.add(Scores{0.5, 0.5}, Labels{1, 2}), std::invalid_argument);
  EXPECT_THROW(metrics.merge(MultiLabelMetrics(3)), std::invalid_argument);
  EXPECT_THROW(metrics.merge(MultiLabelMetrics(2, {.threshold = 0})), std::invalid_argument);
  EXPECT_THROW((void)metrics.average_precision(2), std::invalid_argument);
  EXPECT_EQ(metrics.count(), 0);
}

}  // namespace
}  // namespace skingauge
