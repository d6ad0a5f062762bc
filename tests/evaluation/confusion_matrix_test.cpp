#include "skingauge/grade_metrics.hpp"

#include "evaluation/metric_samples.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::names;
using test::random_truths;
using ::testing::ElementsAre;

ConfusionMatrix matrix_of(int classes, const std::vector<std::pair<int, int>>& truths_and_answers) {
  ConfusionMatrix matrix(classes);
  for (const auto& [truth, answer] : truths_and_answers) matrix.add(truth, answer);
  return matrix;
}

TEST(ConfusionMatrix, CountsByHand) {
  const auto matrix = matrix_of(4, {{0, 0}, {0, 1}, {1, 1}, {2, 0}, {3, 3}, {3, 0}});
  EXPECT_DOUBLE_EQ(matrix.count(), 6);
  EXPECT_DOUBLE_EQ(matrix.at(3, 0), 1);
  EXPECT_THAT(matrix.truths(), ElementsAre(2, 1, 1, 2));
  EXPECT_THAT(matrix.answers(), ElementsAre(3, 2, 0, 1));
  EXPECT_DOUBLE_EQ(*matrix.within(0), 3.0 / 6);
  EXPECT_DOUBLE_EQ(*matrix.within(1), 4.0 / 6);
  EXPECT_DOUBLE_EQ(*matrix.within(2), 5.0 / 6);
  EXPECT_DOUBLE_EQ(*matrix.within(3), 1);
  EXPECT_DOUBLE_EQ(*matrix.balanced_accuracy(), (0.5 + 1 + 0 + 0.5) / 4);
  EXPECT_DOUBLE_EQ(*matrix.macro_f1(), (2.0 / 5 + 2.0 / 3 + 0 + 2.0 / 3) / 4);
  EXPECT_EQ(matrix.weighted_average_recall(), matrix.within(0));
  EXPECT_DOUBLE_EQ(*matrix.weighted_kappa(), 1 - 14.0 / 19);
  EXPECT_DOUBLE_EQ(*matrix.pearson(), 2.5 / std::sqrt(9.5 * 41 / 6));
  EXPECT_DOUBLE_EQ(*matrix.spearman(),
                   1.75 / std::sqrt(16.5 * 15));  // ranks 1.5 1.5 3 4 5.5 5.5, 2 4.5 4.5 2 6 2
}

TEST(ConfusionMatrix, FiguresStandInTheOrderOfTheHeader) {
  EXPECT_THAT(names(ConfusionMatrix(2).figures()),
              ElementsAre("within1", "exact", "balanced_accuracy", "macro_f1", "weighted_kappa", "pearson",
                          "spearman"));
}

TEST(ConfusionMatrix, FullAgreementIsOneEverywhere) {
  const auto matrix = matrix_of(5, {{0, 0}, {2, 2}, {4, 4}, {4, 4}});
  for (const auto& figure : matrix.figures()) EXPECT_DOUBLE_EQ(*figure.value, 1) << figure.name;
}

TEST(ConfusionMatrix, FullReversalIsMinusOne) {
  const auto matrix = matrix_of(3, {{0, 2}, {1, 1}, {2, 0}});
  EXPECT_DOUBLE_EQ(*matrix.weighted_kappa(), -1);
  EXPECT_DOUBLE_EQ(*matrix.pearson(), -1);
  EXPECT_DOUBLE_EQ(*matrix.spearman(), -1);
}

TEST(ConfusionMatrix, NothingAddedIsNotDefined) {
  for (const auto& figure : ConfusionMatrix(3).figures()) {
    EXPECT_FALSE(figure.value) << figure.name;
    EXPECT_FALSE(figure.best_constant) << figure.name;
  }
}

TEST(ConfusionMatrix, OneGradeAloneLeavesAgreementBeyondChanceUndefined) {
  const auto matrix = matrix_of(3, {{1, 1}, {1, 1}});
  EXPECT_DOUBLE_EQ(*matrix.within(0), 1);
  EXPECT_DOUBLE_EQ(*matrix.balanced_accuracy(), 1);
  EXPECT_DOUBLE_EQ(*matrix.macro_f1(), 1);
  EXPECT_FALSE(matrix.weighted_kappa());
  EXPECT_FALSE(matrix.constant_weighted_kappa());
  EXPECT_FALSE(matrix.pearson());
  EXPECT_FALSE(matrix.spearman());
}

TEST(ConfusionMatrix, AConstantAnswerIsChanceAndHasNoCorrelation) {
  const auto matrix = matrix_of(3, {{0, 1}, {1, 1}, {2, 1}, {2, 1}});
  EXPECT_DOUBLE_EQ(*matrix.weighted_kappa(), 0);
  EXPECT_FALSE(matrix.pearson());
  EXPECT_FALSE(matrix.spearman());
}

TEST(ConfusionMatrix, WeightsCountAsThatManySamples) {
  ConfusionMatrix weighted(3);
  weighted.add(0, 1, 3);
  weighted.add(2, 2, 2);
  weighted.add(1, 0, 0);
  const auto repeated = matrix_of(3, {{0, 1}, {0, 1}, {0, 1}, {2, 2}, {2, 2}});
  EXPECT_EQ(weighted.figures(), repeated.figures());
  ConfusionMatrix merged(3);
  merged.merge(repeated, 2);
  EXPECT_DOUBLE_EQ(merged.at(0, 1), 6);
  EXPECT_NEAR(*merged.spearman(), *repeated.spearman(), 1e-12);
}

