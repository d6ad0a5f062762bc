// Whether a grade's probability means what it says.
#pragma once

#include "skingauge/figure.hpp"

#include <optional>
#include <span>
#include <vector>

namespace skingauge {

/// Reliability of the highest probability. A mergeable accumulator; weights are a bootstrap's, 0..2^53. Bad
/// arguments throw std::invalid_argument. Not safe for writing from several threads.
class Calibration {
 public:
  /// One bin of the reliability curve: [low, high), the last one closed.
  struct Bin {
    double low{0};
    double high{0};
    double count{0};
    std::optional<double> confidence;  ///< mean highest probability; empty where the bin is
    std::optional<double> accuracy;    ///< share whose most probable grade is the true one
  };

  /// bins >= 1, of equal width over 0..1.
  explicit Calibration(int bins = 10);
  /// From sums(): bins x (count, sum of confidences, hits), each 0..2^53.
  explicit Calibration(std::vector<double> sums);

  /// `confidence` in 0..1: the highest probability. `hit`: argmax = truth.
  void add(double confidence, bool hit, double weight = 1.0);
  /// Both must have as many bins.
  void merge(const Calibration& other, double weight = 1.0);

  [[nodiscard]] double count() const;
  [[nodiscard]] std::vector<Bin> curve() const;
  /// Expected calibration error: sum over bins of count / all x |accuracy - confidence|. Empty where nothing
  /// was added.
  [[nodiscard]] std::optional<double> expected_error() const;
  /// Mean confidence - accuracy: above 0 is overconfident.
  [[nodiscard]] std::optional<double> overconfidence() const;
  /// ece, overconfidence. The best constant of both is 0: always answering the grades' own shares is
  /// calibrated.
  [[nodiscard]] std::vector<Figure> figures() const;

  /// The bin of a confidence, 0..bins-1.
  [[nodiscard]] int bin_of(double confidence) const;
  [[nodiscard]] std::span<const double> sums() const noexcept { return sums_; }

 private:
  [[nodiscard]] int bins() const { return static_cast<int>(sums_.size() / 3); }
  std::vector<double> sums_;
};

}  // namespace skingauge
