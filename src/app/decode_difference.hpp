// How far two decoders lie apart: in bytes, and in what networks answer.
#pragma once

#include "skingauge/prediction.hpp"

#include "core/json_file.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace skingauge::app {

/// Differences of bytes of the same place.
class ByteDifference {
 public:
  /// Both have the same length; std::invalid_argument else.
  void add(std::span<const std::uint8_t> one, std::span<const std::uint8_t> other);

  [[nodiscard]] std::int64_t bytes() const noexcept;
  [[nodiscard]] double equal_share() const noexcept;  ///< 0..1; 1 of nothing
  [[nodiscard]] int largest() const noexcept;
  [[nodiscard]] double mean() const noexcept;  ///< 0 of nothing
  /// How many bytes differ by exactly so much, 0..255.
  [[nodiscard]] std::int64_t count(int difference) const noexcept;

  /// bytes, equal_share, largest, mean, and shares of bytes that differ by 0, 1, 2, 3, 4..7, 8..15 and more.
  [[nodiscard]] Json figures() const;

 private:
  std::array<std::int64_t, 256> counts_{};
};

/// Differences of answers about the same faces.
class AnswerDifference {
 public:
  /// Heads that both answered are compared; others are counted as not compared.
  void add(const FacePrediction& one, const FacePrediction& other);

  /// grades, grades_changed, top3_changed (another grade among the three, whatever their order),
  /// largest_probability_difference, measurements, largest_ and mean_measurement_difference (of normalised
  /// values), not_compared.
  [[nodiscard]] Json figures() const;

 private:
  void add(const GradePrediction& one, const GradePrediction& other);
  void add(const MeasurementPrediction& one, const MeasurementPrediction& other);

  std::int64_t grades_{0};
  std::int64_t grades_changed_{0};
  std::int64_t top3_changed_{0};
  double probability_{0};
  std::int64_t measurements_{0};
  double largest_{0};
  double sum_{0};
  std::int64_t not_compared_{0};
};

}  // namespace skingauge::app
