// Cells and columns of figures.
#pragma once

#include "skingauge/evaluation.hpp"

#include "evaluation/report/html_table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace skingauge::report {

/// A figure with its interval and its best constant; "not defined" without a value, a dash where the group
/// has no such figure.
Cell figure_cell(const FigureGroup& group, const std::string& figure, std::string_view unit = {});
Cell count_cell(std::int64_t count);
/// A column for a figure, named in words.
Column figure_column(const std::string& figure);
/// Judged, photographs, people.
void add_count_columns(std::vector<Column>& columns);
void add_count_cells(std::vector<Cell>& cells, const FigureGroup& group);

}  // namespace skingauge::report
