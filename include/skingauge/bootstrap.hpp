// Intervals by bootstrap over people.
#pragma once

#include "skingauge/figure.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace skingauge {

struct BootstrapOptions {
  int rounds{1000};         ///< 0: no intervals; else 20..1,000,000
  std::uint64_t seed{523};  ///< the same seed gives the same intervals, whatever `threads`
  double confidence{0.95};  ///< share between low and high, between 0 and 1
  int threads{0};           ///< 0: as many as cores
  /// Told now and then how many rounds were begun; called by the calling thread alone; may be empty.
  std::function<void(int rounds)> progress{};

  /// Throws UsageError naming field, value and range.
  void validate() const;
};

/// How often each of `people` was drawn in one round: drawn with replacement, as many draws as people.
std::vector<std::uint32_t> draw_people(std::size_t people, std::uint64_t seed, std::uint64_t round);

/// Percentile intervals of several figures at once. `figures` is given how often each person counts and
/// answers the same number of figures each time; it is called from several threads. A figure gets no interval
/// where there are under two people, or where it is undefined in more than one round of twenty.
using WeightedFigures =
    std::function<std::vector<std::optional<double>>(std::span<const std::uint32_t> weights)>;
std::vector<std::optional<Interval>> bootstrap(std::size_t people, const WeightedFigures& figures,
                                               const BootstrapOptions& options = {});

}  // namespace skingauge