TEST(ConfusionMatrix, MergingAnotherWidthKeepsBothsGrades) {
  const auto narrow = matrix_of(2, {{0, 1}});
  const auto wide = matrix_of(4, {{3, 2}, {0, 1}});
  for (auto [first, second] : {std::pair{narrow, wide}, std::pair{wide, narrow}}) {
    first.merge(second);
    EXPECT_EQ(first.classes(), 4);
    EXPECT_DOUBLE_EQ(first.at(0, 1), 2);
    EXPECT_DOUBLE_EQ(first.at(3, 2), 1);
    EXPECT_DOUBLE_EQ(first.count(), 3);
  }
}

TEST(ConfusionMatrix, IsReadFromCellsWithTruthByRow) {
  const ConfusionMatrix matrix(2, {1, 2, 0, 4});
  EXPECT_DOUBLE_EQ(matrix.at(0, 1), 2);
  EXPECT_DOUBLE_EQ(matrix.at(1, 0), 0);
}

TEST(ConfusionMatrix, TinyWeightsAreNoNaN) {
  for (const double weight : {1e-12, 1e-200, 5e-324, 0x1p53}) {
    ConfusionMatrix matrix(3);
    matrix.add(0, 0, weight);
    matrix.add(1, 2, weight);
    matrix.add(2, 1, weight);
    for (const auto& figure : matrix.figures()) EXPECT_FALSE(figure.value && *figure.value != *figure.value);
  }
}

struct ConstantFigure {
  const char* name;
  std::optional<double> (*value)(const ConfusionMatrix&);
  std::optional<double> (*constant)(const ConfusionMatrix&);
};

class ConstantFigureTest : public ::testing::TestWithParam<ConstantFigure> {};

TEST_P(ConstantFigureTest, IsTheBestOfAllConstants) {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    const auto truths = random_truths(random, 6);
    ConfusionMatrix given(6);
    for (const int truth : truths) given.add(truth, static_cast<int>(random() % 6));
    std::optional<double> best;
    for (int answer = 0; answer < 6; ++answer) {
      ConfusionMatrix constant(6);
      for (const int truth : truths) constant.add(truth, answer);
      best = std::max(best, GetParam().value(constant));  // an undefined one is below all others
    }
    const auto found = GetParam().constant(given);
    ASSERT_EQ(found.has_value(), best.has_value()) << "round " << round;
    if (best) EXPECT_NEAR(*found, *best, 1e-12) << "round " << round;
  }
}

INSTANTIATE_TEST_SUITE_P(
    ConfusionMatrix, ConstantFigureTest,
    ::testing::Values(ConstantFigure{"exact", [](const ConfusionMatrix& m) { return m.within(0); },
                                     [](const ConfusionMatrix& m) { return m.constant_within(0); }},
                      ConstantFigure{"within1", [](const ConfusionMatrix& m) { return m.within(1); },
                                     [](const ConfusionMatrix& m) { return m.constant_within(1); }},
                      ConstantFigure{"within2", [](const ConfusionMatrix& m) { return m.within(2); },
                                     [](const ConfusionMatrix& m) { return m.constant_within(2); }},
                      ConstantFigure{"balanced_accuracy",
                                     [](const ConfusionMatrix& m) { return m.balanced_accuracy(); },
                                     [](const ConfusionMatrix& m) { return m.constant_balanced_accuracy(); }},
                      ConstantFigure{"macro_f1", [](const ConfusionMatrix& m) { return m.macro_f1(); },
                                     [](const ConfusionMatrix& m) { return m.constant_macro_f1(); }}),
    [](const auto& test) { return test.param.name; });

TEST(ConfusionMatrix, KappaOfEveryConstantIsZeroWhereSeveralGradesOccur) {
  std::mt19937 random(6);
  for (int round = 0; round < 100; ++round) {
    const auto truths = random_truths(random, 5);
    for (int answer = 0; answer < 5; ++answer) {
      ConfusionMatrix constant(5);
      for (const int truth : truths) constant.add(truth, answer);
      if (constant.constant_weighted_kappa()) EXPECT_NEAR(*constant.weighted_kappa(), 0, 1e-12);
    }
  }
}

TEST(ConfusionMatrix, RefusesBadArguments) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(ConfusionMatrix(0), std::invalid_argument);
  EXPECT_THROW(ConfusionMatrix(2, {1, 2, 3}), std::invalid_argument);
  EXPECT_THROW(ConfusionMatrix(1, {-1}), std::invalid_argument);
  EXPECT_THROW(ConfusionMatrix(1, {nan}), std::invalid_argument);
  ConfusionMatrix matrix(3);
  EXPECT_THROW(matrix.add(3, 0), std::invalid_argument);
  EXPECT_THROW(matrix.add(0, -1), std::invalid_argument);
  EXPECT_THROW(matrix.add(0, 0, -0.5), std::invalid_argument);
  EXPECT_THROW(matrix.add(0, 0, 1e300), std::invalid_argument);
  EXPECT_THROW(matrix.merge(ConfusionMatrix(3), nan), std::invalid_argument);
  EXPECT_THROW((void)matrix.at(0, 3), std::invalid_argument);
  EXPECT_THROW((void)matrix.within(-1), std::invalid_argument);
  EXPECT_THROW((void)matrix.constant_within(-1), std::invalid_argument);
  EXPECT_DOUBLE_EQ(matrix.count(), 0);
}

}  // namespace
}  // namespace skingauge
