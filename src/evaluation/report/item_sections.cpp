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

// Where a head's commonest answer stands: a phone shows the judged crops and the first figure beside the
// name.
constexpr int kAfterHeadline = 2;

std::vector<const FigureGroup*> groups_of(const TaskReport& task) {
  std::vector<const FigureGroup*> groups{&task.mean_of_items};
  for (const auto& item : task.items) groups.push_back(&item);
  groups.push_back(&task.pooled);
  return groups;
}

std::vector<IntervalRow> item_rows(const TaskReport& task, const TopFigure& headline) {
  std::vector<IntervalRow> rows;
  for (const auto* group : groups_of(task)) {
    const bool total = group == &task.mean_of_items || group == &task.pooled;
    std::optional<double> documented;
    if (group == headline.group && headline.documented) documented = headline.documented->value;
    rows.push_back(
        {group_name(task.task, group->name), group->find(headline.name), documented, false, total});
  }
  return rows;
}

Row item_row(const TaskReport& task, const FigureGroup& group, const std::vector<std::string>& names) {
  Row row;
  row.total = &group == &task.mean_of_items || &group == &task.pooled;
  row.head = words_cell(group_name(task.task, group.name));
  row.cells.push_back(judged_cell(group));
  for (const auto& name : names)
    row.cells.push_back(figure_cell(group, name, row.total ? "" : item_unit(group.name)));
  return row;
}

// What a head answers most, and how often; marked where it hardly ever answers anything else.
Cell same_cell(const HeadReport& head) {
  Cell cell;
  if (head.group.judged == 0) {
    cell.text = kNotDefined;
    return cell;
  }
  const auto& sign = *head.sign;
  const bool grade = sign.task == Task::grade;
  cell.text = grade ? decimals(head.same_answer, 0)
                    : significant(head.same_answer * sign.scale) + " " + std::string(sign.unit);
  cell.notes = {"in " + percent(head.same_share)};
  if (head.group.judged > 1 && head.same_share >= 1) {
    cell.mark = "always the same";
  } else if (head.group.judged > 1 && head.same_share >= kNearlyAlways) {
    cell.mark = "nearly always";
  }
  return cell;
}

// How many of a head's answers lie outside the official range; marked where any does.
Cell outside_cell(const HeadReport& head) {
  auto cell = count_cell(head.answers_outside);
  if (head.truths_outside > 0) cell.notes = {counted(head.truths_outside, "truth")};
  if (head.answers_outside > 0) cell.mark = "out of range";
  return cell;
}

Row head_row(const HeadReport& head, const std::vector<std::string>& names) {
  Row row;
  row.head = words_cell(sign_name(head.sign));
  row.head.code = head.sign->key;
  row.head.link = head_anchor(*head.sign);
  row.cells.push_back(judged_cell(head.group));
  for (const auto& name : names) row.cells.push_back(figure_cell(head.group, name, head.sign->unit));
  row.cells.insert(row.cells.begin() + kAfterHeadline, same_cell(head));
  if (head.sign->task == Task::measurement) row.cells.push_back(outside_cell(head));
  return row;
}

// The figures of some groups, the headline's first.
std::vector<std::string> columns_of(const std::vector<const FigureGroup*>& groups, const std::string& first) {
  auto names = figure_names(groups);
  const auto found = std::find(names.begin(), names.end(), first);
  if (found == names.end()) {
    names.insert(names.begin(), first);
  } else {
    std::rotate(names.begin(), found, found + 1);
  }
  return names;
}

std::string caption_of(const TaskReport& task, const std::string& what) {
  return std::string(task_title(task.task)) + " by " + what +
         ". In brackets the interval, below it the best constant answer's figure; \"no better\" where the "
         "interval includes that, \"worse\" where the whole interval is worse.";
}

std::string task_id(const TaskReport& task) { return std::string(to_string(task.task)); }

}  // namespace

void write_items(Page& page, const TaskReport& task) {
  const auto headline = top_figure_of(task);
  const std::string title(words_of(headline.name).title);
  page.section(task_id(task) + "-items", std::string(task_title(task.task)) + " by item", [&] {
    page.html.paragraph("An item pools all its heads, left and right together.");
    page.plot(interval_plot(title + " by item", headline.name, item_rows(task, headline)));
    const auto groups = groups_of(task);
    const auto names = columns_of(groups, headline.name);
    HtmlTable table{caption_of(task, "item"), {{"Item", "", false}}, {}};
    table.columns.push_back(judged_column());
    for (const auto& name : names) table.columns.push_back(figure_column(name));
    for (const auto* group : groups) table.rows.push_back(item_row(task, *group, names));
    table.write(page.html);
  });
}

void write_heads(Page& page, const TaskReport& task) {
  if (task.heads.empty()) return;
  const auto headline = top_figure_of(task);
  std::vector<const FigureGroup*> groups;
  std::vector<IntervalRow> rows;
  for (const auto& head : task.heads) {
    groups.push_back(&head.group);
    rows.push_back({sign_name(head.sign), head.group.find(headline.name), std::nullopt, false, false});
  }
  const std::string title(words_of(headline.name).title);
  page.section(task_id(task) + "-heads", std::string(task_title(task.task)) + " by head", [&] {
    page.html.paragraph("A head is one value of one part of the face. Left is the viewer's left.");
    page.plot(interval_plot(title + " by head", headline.name, rows));
    const auto names = columns_of(groups, headline.name);
    HtmlTable table{caption_of(task, "head"), {{"Head", "", false}}, {}};
    table.columns.push_back(judged_column());
    for (const auto& name : names) table.columns.push_back(figure_column(name));
    table.columns.insert(table.columns.begin() + 1 + kAfterHeadline, {"Commonest answer", "", true});
    if (task.task == Task::measurement)
      table.columns.push_back({"Answers outside the official range", "", true});
    for (const auto& head : task.heads) table.rows.push_back(head_row(head, names));
    table.write(page.html);
  });
}

}  // namespace skingauge::report
