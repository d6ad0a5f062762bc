#include "skingauge/measurement_metrics.hpp"

#include "evaluation/metric_samples.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

MeasurementMetrics metrics_of(const std::vector<std::pair<double, double>>& truths_and_answers) {
  MeasurementMetrics metrics;
  for (const auto& [truth, answer] : truths_and_answers) metrics.add(truth, answer);
  return metrics;
}

TEST(MeasurementMetrics, CountsByHand) {
  const auto metrics = metrics_of({{1, 2}, {2, 2}, {4, 1}});  // errors 1, 0, -3
  EXPECT_EQ(metrics.count(), 3);
  EXPECT_DOUBLE_EQ(*metrics.mae(), 4.0 / 3);
  EXPECT_DOUBLE_EQ(*metrics.rmse(), std::sqrt(10.0 / 3));
  EXPECT_DOUBLE_EQ(*metrics.bias(), -2.0 / 3);
  EXPECT_DOUBLE_EQ(*metrics.error_deviation(), std::sqrt((10.0 - 3 * 4.0 / 9) / 2));
  EXPECT_DOUBLE_EQ(*metrics.spearman(), -std::sqrt(3.0) / 2);  // ranks 1, 2, 3 and 2.5, 2.5, 1
  EXPECT_DOUBLE_EQ(*metrics.constant_mae(), 1);
  EXPECT_DOUBLE_EQ(*metrics.constant_rmse(), std::sqrt((16.0 + 1 + 25) / 9 / 3));
}

TEST(MeasurementMetrics, NothingAddedIsNotDefined) {
  const MeasurementMetrics metrics;
  EXPECT_FALSE(metrics.error_deviation());
  for (const auto& figure : metrics.figures()) {
    EXPECT_FALSE(figure.value) << figure.name;
    EXPECT_FALSE(figure.best_constant) << figure.name;
  }
  EXPECT_THAT(test::names(metrics.figures()), ElementsAre("mae", "rmse", "bias", "pearson", "spearman"));
}

TEST(MeasurementMetrics, OneSampleHasNoSpread) {
  const auto metrics = metrics_of({{3, 5}});
  EXPECT_DOUBLE_EQ(*metrics.mae(), 2);
  EXPECT_DOUBLE_EQ(*metrics.constant_mae(), 0);
  EXPECT_FALSE(metrics.error_deviation());
  EXPECT_FALSE(metrics.pearson());
  EXPECT_FALSE(metrics.spearman());
}

TEST(MeasurementMetrics, AConstantSideHasNoCorrelation) {
  // 0.1 + 0.1 + 0.1 is not 0.3: the mean of a constant need not be that constant.
  for (const bool swapped : {false, true}) {
    MeasurementMetrics metrics;
    for (const double value : {1.0, 2.0, 5.0}) metrics.add(swapped ? value : 0.1, swapped ? 0.1 : value);
    EXPECT_FALSE(metrics.pearson());
    EXPECT_FALSE(metrics.spearman());
    EXPECT_TRUE(metrics.rmse());
  }
}

TEST(MeasurementMetrics, CorrelationOfALineIsOneWhateverItsSize) {
  for (const double size : {1e-300, 1e-100, 1.0, 1e90}) {
    for (const double sign : {-1.0, 1.0}) {
      const auto metrics =
          metrics_of({{size, sign * size}, {2 * size, 2 * sign * size}, {4 * size, 4 * sign * size}});
      EXPECT_DOUBLE_EQ(*metrics.pearson(), sign) << size;
      EXPECT_DOUBLE_EQ(*metrics.spearman(), sign) << size;
    }
  }
}

TEST(MeasurementMetrics, LargestValuesOverflowNothing) {
  constexpr double k = MeasurementMetrics::kLargest;
  const auto metrics = metrics_of({{-k, k}, {k, -k}, {0, 0}});
  for (const auto& figure : metrics.figures()) EXPECT_TRUE(std::isfinite(*figure.value)) << figure.name;
  EXPECT_DOUBLE_EQ(*metrics.pearson(), -1);
}

TEST(MeasurementMetrics, BestConstantsAreTheBestOfAllTried) {
  std::mt19937 random(8);
  for (int round = 0; round < 100; ++round) {
    std::vector<double> truths(1 + random() % 9);
    for (auto& truth : truths) truth = static_cast<double>(random() % 21) / 4;
    double mae = 1e9;
    double rmse = 1e9;
    // The grid holds every possible median, and comes within 1e-3 of every mean.
    for (int step = 0; step <= 5 * 512; ++step) {
      const double constant = step / 512.0;
      MeasurementMetrics metrics;
      for (const double truth : truths) metrics.add(truth, constant);
      mae = std::min(mae, *metrics.mae());
      rmse = std::min(rmse, *metrics.rmse());
    }
    MeasurementMetrics given;
    for (const double truth : truths) given.add(truth, 1);
    EXPECT_NEAR(*given.constant_mae(), mae, 1e-12);
    EXPECT_LE(*given.constant_rmse(), rmse + 1e-12);
    EXPECT_NEAR(*given.constant_rmse(), rmse, 1e-3);
  }
}

TEST(MeasurementMetrics, RefusesBadArguments) {
  MeasurementMetrics metrics;
  for (const double bad : {kNaN, std::numeric_limits<double>::infinity(), -1e101}) {
    EXPECT_THROW(metrics.add(bad, 0), std::invalid_argument);
    EXPECT_THROW(metrics.add(0, bad), std::invalid_argument);
  }
  EXPECT_EQ(metrics.count(), 0);
  EXPECT_TRUE(metrics.answers().empty());
}

TEST(MidRanks, TiesShareTheMeanOfTheirPlaces) {
  EXPECT_THAT(mid_ranks(std::vector<double>{30, 10, 20, 10}), ElementsAre(4, 1.5, 3, 1.5));
  EXPECT_THAT(mid_ranks(std::vector<double>{0.0, -0.0, 7, 7, 7}), ElementsAre(1.5, 1.5, 4, 4, 4));
  EXPECT_TRUE(mid_ranks({}).empty());
  EXPECT_THROW(mid_ranks(std::vector<double>{1, kNaN}), std::invalid_argument);
}

TEST(Pearson, RefusesListsOfDifferentLengthAndNaN) {
  const std::vector<double> two{1, 2};
  EXPECT_THROW((void)pearson(two, std::vector<double>{1}), std::invalid_argument);
  EXPECT_THROW((void)pearson(two, std::vector<double>{1, kNaN}), std::invalid_argument);
  EXPECT_FALSE(pearson({}, {}));
}

TEST(Pearson, SeesThroughALargeOffset) {
  std::vector<double> a;
  std::vector<double> b;
  for (int i = 0; i < 100; ++i) {
    a.push_back(1e9 + i);
    b.push_back(-1e9 - 3.0 * i);
  }
  EXPECT_NEAR(*pearson(a, b), -1, 1e-12);
}

}  // namespace
}  // namespace skingauge
