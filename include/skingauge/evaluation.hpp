// Figures by the documented protocol (section 6), each with its count, its best constant and its interval.
#pragma once

#include "skingauge/bootstrap.hpp"
#include "skingauge/calibration.hpp"
#include "skingauge/evaluation_data.hpp"
#include "skingauge/figure.hpp"
#include "skingauge/grade_metrics.hpp"
#include "skingauge/histogram.hpp"
#include "skingauge/measurement_metrics.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

struct EvaluationOptions {
  BootstrapOptions bootstrap;
  int small_people{10};              ///< a slice with fewer people is marked small
  std::int64_t small_judged{30};     ///< or with fewer judged crops
  std::size_t scatter_points{2000};  ///< at most so many pairs of a measurement are kept for plots
};

/// The figures of one group of crops: a head, an item, all. Grades: top3, within1, exact, and of heads also
/// balanced_accuracy, macro_f1, weighted_kappa, spearman, ece. Measurements: mae, rmse, bias, and of heads
/// and items mae_units, of heads pearson and spearman. An item's best constant is that of its heads, each
/// with its own.
struct FigureGroup {
  std::string name;  ///< the key, the item, "mean of items", "all crops", a slice's value
  std::int64_t judged{0};
  std::int64_t photos{0};
  std::int64_t people{0};
  std::vector<Figure> figures;

  [[nodiscard]] const Figure* find(const std::string& figure) const noexcept;
  /// The figure's value, or empty.
  [[nodiscard]] std::optional<double> value(const std::string& figure) const noexcept;
};

/// One prediction and its truth, for plots.
struct Pair {
  double truth{0};
  double answer{0};
};

/// One head.
struct HeadReport {
  const Sign* sign{nullptr};
  FigureGroup group;
  std::map<std::string, std::int64_t> skipped;  ///< by reason
  std::optional<ConfusionMatrix> confusion;     ///< grades
  std::optional<Calibration> calibration;       ///< grades whose probabilities are known
  std::vector<Pair> pairs;                      ///< measurements: a seeded sample, normalised
  std::optional<double> error_deviation;     ///< measurements: of answer - truth, for the limits of agreement
  std::optional<Histogram> truths, answers;  ///< measurements: over the same bins, normalised
  std::int64_t answers_outside{0};  ///< measurements outside the sign's official range; never clamped
  std::int64_t truths_outside{0};   ///< as above
  double same_share{0};   ///< share of crops that got the commonest answer (measurements: to 3 decimals)
  double same_answer{0};  ///< that answer
};

/// One value of one property: the crops of all women, of the left cheek, ...
struct Slice {
  std::string dimension;  ///< device, angle, side, gender, age, skin_type, sensitive
  std::string value;      ///< "phone", "L30", "left", "F", "30-39", "dry", "yes"; "unknown" where a part is
  bool small{false};      ///< too few people or crops to conclude from
  std::vector<FigureGroup> items;  ///< those with a judged crop here
  FigureGroup mean_of_items;       ///< only over the items that all slices of this dimension have
  FigureGroup pooled;
};

/// One task's evaluation: an item pools all its heads (left and right together), the mean is the plain mean
/// of the five items (undefined unless all five are defined), pooled is over all crops.
struct TaskReport {
  Task task{};
  std::vector<HeadReport> heads;   ///< in the order of signs()
  std::vector<FigureGroup> items;  ///< all five, in the order of the published log
  FigureGroup mean_of_items;
  FigureGroup pooled;
  std::map<std::string, std::int64_t> skipped;  ///< by reason
  std::vector<Slice> slices;                    ///< dimensions with at least two known values
};

/// Throws UsageError where the options are out of range. Runs for seconds on millions of predictions.
TaskReport evaluate(const EvaluationData& data, Task task, const EvaluationOptions& options = {});

}  // namespace skingauge
