#include "skingauge/bootstrap.hpp"

#include "support/expect_error.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

namespace skingauge {
namespace {

// The weighted mean of a person's number 0, 1, ..., n - 1.
std::vector<std::optional<double>> mean_number(std::span<const std::uint32_t> weights) {
  double sum = 0;
  double count = 0;
  for (std::size_t person = 0; person < weights.size(); ++person) {
    sum += weights[person] * static_cast<double>(person);
    count += weights[person];
  }
  return {sum / count};
}

TEST(DrawPeople, DrawsAsManyAsThereAreAndTheSameForTheSameSeed) {
  const auto weights = draw_people(1000, 7, 3);
  EXPECT_EQ(std::accumulate(weights.begin(), weights.end(), 0U), 1000U);
  EXPECT_EQ(draw_people(1000, 7, 3), weights);
  EXPECT_NE(draw_people(1000, 7, 4), weights);
  EXPECT_NE(draw_people(1000, 8, 3), weights);
}

// A draw leaves out a person with probability (1 - 1/n)^n, which tends to 1/e.
TEST(DrawPeople, LeavesOutAThirdAsABootstrapDoes) {
  const auto weights = draw_people(20000, 1, 0);
  const auto left_out = std::count(weights.begin(), weights.end(), 0U);
  EXPECT_NEAR(static_cast<double>(left_out) / 20000, std::exp(-1.0), 0.01);
}

// The mean of 400 people's numbers has the standard error sd / sqrt(n) = 115.47 / 20.
TEST(Bootstrap, IntervalOfAMeanIsThatOfTheory) {
  const auto intervals = bootstrap(400, mean_number, {.rounds = 4000});
  ASSERT_TRUE(intervals.front());
  const double error = 115.47 / 20;
  EXPECT_NEAR(intervals.front()->low, 199.5 - 1.96 * error, 1.0);
  EXPECT_NEAR(intervals.front()->high, 199.5 + 1.96 * error, 1.0);
}

TEST(Bootstrap, ThreadsDoNotChangeTheInterval) {
  const auto one = bootstrap(50, mean_number, {.rounds = 200, .threads = 1});
  EXPECT_EQ(bootstrap(50, mean_number, {.rounds = 200, .threads = 4}), one);
  EXPECT_NE(bootstrap(50, mean_number, {.rounds = 200, .seed = 1}), one);
}

TEST(Bootstrap, NoIntervalWithoutRoundsPeopleOrADefinedFigure) {
  EXPECT_TRUE(bootstrap(50, mean_number, {.rounds = 0}).empty());
  EXPECT_TRUE(bootstrap(1, mean_number).empty());
  std::atomic<int> round{0};
  const auto often_undefined = [&](std::span<const std::uint32_t>) {
    return std::vector<std::optional<double>>{round++ % 10 == 0 ? std::nullopt : std::optional(1.0), 2.0};
  };
  const auto intervals = bootstrap(50, often_undefined, {.rounds = 100});
  EXPECT_FALSE(intervals[0]);
  EXPECT_EQ(intervals[1], (Interval{2.0, 2.0}));
}

TEST(Bootstrap, TellsItsProgressAndPassesErrorsOn) {
  int told = 0;
  BootstrapOptions options{.rounds = 40, .threads = 1};  // with more, the calling thread may get no round
  options.progress = [&](int rounds) { told = std::max(told, rounds); };
  bootstrap(10, mean_number, options);
  EXPECT_EQ(told, 40);
  const auto fails = [](std::span<const std::uint32_t>) -> std::vector<std::optional<double>> {
    throw std::runtime_error("no");
  };
  EXPECT_THROW(bootstrap(10, fails, {.rounds = 40, .threads = 3}), std::runtime_error);
}

TEST(Bootstrap, OptionsOutOfRangeAreRefused) {
  test::expect_error<UsageError>(ErrorCode::bad_option, {"rounds", "7"},
                                 [] { BootstrapOptions{.rounds = 7}.validate(); });
  test::expect_error<UsageError>(ErrorCode::bad_option, {"confidence"},
                                 [] { BootstrapOptions{.confidence = 1.0}.validate(); });
}

}  // namespace
}  // namespace skingauge
