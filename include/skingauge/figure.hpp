// A named number of an evaluation, with what it must be read beside.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace skingauge {

/// A range of plausible values, both ends included.
struct Interval {
  double low{0};
  double high{0};
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// One figure. Empty `value`: not defined, because nothing was judged or because the metric has no value for
/// such data (a correlation with a constant, say). Never NaN.
struct Figure {
  std::string name;  ///< snake_case, as in summary.json: "top3", "mae", "weighted_kappa"
  std::optional<double> value;
  /// What the best answer that is the same for all samples would have reached, chosen with the truth known.
  std::optional<double> best_constant;
  std::optional<Interval> interval;  ///< by bootstrap over people; empty where none was computed
  friend bool operator==(const Figure&, const Figure&) = default;
};

/// The figure of this name, or null.
const Figure* find_figure(const std::vector<Figure>& figures, const std::string& name) noexcept;

}  // namespace skingauge
