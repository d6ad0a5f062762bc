// The plots' data; report.js draws them. Numbers are rounded to what can be seen; a missing one is null.
#pragma once

#include "skingauge/evaluation.hpp"

#include "evaluation/report/page.hpp"

#include <optional>
#include <string>
#include <vector>

namespace skingauge::report {

/// A row of a plot of intervals.
struct IntervalRow {
  std::string name;
  const Figure* figure{nullptr};
  std::optional<double> documented;
  bool small{false};
  bool total{false};
};

/// One figure of several groups, each with its interval and its best constant. Empty where none has a value.
std::optional<Plot> interval_plot(const std::string& title, const std::string& figure,
                                  const std::vector<IntervalRow>& rows);

/// How often each grade is the truth and how often the answer.
Plot grade_plot(const ConfusionMatrix& confusion);
/// Stated certainty against the share that is right, with each bin's count.
Plot reliability_plot(const Calibration& calibration);

/// Measurements, in units: answers against truths; differences against means (Bland and Altman), with bias
/// and limits of agreement; how both are spread.
Plot scatter_plot(const HeadReport& head);
Plot difference_plot(const HeadReport& head);
Plot spread_plot(const HeadReport& head);

/// Bland and Altman's limits of agreement in units: bias -+ 1.96 deviations.
struct Agreement {
  double bias{0};
  double low{0};
  double high{0};
};
std::optional<Agreement> agreement(const HeadReport& head);

}  // namespace skingauge::report
