#include "evaluation/report/figure_cells.hpp"
#include "evaluation/report/figure_words.hpp"
#include "evaluation/report/numbers.hpp"
#include "evaluation/report/plots.hpp"
#include "evaluation/report/report_html.hpp"
#include "evaluation/report/sections.hpp"
#include "evaluation/report/words.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace skingauge::report {
namespace {

const ComparedFigure* find(const ComparedGroup& group, std::string_view name) {
  const auto found = std::find_if(group.figures.begin(), group.figures.end(),
                                  [&](const ComparedFigure& figure) { return figure.name == name; });
  return found == group.figures.end() ? nullptr : &*found;
}

struct ComparedHeadline {
  const ComparedGroup* group{nullptr};
  const ComparedFigure* figure{nullptr};
  std::string name;
};

// As of one run: Top-3 before within-one before exact, the mean of items before all crops.
ComparedHeadline top_figure_of(const TaskComparison& task) {
  for (const auto* name : {"top3", "within1", "exact", "mae"}) {
    for (const auto* group : {&task.mean_of_items, &task.pooled}) {
      const auto* figure = find(*group, name);
      if (figure != nullptr && figure->difference) return {group, figure, name};
    }
  }
  return {&task.pooled, nullptr, task.task == Task::grade ? "top3" : "mae"};
}

// Which run is better, by the interval alone.
enum class Judgement : std::uint8_t { undefined, no_interval, alike, a_better, b_better };

Judgement judge(const ComparedFigure& figure) {
  const auto better = words_of(figure.name).better;
  if (!figure.difference || better == Better::near_zero) return Judgement::undefined;
  if (!figure.interval) return Judgement::no_interval;
  if (figure.interval->low <= 0 && figure.interval->high >= 0) return Judgement::alike;
  const bool b_is_higher = figure.interval->low > 0;
  return b_is_higher == (better == Better::higher) ? Judgement::b_better : Judgement::a_better;
}

std::string verdict(const ComparedHeadline& headline) {
  if (headline.figure == nullptr) return "The headline figure is not defined for both runs.";
  const auto& figure = *headline.figure;
  const bool share = words_of(figure.name).kind == FigureKind::share;
  const auto size = "B minus A is " + difference_number(figure.name, *figure.difference) +
                    (share ? " percentage points" : "");
  switch (judge(figure)) {
    case Judgement::alike:
      return "The two runs cannot be told apart: " + size + ", and the interval includes 0.";
    case Judgement::a_better:
      return "A is better: " + size + ", and the interval does not include 0.";
    case Judgement::b_better:
      return "B is better: " + size + ", and the interval does not include 0.";
    default:
      return size + ". Without an interval that may be chance.";
  }
}

void write_numbers(HtmlWriter& html, const ComparedFigure& figure) {
  const bool share = words_of(figure.name).kind == FigureKind::share;
  const auto interval = difference_interval_text(figure.name, figure.interval);
  html.element("dl", {{"class", "numbers"}}, [&] {
    write_big_number(html, {"run", "B minus A", difference_number(figure.name, *figure.difference),
                            std::string(share ? "percentage points; " : "") +
                                (interval.empty() ? "no interval" : "interval " + interval)});
    write_big_number(html, {"", "A", figure_text(figure.name, figure.a), ""});
    write_big_number(html, {"", "B", figure_text(figure.name, figure.b), ""});
  });
}

void write_card(Page& page, const TaskComparison& task) {
  auto& html = page.html;
  const auto headline = top_figure_of(task);
  const auto& all = task.pooled;
  html.element("article", {{"class", "card"}, {"data-task", to_string(task.task)}}, [&] {
    html.element("h2", {}, [&] {
      html.text(task_title(task.task));
      html.element("span", {{"class", "beside"}},
                   " " + std::string(words_of(headline.name).title) + ", " + headline.group->name);
    });
    html.paragraph(verdict(headline), "verdict");
    if (headline.figure != nullptr) write_numbers(html, *headline.figure);
    html.paragraph(counted(all.judged, "crop") + " judged by both, of " + counted(all.photos, "photograph") +
                       " of " + counted_people(all.people),
                   "counts");
  });
}

void write_left_out(Page& page, const Comparison& comparison) {
  struct Row {
    std::int64_t count;
    std::string_view noun;
    std::string_view words;
  };
  const std::array rows{
      Row{comparison.only_a, "crop", " judged by A alone: left out"},
      Row{comparison.only_b, "crop", " judged by B alone: left out"},
      Row{comparison.truths_differ, "crop", " whose truths differ between A and B: left out"},
      Row{comparison.subjects_differ, "photograph", " on which A and B name different people: A's count"},
  };
  if (std::all_of(rows.begin(), rows.end(), [](const Row& row) { return row.count == 0; })) return;
  page.html.element("section", {{"class", "warnings"}, {"id", "warnings"}}, [&] {
    page.html.element("h2", "Not alike in both");
    page.html.element("ul", {}, [&] {
      for (const auto& row : rows) {
        if (row.count > 0) page.html.element("li", counted(row.count, row.noun) + std::string(row.words));
      }
    });
  });
}

std::vector<std::string> names_of(const std::vector<const ComparedGroup*>& groups) {
  std::vector<std::string> names;
  for (const auto* group : groups) {
    for (const auto& figure : group->figures) {
      if (std::find(names.begin(), names.end(), figure.name) == names.end()) names.push_back(figure.name);
    }
  }
  return names;
}

Cell difference_cell(const ComparedGroup& group, const std::string& name) {
  Cell cell;
  const auto* figure = find(group, name);
  if (figure == nullptr) {
    cell.text = "–";
    return cell;
  }
  cell.text = difference_text(name, figure->difference);
  cell.interval = difference_interval_text(name, figure->interval);
  cell.notes = {"A " + figure_text(name, figure->a), "B " + figure_text(name, figure->b)};
  const auto judgement = judge(*figure);
  if (judgement == Judgement::a_better) cell.mark = "A is better";
  if (judgement == Judgement::b_better) cell.mark = "B is better";
  cell.neutral_mark = true;
  return cell;
}

Cell group_cell(Task task, const ComparedGroup& group) {
  const auto* sign = find_sign_by_key(group.name, task);
  auto cell = words_cell(sign == nullptr ? group_name(task, group.name) : sign_name(sign));
  if (sign != nullptr) cell.code = group.name;
  return cell;
}

void write_table(Page& page, Task task, const std::string& caption,
                 const std::vector<const ComparedGroup*>& groups) {
  HtmlTable table{caption, {{"", "", false}}, {}};
  table.columns.push_back(judged_column());
  const auto names = names_of(groups);
  for (const auto& name : names) table.columns.push_back(figure_column(name));
  for (const auto* group : groups) {
    Row row;
    row.head = group_cell(task, *group);
    row.cells.push_back(judged_cell(group->judged, group->photos, group->people));
    for (const auto& name : names) row.cells.push_back(difference_cell(*group, name));
    table.rows.push_back(std::move(row));
  }
  table.write(page.html);
}

void write_plot(Page& page, Task task, const std::string& title, const std::string& figure,
                const std::vector<const ComparedGroup*>& groups) {
  std::vector<Figure> differences;
  differences.reserve(groups.size());  // rows point into it
  std::vector<IntervalRow> rows;
  for (const auto* group : groups) {
    IntervalRow row{group_cell(task, *group).text, nullptr, std::nullopt, false, false};
    if (const auto* found = find(*group, figure); found != nullptr) {
      differences.push_back({figure, found->difference, std::nullopt, found->interval});
      row.figure = &differences.back();
    }
    rows.push_back(row);
  }
  auto plot = interval_plot(title, figure, rows);
  if (!plot) return;
  plot->data["difference"] = true;
  plot->label = "Each row's difference, B minus A, with its interval.";
  page.plot(*plot);
}

void write_groups(Page& page, const TaskComparison& task, const std::string& what,
                  const std::vector<const ComparedGroup*>& groups) {
  const auto figure = top_figure_of(task).name;
  const auto title = std::string(task_title(task.task)) + " by " + what;
  page.section(std::string(to_string(task.task)) + "-" + what + "s", title, [&] {
    write_plot(page, task.task, std::string(words_of(figure).title) + ", B minus A, by " + what, figure,
               groups);
    write_table(page, task.task, title + ": B minus A (pp: percentage points), in brackets its interval",
                groups);
  });
}

void write_task(Page& page, const TaskComparison& task) {
  std::vector<const ComparedGroup*> groups{&task.mean_of_items};
  for (const auto& item : task.items) groups.push_back(&item);
  groups.push_back(&task.pooled);
  write_groups(page, task, "item", groups);
  groups.clear();
  for (const auto& head : task.heads) groups.push_back(&head);
  if (!groups.empty()) write_groups(page, task, "head", groups);
}

void write_header(HtmlWriter& html, const ComparisonReport& report) {
  html.element("header", {}, [&] {
    html.element("p", {{"class", "kicker"}}, "skingauge comparison");
    html.element("h1", "Two runs on the same crops");
    html.element("dl", {{"class", "runs"}}, [&] {
      html.element("dt", "A");
      html.element("dd", report.name_a);
      html.element("dt", "B");
      html.element("dd", report.name_b);
    });
    if (!report.date.empty()) html.element("p", {{"class", "date"}}, report.date);
  });
}

std::vector<std::string> figures_of(const Comparison& comparison) {
  std::vector<const ComparedGroup*> groups;
  for (const auto& [task, compared] : comparison.tasks) {
    for (const auto& head : compared.heads) groups.push_back(&head);
    for (const auto& item : compared.items) groups.push_back(&item);
  }
  return names_of(groups);
}

}  // namespace

void write_comparison_html(std::ostream& out, const ComparisonReport& report, const Assets& assets) {
  const auto title = "Comparison of " + report.name_a + " and " + report.name_b;
  write_document(out, title, assets, [&](Page& page) {
    page.html.element("main", {}, [&] {
      write_header(page.html, report);
      page.html.element("div", {{"class", "cards"}}, [&] {
        for (const auto& [task, compared] : report.comparison.tasks) write_card(page, compared);
      });
      write_left_out(page, report.comparison);
      write_plots_note(page);
      for (const auto& [task, compared] : report.comparison.tasks) write_task(page, compared);
      write_problems(page, report.problem_counts, report.problems);
      EvaluationReport facts;
      facts.inputs = report.inputs;
      facts.version = report.version;
      facts.command = report.command;
      facts.date = report.date;
      facts.seconds = report.seconds;
      facts.options = report.options;
      write_facts(page, facts);
      write_definitions(page, figures_of(report.comparison));
    });
    write_footer(page, report.version);
  });
}

}  // namespace skingauge::report

namespace skingauge {

void write_comparison_html(std::ostream& out, const ComparisonReport& report) {
  report::write_comparison_html(out, report, report::embedded_assets());
}

}  // namespace skingauge
