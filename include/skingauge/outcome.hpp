// One head's answer for one crop beside its label (protocol, section 6). Works without the ensemble.
#pragma once

#include "skingauge/dataset.hpp"
#include "skingauge/prediction.hpp"
#include "skingauge/sign.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace skingauge {

/// What counts as right for a grade.
enum class Criterion : std::uint8_t {
  top3,     ///< the truth is among the three highest scores: the documented headline
  within1,  ///< |argmax - truth| < 2: what the published program counts and prints
  exact,    ///< argmax = truth: the guideline's formula
};

std::string_view to_string(Criterion criterion) noexcept;  ///< "top3", "within1", "exact"

/// The criterion of exactly this name; empty for any other.
std::optional<Criterion> criterion_named(std::string_view name) noexcept;

/// Whether a grade is right.
bool is_hit(const GradePrediction& prediction, int truth, Criterion criterion) noexcept;

/// One head of one crop, compared. Exactly one of truth and reason is there.
struct HeadOutcome {
  const Sign* sign{nullptr};
  std::variant<GradePrediction, MeasurementPrediction, Skipped> answer;  ///< Skipped: not judged, and why
  double truth{0.0};  ///< the grade, or the value in units; meaningless where the answer is Skipped

  [[nodiscard]] bool judged() const noexcept { return !std::holds_alternative<Skipped>(answer); }
  /// The truth as the network sees it: the grade, or value / scale.
  [[nodiscard]] double normalised_truth() const;
};

/// Compares a face's predictions with its labels. Where the crop has no answer, that is the reason; else,
/// where the label has no truth, that is.
std::vector<HeadOutcome> compare(const FacePrediction& face, const PhotoLabels& labels);

}  // namespace skingauge
