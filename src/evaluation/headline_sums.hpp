// The figures that heads, items, all crops and slices share: five sums each.
#pragma once

#include "skingauge/evaluation_data.hpp"
#include "skingauge/grade_metrics.hpp"
#include "skingauge/measurement_metrics.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

/// Sums over judged crops. Grades: crops, crops whose top three are known, top-3 hits, within-one hits, exact
/// hits. Measurements: crops, |error|, error, error squared, |error| in units.
using Headline = std::array<double, 5>;

/// One crop's contribution.
Headline headline_of(const HeadSamples& head, std::size_t sample);
/// The sums that the best constant answers would have: of these samples, each figure with its own constant.
Headline constant_headline(const HeadSamples& head, std::span<const std::size_t> samples);

void add(Headline& sum, const Headline& more);

/// top3, within1, exact; or mae, rmse, bias, and with `units` mae_units.
std::vector<std::string> headline_names(Task task, bool units);
std::vector<std::optional<double>> headline_values(Task task, const Headline& sums, bool units);

/// The plain mean by figure; empty where a group's figure is, or where there is no group.
std::vector<std::optional<double>> mean_values(const std::vector<std::vector<std::optional<double>>>& groups,
                                               std::size_t figures);

}  // namespace skingauge
