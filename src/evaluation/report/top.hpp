// The one figure of a task that stands at the top.
#pragma once

#include "skingauge/report.hpp"

#include "evaluation/report/page.hpp"

#include <optional>
#include <string>

namespace skingauge::report {

/// The documented figure of merit: Top-3 (or, where the scores are not known, within-one or exact) of grades,
/// the mean absolute error of measurements; the plain mean of the five items where it is defined, else over
/// all crops. `figure` is null where nothing was judged.
struct TopFigure {
  const TaskReport* task{nullptr};
  const FigureGroup* group{nullptr};
  const Figure* figure{nullptr};
  std::optional<DocumentedFigure> documented;  ///< only beside the mean of items: that is what it is
  std::string name;                            ///< of the figure, also where there is none: "top3"
};
TopFigure top_figure_of(const TaskReport& task);

/// Title, demo mark, and for each task a verdict with its figures.
void write_top(Page& page, const EvaluationReport& report);
/// What a reader must not overlook.
void write_warnings(Page& page, const EvaluationReport& report);

}  // namespace skingauge::report
