#include "skingauge/bootstrap.hpp"

#include "skingauge/error.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <random>
#include <string>
#include <thread>

namespace skingauge {
namespace {

using Round = std::vector<std::optional<double>>;

void check(bool holds, const std::string& field, const std::string& found, const std::string& expected) {
  if (!holds)
    throw UsageError(ErrorCode::bad_option, "bootstrap." + field + ": " + found + ", expected " + expected);
}

// 0..bound-1 without bias, the same on every platform (unlike std::uniform_int_distribution).
std::size_t below(std::mt19937_64& random, std::uint64_t bound) {
  const std::uint64_t rejected = (0 - bound) % bound;
  std::uint64_t drawn = random();
  while (drawn < rejected) drawn = random();
  return static_cast<std::size_t>(drawn % bound);
}

// Linear between the two nearest order statistics, as numpy's default.
double percentile(const std::vector<double>& sorted, double share) {
  const double place = share * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const auto high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

std::optional<Interval> interval_of(const std::vector<Round>& rounds, std::size_t figure, double confidence) {
  std::vector<double> values;
  values.reserve(rounds.size());
  for (const auto& round : rounds) {
    if (round[figure]) values.push_back(*round[figure]);
  }
  if (values.empty() || values.size() * 20 < rounds.size() * 19) return std::nullopt;
  std::sort(values.begin(), values.end());
  const double outside = (1 - confidence) / 2;
  return Interval{percentile(values, outside), percentile(values, 1 - outside)};
}

std::size_t thread_count(int wanted, std::size_t rounds) {
  const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
  return std::min(wanted == 0 ? cores : static_cast<std::size_t>(wanted), rounds);
}

}  // namespace

void BootstrapOptions::validate() const {
  check(rounds == 0 || (rounds >= 20 && rounds <= 1'000'000), "rounds", std::to_string(rounds),
        "0 or 20..1000000");
  check(confidence > 0 && confidence < 1, "confidence", std::to_string(confidence), "between 0 and 1");
  check(threads >= 0 && threads <= 1024, "threads", std::to_string(threads), "0..1024");
}

std::vector<std::uint32_t> draw_people(std::size_t people, std::uint64_t seed, std::uint64_t round) {
  std::seed_seq mixed{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32U),
                      static_cast<std::uint32_t>(round), static_cast<std::uint32_t>(round >> 32U)};
  std::mt19937_64 random(mixed);
  std::vector<std::uint32_t> weights(people, 0);
  for (std::size_t i = 0; i < people; ++i) ++weights[below(random, people)];
  return weights;
}

std::vector<std::optional<Interval>> bootstrap(std::size_t people, const WeightedFigures& figures,
                                               const BootstrapOptions& options) {
  options.validate();
  const auto rounds = static_cast<std::size_t>(options.rounds);
  if (rounds == 0 || people < 2) return {};
  std::vector<Round> drawn(rounds);
  std::atomic<std::size_t> next{0};
  const auto work = [&](bool tells) {
    for (std::size_t round = next++; round < rounds; round = next++) {
      if (tells && options.progress) options.progress(static_cast<int>(round) + 1);
      drawn[round] = figures(draw_people(people, options.seed, round));
    }
  };
  std::vector<std::future<void>> helpers(thread_count(options.threads, rounds) - 1);
  for (auto& helper : helpers) helper = std::async(std::launch::async, work, false);
  work(true);
  for (auto& helper : helpers) helper.get();
  std::vector<std::optional<Interval>> intervals(drawn.front().size());
  for (std::size_t f = 0; f < intervals.size(); ++f) intervals[f] = interval_of(drawn, f, options.confidence);
  return intervals;
}

}  // namespace skingauge
