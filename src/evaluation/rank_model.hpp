// Rank correlation under any weighting of people, at the cost of a walk over the samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace skingauge {

/// Spearman's correlation as if each sample stood there as often as its person's weight. Immutable.
class RankModel {
 public:
  /// `person`: by sample.
  RankModel(std::span<const double> a, std::span<const double> b, std::vector<std::uint32_t> person);
  /// Throws std::invalid_argument where `weights` lacks a person.
  [[nodiscard]] std::optional<double> correlation(std::span<const std::uint32_t> weights) const;

 private:
  struct Order {
    std::vector<std::uint32_t> samples;  ///< ascending
    std::vector<std::uint32_t> ends;     ///< of the runs of equal values, as places in `samples`
  };
  static Order order_of(std::span<const double> values);
  void ranks(const Order& order, std::span<const std::uint32_t> weights, std::vector<double>& out) const;

  std::vector<std::uint32_t> person_;
  std::size_t people_{0};
  Order a_;
  Order b_;
};

/// Correlation out of weighted moments; empty where either side does not vary beyond rounding.
std::optional<double> correlation_of(double n, double a, double b, double aa, double bb, double ab);

}  // namespace skingauge
