#include "skingauge/angular_error.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kDegree = kPi / 180;

// The textbook's way by unit vectors, in long double: good to 1e-16 away from 0 and 180 degrees.
double by_unit_vectors(const GazeDirection& a, const GazeDirection& b) {
  const auto vector = [](const GazeDirection& d) {
    const long double pitch = d.pitch;
    const long double yaw = d.yaw;
    return std::array{std::cos(pitch) * std::sin(yaw), std::sin(pitch), std::cos(pitch) * std::cos(yaw)};
  };
  const auto x = vector(a);
  const auto y = vector(b);
  return static_cast<double>(std::acos(x[0] * y[0] + x[1] * y[1] + x[2] * y[2]) * 180 /
                             std::numbers::pi_v<long double>);
}

TEST(AngleBetween, CountsByHand) {
  EXPECT_DOUBLE_EQ(angle_between({0, 0}, {0, 0}), 0);
  EXPECT_DOUBLE_EQ(angle_between({0.3, -1.1}, {0.3, -1.1}), 0);
  EXPECT_NEAR(angle_between({0, 0}, {0, 30 * kDegree}), 30, 1e-13);
  EXPECT_NEAR(angle_between({0, 0}, {-20 * kDegree, 0}), 20, 1e-13);
  EXPECT_NEAR(angle_between({kPi / 2, 0}, {kPi / 2, 2}), 0, 1e-13) << "straight up, yaw says nothing";
  EXPECT_NEAR(angle_between({60 * kDegree, 0}, {60 * kDegree, kPi}), 60, 1e-13) << "over the pole";
  EXPECT_NEAR(angle_between({0, kPi - 0.01}, {0, -kPi + 0.01}), 0.02 / kDegree, 1e-12) << "across the back";
  EXPECT_NEAR(angle_between({0, 0}, {0, kPi}), 180, 1e-13);
  EXPECT_NEAR(angle_between({0.4, 1}, {-0.4, 1 - kPi}), 180, 1e-13);
}

TEST(AngleBetween, IsThatOfTheUnitVectors) {
  std::mt19937 random(2);
  std::uniform_real_distribution<double> pitch(-kPi / 2, kPi / 2);
  std::uniform_real_distribution<double> yaw(-kPi, kPi);
  for (int i = 0; i < 10'000; ++i) {
    const GazeDirection a{pitch(random), yaw(random)};
    const GazeDirection b{pitch(random), yaw(random)};
    EXPECT_NEAR(angle_between(a, b), by_unit_vectors(a, b), 1e-11);
    EXPECT_NEAR(angle_between(a, b), angle_between(b, a), 1e-12);
  }
}

TEST(AngleBetween, TinyAnglesKeepTheirDigits) {
  // The arc cosine of the textbook cannot tell angles below 1e-8 from 0.
  for (const double tiny : {1e-6, 1e-9, 1e-14, 1e-100, 1e-150}) {
    EXPECT_NEAR(angle_between({0, 0}, {tiny, 0}) * kDegree / tiny, 1, 1e-12);
    EXPECT_NEAR(angle_between({0, 0}, {0, tiny}) * kDegree / tiny, 1, 1e-12);
    EXPECT_NEAR(angle_between({0, 0}, {tiny, tiny}) * kDegree / tiny, std::sqrt(2), 1e-12);
  }
  EXPECT_NEAR(angle_between({0.7, 0.5}, {0.7, 0.5 + 0x1p-40}) * kDegree, std::cos(0.7) * 0x1p-40, 1e-24);
}

TEST(AngleBetween, NearlyOppositeDirectionsKeepTheirDigits) {
  for (const double tiny : {1e-6, 1e-9, 1e-12}) {
    EXPECT_NEAR((180 - angle_between({tiny, 0}, {0, kPi})) * kDegree, tiny, 1e-15) << tiny;
    EXPECT_NEAR((180 - angle_between({0, 0}, {0, kPi - tiny})) * kDegree, tiny, 1e-15) << tiny;
  }
}

TEST(AngularError, IsTheMeanInDegrees) {
  AngularError error;
  error.add({0, 0}, {0, 10 * kDegree});
  error.add({0, 0}, {-20 * kDegree, 0});
  EXPECT_EQ(error.count(), 2);
  EXPECT_NEAR(*error.mean_degrees(), 15, 1e-12);
  ASSERT_EQ(error.figures().size(), 1U);
  EXPECT_EQ(error.figures()[0].name, "angular_error");
  EXPECT_FALSE(error.figures()[0].best_constant);
}

TEST(AngularError, NothingAddedIsNotDefined) { EXPECT_FALSE(AngularError().mean_degrees()); }

TEST(AngularError, AcceptsWhatIsRoundedAndAnswersBeyondACircle) {
  AngularError error;
  error.add({1.5708, -3.1416}, {1.5708, -3.1416});
  EXPECT_NEAR(*error.mean_degrees(), 0, 1e-12);
  error.add({0, 0}, {0, 4 * kPi});
  EXPECT_NEAR(*error.mean_degrees(), 0, 1e-12);
}

TEST(AngularError, RefusesBadArguments) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  AngularError error;
  EXPECT_THROW(error.add({30, 0}, {0, 0}), std::invalid_argument) << "degrees";
  EXPECT_THROW(error.add({0, 45}, {0, 0}), std::invalid_argument) << "degrees";
  EXPECT_THROW(error.add({nan, 0}, {0, 0}), std::invalid_argument);
  EXPECT_THROW(error.add({0, 0}, {nan, 0}), std::invalid_argument);
  EXPECT_THROW(error.add({0, 0}, {0, 1e300}), std::invalid_argument);
  EXPECT_EQ(error.count(), 0);
}

}  // namespace
}  // namespace skingauge
