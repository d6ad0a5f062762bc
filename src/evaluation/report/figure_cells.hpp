// Cells and columns of figures.
#pragma once

#include "skingauge/evaluation.hpp"

#include "evaluation/report/html_table.hpp"

#include <string>
#include <string_view>

namespace skingauge::report {

/// A figure with its interval and its best constant; "not defined" without a value, a dash where the group
/// has no such figure.
Cell figure_cell(const FigureGroup& group, const std::string& figure, std::string_view unit = {});
Cell count_cell(std::int64_t count);
/// Judged crops, and of how many photographs and people.
Cell judged_cell(std::int64_t judged, std::int64_t photos, std::int64_t people);
Cell judged_cell(const FigureGroup& group);
Column judged_column();

/// A number at the top of the page; inside a list of definitions.
struct BigNumber {
  std::string_view css_class;
  std::string_view title;
  std::string value;
  std::string below;  ///< small; may be empty
};
void write_big_number(HtmlWriter& html, const BigNumber& number);
/// A column for a figure, named in words.
Column figure_column(const std::string& figure);

}  // namespace skingauge::report
