// How numbers are spread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace skingauge {

/// Counts in bins of equal width over [low, high), the last one closed; what lies outside is counted apart.
/// The edges are low + i x (high - low) / bins. Mergeable. Values must be finite (std::invalid_argument
/// else).
class Histogram {
 public:
  /// low < high, both finite and so far apart that a bin has a width; bins >= 1 (std::invalid_argument else).
  Histogram(double low, double high, int bins);

  void add(double value);
  /// Both must have the same bins.
  void merge(const Histogram& other);

  [[nodiscard]] double low() const noexcept { return low_; }
  [[nodiscard]] double high() const noexcept { return high_; }
  [[nodiscard]] std::int64_t count() const;  ///< outside ones included
  [[nodiscard]] std::int64_t below() const noexcept { return below_; }
  [[nodiscard]] std::int64_t above() const noexcept { return above_; }
  [[nodiscard]] std::span<const std::int64_t> bins() const noexcept { return bins_; }

 private:
  double low_;
  double high_;
  std::vector<std::int64_t> bins_;
  std::int64_t below_{0};
  std::int64_t above_{0};
};

}  // namespace skingauge
