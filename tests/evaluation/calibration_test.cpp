#include "skingauge/calibration.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

TEST(Calibration, CountsByHand) {
  Calibration calibration(2);
  calibration.add(0.4, true);
  calibration.add(0.2, false);
  calibration.add(0.9, true);
  calibration.add(1.0, false);
  const auto curve = calibration.curve();
  ASSERT_EQ(curve.size(), 2U);
  EXPECT_DOUBLE_EQ(curve[0].count, 2);
  EXPECT_DOUBLE_EQ(*curve[0].confidence, 0.3);
  EXPECT_DOUBLE_EQ(*curve[0].accuracy, 0.5);
  EXPECT_DOUBLE_EQ(*curve[1].confidence, 0.95);
  EXPECT_DOUBLE_EQ(*calibration.expected_error(), 0.5 * 0.2 + 0.5 * 0.45);
  EXPECT_DOUBLE_EQ(*calibration.overconfidence(), 2.5 / 4 - 0.5);
  EXPECT_DOUBLE_EQ(calibration.count(), 4);
}

TEST(Calibration, BinsAreOpenAboveButForTheLast) {
  for (const int bins : {1, 2, 3, 7, 10, 15, 100}) {
    const Calibration calibration(bins);
    const auto curve = calibration.curve();
    ASSERT_EQ(curve.size(), static_cast<std::size_t>(bins));
    EXPECT_EQ(calibration.bin_of(1.0), bins - 1);
    for (int bin = 0; bin < bins; ++bin) {
      const auto& edges = curve[static_cast<std::size_t>(bin)];
      EXPECT_EQ(calibration.bin_of(edges.low), bin) << bins;
      EXPECT_EQ(calibration.bin_of(std::nextafter(edges.high, 0.0)), bin) << bins;
    }
  }
}

TEST(Calibration, AnEmptyBinHasNoValues) {
  Calibration calibration(4);
  calibration.add(0.9, true);
  const auto curve = calibration.curve();
  EXPECT_DOUBLE_EQ(curve[0].count, 0);
  EXPECT_FALSE(curve[0].confidence);
  EXPECT_FALSE(curve[0].accuracy);
  EXPECT_TRUE(curve[3].accuracy);
}

TEST(Calibration, NothingAddedIsNotDefined) {
  for (const auto& figure : Calibration().figures()) {
    EXPECT_FALSE(figure.value) << figure.name;
    EXPECT_FALSE(figure.best_constant) << figure.name;
  }
}

TEST(Calibration, AnsweringTheCommonestGradeWithItsShareIsCalibrated) {
  Calibration calibration;
  for (int i = 0; i < 10; ++i) calibration.add(0.7, i < 7);
  for (const auto& figure : calibration.figures()) {
    EXPECT_NEAR(*figure.value, 0, 1e-12) << figure.name;
    EXPECT_EQ(figure.best_constant, 0.0) << figure.name;
  }
}

TEST(Calibration, IsRebuiltFromItsSums) {
  Calibration calibration(5);
  std::mt19937 random(4);
  for (int i = 0; i < 100; ++i)
    calibration.add(static_cast<double>(random() % 1001) / 1000, random() % 2 == 0);
  const Calibration again(std::vector<double>(calibration.sums().begin(), calibration.sums().end()));
  EXPECT_EQ(again.figures(), calibration.figures());
}

TEST(Calibration, WeightsCountAsThatManySamples) {
  Calibration weighted;
  weighted.add(0.5, true, 3);
  weighted.add(0.25, false, 0);
  Calibration repeated;
  for (int i = 0; i < 3; ++i) repeated.add(0.5, true);
  EXPECT_EQ(weighted.figures(), repeated.figures());
  weighted.merge(repeated, 2);
  EXPECT_DOUBLE_EQ(weighted.count(), 9);
}

TEST(Calibration, RefusesBadArguments) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Calibration(0), std::invalid_argument);
  EXPECT_THROW(Calibration(std::vector<double>{}), std::invalid_argument);
  EXPECT_THROW(Calibration(std::vector<double>{1, 2}), std::invalid_argument);
  EXPECT_THROW(Calibration(std::vector<double>{1, nan, 1}), std::invalid_argument);
  Calibration calibration;
  EXPECT_THROW(calibration.add(-0.01, true), std::invalid_argument);
  EXPECT_THROW(calibration.add(1.01, true), std::invalid_argument);
  EXPECT_THROW(calibration.add(nan, true), std::invalid_argument);
  EXPECT_THROW(calibration.add(0.5, true, -1), std::invalid_argument);
  EXPECT_THROW(calibration.merge(Calibration(3)), std::invalid_argument);
  EXPECT_DOUBLE_EQ(calibration.count(), 0);
}

}  // namespace
}  // namespace skingauge
