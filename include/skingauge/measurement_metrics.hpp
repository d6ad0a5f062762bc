// Metrics of numbers. Keeps every pair: medians and ranks need them. 16 bytes a sample.
#pragma once

#include "skingauge/figure.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace skingauge {

/// Answers against truths, in whatever unit both share. Two halves merged are the whole. Values must be
/// finite and within -+kLargest (std::invalid_argument else). Not safe for writing from several threads.
class MeasurementMetrics {
 public:
  /// So large that no measurement comes near, so small that no figure overflows.
  static constexpr double kLargest = 1e100;

  void add(double truth, double answer);
  void merge(const MeasurementMetrics& other);

  [[nodiscard]] std::int64_t count() const noexcept { return static_cast<std::int64_t>(truths_.size()); }
  [[nodiscard]] std::span<const double> truths() const noexcept { return truths_; }
  [[nodiscard]] std::span<const double> answers() const noexcept { return answers_; }

  /// All are empty where nothing was added. Errors are answer - truth.
  [[nodiscard]] std::optional<double> mae() const;   ///< mean |error|
  [[nodiscard]] std::optional<double> rmse() const;  ///< square root of the mean squared error
  [[nodiscard]] std::optional<double> bias() const;  ///< mean error: above 0 answers too much
  /// Standard deviation of the errors (n - 1); empty below two samples. Bland and Altman's limits of
  /// agreement are bias -+ 1.96 of it.
  [[nodiscard]] std::optional<double> error_deviation() const;
  /// Correlation; empty below two samples or where either side is constant.
  [[nodiscard]] std::optional<double> pearson() const;
  /// Correlation of mid-ranks (ties share their mean rank); empty as above.
  [[nodiscard]] std::optional<double> spearman() const;

  /// MAE of always answering the median; RMSE of always answering the mean.
  [[nodiscard]] std::optional<double> constant_mae() const;
  [[nodiscard]] std::optional<double> constant_rmse() const;

  /// mae, rmse, bias (best constant: 0), pearson, spearman.
  [[nodiscard]] std::vector<Figure> figures() const;

 private:
  std::vector<double> truths_;
  std::vector<double> answers_;
};

/// 1-based mid-ranks: equal values share the mean of their places. Finite values (std::invalid_argument
/// else).
std::vector<double> mid_ranks(std::span<const double> values);

/// Correlation of two equally long lists; empty below two values or where either is constant. Values as
/// above, lists of one length (std::invalid_argument else).
std::optional<double> pearson(std::span<const double> a, std::span<const double> b);

}  // namespace skingauge
