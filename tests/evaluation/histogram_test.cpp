#include "skingauge/histogram.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;

TEST(Histogram, CountsByHand) {
  Histogram histogram(0, 4, 4);
  for (const double value : {0.0, 0.5, 1.0, 3.999, 4.0, 4.001, -0.001}) histogram.add(value);
  EXPECT_THAT(histogram.bins(), ElementsAre(2, 1, 0, 2));
  EXPECT_EQ(histogram.below(), 1);
  EXPECT_EQ(histogram.above(), 1);
  EXPECT_EQ(histogram.count(), 7);
}

TEST(Histogram, EveryEdgeOpensItsBin) {
  for (const int bins : {1, 3, 10, 64, 1000}) {
    for (const auto& [low, high] : {std::pair{0.0, 1.0}, std::pair{-0.3, 0.7}, std::pair{1e6, 1e6 + 1}}) {
      const double width = (high - low) / bins;
      for (int bin = 0; bin < bins; ++bin) {
        Histogram histogram(low, high, bins);
        histogram.add(low + bin * width);
        EXPECT_EQ(histogram.bins()[static_cast<std::size_t>(bin)], 1)
            << low << ".." << high << ", bin " << bin;
      }
    }
  }
}

TEST(Histogram, NothingAddedIsZero) {
  const Histogram histogram(0, 1, 2);
  EXPECT_EQ(histogram.count(), 0);
  EXPECT_THAT(histogram.bins(), ElementsAre(0, 0));
}

TEST(Histogram, RefusesBadArguments) {
  constexpr double inf = std::numeric_limits<double>::infinity();
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(Histogram(0, 1, 0), std::invalid_argument);
  EXPECT_THROW(Histogram(1, 1, 2), std::invalid_argument);
  EXPECT_THROW(Histogram(2, 1, 2), std::invalid_argument);
  EXPECT_THROW(Histogram(0, inf, 2), std::invalid_argument);
  EXPECT_THROW(Histogram(nan, 1, 2), std::invalid_argument);
  EXPECT_THROW(Histogram(0, 5e-324, 2), std::invalid_argument);
  Histogram histogram(0, 1, 2);
  EXPECT_THROW(histogram.add(nan), std::invalid_argument);
  EXPECT_THROW(histogram.add(inf), std::invalid_argument);
  EXPECT_THROW(histogram.merge(Histogram(0, 1, 3)), std::invalid_argument);
  EXPECT_THROW(histogram.merge(Histogram(0, 2, 2)), std::invalid_argument);
  EXPECT_EQ(histogram.count(), 0);
}

}  // namespace
}  // namespace skingauge
