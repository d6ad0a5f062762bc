// Comparing predictions with the truth by the documented protocol (section 6). Works without the ensemble.
#pragma once

#include "skingauge/dataset.hpp"
#include "skingauge/prediction.hpp"
#include "skingauge/sign.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
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

/// Accuracy of grades. Mergeable: two halves merged are the whole.
struct GradeTally {
  std::int64_t judged{0};
  std::array<std::int64_t, 3> hits{};   ///< by Criterion
  std::map<int, std::int64_t> truths;   ///< histogram of the true grades
  std::map<int, std::int64_t> answers;  ///< histogram of the predicted grades

  void add(const GradePrediction& prediction, int truth);
  void merge(const GradeTally& other);
  /// hits / judged; empty where nothing was judged.
  [[nodiscard]] std::optional<double> accuracy(Criterion criterion) const;
  /// The hits of the best constant answer: the three commonest grades, the best middle grade, the commonest
  /// grade.
  [[nodiscard]] std::int64_t constant_hits(Criterion criterion) const;
};

/// Errors of measurements. Mergeable.
struct MeasurementTally {
  std::int64_t judged{0};
  double absolute_error{0.0};        ///< sum of |output - value / scale|
  double absolute_error_units{0.0};  ///< the same times scale
  std::vector<double> truths;        ///< normalised, for the best constant (the median)

  void add(const MeasurementPrediction& prediction, double truth_units);
  void merge(const MeasurementTally& other);
  [[nodiscard]] std::optional<double> mae() const;
  [[nodiscard]] std::optional<double> mae_units() const;
  /// The sum of absolute errors of the best constant answer.
  [[nodiscard]] double constant_error() const;
};

/// Everything one task's evaluation counts.
struct TaskEvaluation {
  std::map<std::string, GradeTally> grades;              ///< by label key
  std::map<std::string, MeasurementTally> measurements;  ///< by label key
  std::map<std::string, std::int64_t> skipped;           ///< by reason

  void add(const HeadOutcome& outcome);
  void merge(const TaskEvaluation& other);
};

/// Figures of one head, one item, or all together. Empty: not defined, because nothing was judged.
/// `constant_*` is what the best constant answer of each head, chosen with the truth known, would have
/// reached.
struct Figures {
  std::int64_t judged{0};
  std::optional<double> top3, within1, exact, mae, mae_units;
  std::optional<double> constant_top3, constant_within1, constant_exact, constant_mae;
};

/// A task's figures by the protocol: an item pools all its heads (left and right together), the mean is the
/// plain mean of the items (only defined where all five are), pooled is over all crops. mae_units: heads and
/// items alone.
struct TaskFigures {
  std::vector<std::pair<const Sign*, Figures>>
      heads;                                    ///< in the order of signs(); only those with a judged crop
  std::vector<std::pair<Item, Figures>> items;  ///< all five, in the order of the published log
  Figures mean_of_items;
  Figures pooled;
};

TaskFigures figures(const TaskEvaluation& evaluation, Task task);

}  // namespace skingauge
