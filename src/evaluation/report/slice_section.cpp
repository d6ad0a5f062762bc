#include "evaluation/report/figure_cells.hpp"
#include "evaluation/report/figure_words.hpp"
#include "evaluation/report/numbers.hpp"
#include "evaluation/report/plots.hpp"
#include "evaluation/report/sections.hpp"
#include "evaluation/report/top.hpp"
#include "evaluation/report/words.hpp"

#include <algorithm>

namespace skingauge::report {
namespace {

using Slices = std::vector<const Slice*>;

std::vector<std::string> dimensions(const TaskReport& task) {
  std::vector<std::string> names;
  for (const auto& slice : task.slices) {
    if (std::find(names.begin(), names.end(), slice.dimension) == names.end())
      names.push_back(slice.dimension);
  }
  return names;
}

Slices of_dimension(const TaskReport& task, const std::string& dimension) {
  Slices slices;
  for (const auto& slice : task.slices) {
    if (slice.dimension == dimension) slices.push_back(&slice);
  }
  return slices;
}

// The items that a dimension's slices have, in the order of the published log.
std::vector<std::string> item_names(Task task, const Slices& slices) {
  std::vector<std::string> names;
  for (const auto item : items(task)) {
    const auto has = [&](const FigureGroup& group) { return group.name == to_string(item); };
    if (std::any_of(slices.begin(), slices.end(), [&](const Slice* slice) {
          return std::any_of(slice->items.begin(), slice->items.end(), has);
        }))
      names.emplace_back(to_string(item));
  }
  return names;
}

Cell item_cell(const Slice& slice, const std::string& item, const std::string& figure) {
  for (const auto& group : slice.items) {
    if (group.name == item) return figure_cell(group, figure);
  }
  Cell cell;
  cell.text = "–";
  return cell;
}

Row slice_row(const Slice& slice, const std::vector<std::string>& item_columns, const std::string& figure) {
  Row row;
  row.head = words_cell(slice_name(slice.dimension, slice.value));
  if (slice.small) row.head.mark = "few";
  row.cells.push_back(judged_cell(slice.pooled));
  row.cells.push_back(figure_cell(slice.pooled, figure));
  row.cells.push_back(figure_cell(slice.mean_of_items, figure));
  for (const auto& item : item_columns) row.cells.push_back(item_cell(slice, item, figure));
  return row;
}

void write_table(Page& page, Task task, const std::string& caption, const Slices& slices,
                 const std::string& figure) {
  HtmlTable table{caption, {{"", "", false}}, {}};
  table.columns.front().title = capital(dimension_name(slices.front()->dimension));
  table.columns.push_back(judged_column());
  table.columns.push_back({"All crops", "", true});
  table.columns.push_back({"Mean of items", "that all rows have", true});
  const auto columns = item_names(task, slices);
  for (const auto& item : columns) table.columns.push_back({item_name(task, item), "", true});
  for (const auto* slice : slices) table.rows.push_back(slice_row(*slice, columns, figure));
  table.write(page.html);
}

void write_dimension(Page& page, const TaskReport& task, const std::string& dimension,
                     const std::string& figure) {
  const auto slices = of_dimension(task, dimension);
  const auto title = std::string(words_of(figure).title) + " by " + dimension_name(dimension);
  page.html.element("h3", capital(dimension_name(dimension)));
  std::vector<IntervalRow> rows;
  for (const auto* slice : slices) {
    rows.push_back(
        {slice_name(dimension, slice->value), slice->pooled.find(figure), std::nullopt, slice->small, false});
  }
  page.plot(interval_plot(title + ", all crops", figure, rows));
  write_table(page, task.task, std::string(task_title(task.task)) + ": " + title, slices, figure);
}

}  // namespace

void write_slices(Page& page, const TaskReport& task, const EvaluationOptions& options) {
  if (task.slices.empty()) return;
  const auto figure = top_figure_of(task).name;
  const auto id = std::string(to_string(task.task)) + "-slices";
  page.section(id, std::string(task_title(task.task)) + " for whom, and how taken", [&] {
    page.html.paragraph("The same figure for parts of the photographs. \"few\" marks parts with fewer than " +
                        std::to_string(options.small_people) + " people or " +
                        with_thousands(options.small_judged) +
                        " judged crops: too few to conclude anything from.");
    for (const auto& dimension : dimensions(task)) write_dimension(page, task, dimension, figure);
  });
}

}  // namespace skingauge::report
