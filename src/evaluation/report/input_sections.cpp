// What was not judged, what was wrong with the inputs, and whether a published log follows from itself.
#include "evaluation/report/figure_cells.hpp"
#include "evaluation/report/numbers.hpp"
#include "evaluation/report/sections.hpp"
#include "evaluation/report/words.hpp"

#include <algorithm>

namespace skingauge::report {
namespace {

std::int64_t total(const std::map<std::string, std::int64_t>& counts) {
  std::int64_t sum = 0;
  for (const auto& [name, count] : counts) sum += count;
  return sum;
}

void write_reasons(Page& page, const TaskReport& task) {
  HtmlTable table{std::string(task_title(task.task)) + ": not judged, by reason",
                  {{"Reason", "", false}, {"Crops"}, {"Meaning", "", false}},
                  {}};
  for (const auto& [reason, count] : task.skipped) {
    Row row;
    row.head.code = reason;
    row.cells = {count_cell(count), words_cell(std::string(reason_words(reason)))};
    table.rows.push_back(std::move(row));
  }
  table.write(page.html);
}

void write_reasons_by_head(Page& page, const TaskReport& task) {
  HtmlTable table{
      std::string(task_title(task.task)) + ": not judged, by head and reason", {{"Head", "", false}}, {}};
  for (const auto& [reason, count] : task.skipped) table.columns.push_back({reason, "", true});
  for (const auto& head : task.heads) {
    Row row;
    row.head = words_cell(sign_name(head.sign));
    for (const auto& [reason, count] : task.skipped) {
      const auto found = head.skipped.find(reason);
      row.cells.push_back(count_cell(found == head.skipped.end() ? 0 : found->second));
    }
    table.rows.push_back(std::move(row));
  }
  page.html.element("details", {{"class", "more"}}, [&] {
    page.html.element("summary", "By head");
    table.write(page.html);
  });
}

void write_task_skips(Page& page, const TaskReport& task) {
  const auto skipped = total(task.skipped);
  const auto all = skipped + task.pooled.judged;
  if (all == 0) return;
  page.html.paragraph(std::string(task_title(task.task)) + ": " + with_thousands(skipped) + " of " +
                      with_thousands(all) + " (" +
                      percent(static_cast<double>(skipped) / static_cast<double>(all)) +
                      ") were not judged. They count nowhere, not as wrong and not as 0.");
  if (skipped == 0) return;
  write_reasons(page, task);
  write_reasons_by_head(page, task);
}

void write_problem(HtmlWriter& html, const InputProblem& problem) {
  html.element("li", {}, [&] {
    html.element("code", problem.line > 0 ? problem.file + ":" + std::to_string(problem.line) : problem.file);
    html.text(" ");
    html.element("span", {{"class", "mark"}}, problem.code);
    html.text(" " + problem.message);
  });
}

std::string criterion_words(const std::string& criterion) {
  if (criterion == "within1") return "a grade counts as right within one";
  if (criterion == "exact") return "a grade counts as right where it is the true one";
  if (criterion == "top3") return "a grade counts as right among the three best guesses";
  return criterion;
}

std::string log_figure(Task task, const std::optional<double>& value) {
  if (!value) return std::string(kNotDefined);
  return task == Task::grade ? decimals(*value, 2) + " %" : decimals(*value, 4);
}

std::string log_total(Task task, const std::optional<double>& value) {
  if (!value) return std::string(kNotDefined);
  return task == Task::grade ? decimals(*value, 2) + " %" : decimals(*value, 3);
}

std::string agreement_text(const ReplayReport& replay) {
  if (replay.running_lines == 0) return "The log prints no running lines to compare with.";
  if (replay.agreed == replay.running_lines)
    return "All " + counted(replay.running_lines, "running line") +
           " of the log follow from its own answers and truths.";
  return with_thousands(replay.agreed) + " of " + counted(replay.running_lines, "running line") +
         " follow from the log's own answers and truths; the rest do not. The largest difference is " +
         decimals(replay.largest_difference, 4) + ".";
}

// Which of a file's runs this is.
std::string run_text(const ReplayReport& replay) {
  const auto passed_over =
      std::count_if(replay.runs.begin(), replay.runs.end(), [](const LogRun& run) { return !run.evaluated; });
  std::string text;
  if (replay.runs.size() > 1)
    text = "Run " + std::to_string(replay.run) + " of " + std::to_string(replay.runs.size()) +
           " of the file; " + counted(passed_over, "run") + " passed over. ";
  if (replay.empty_runs > 0) text += counted(replay.empty_runs, "run") + " without a prediction. ";
  return text;
}

void write_replay(Page& page, const ReplayReport& replay) {
  auto& html = page.html;
  const bool agrees = replay.running_lines > 0 && replay.agreed == replay.running_lines;
  html.element("h3", {}, [&] { html.element("code", replay.file); });
  html.element("p", {{"class", agrees ? "good" : "bad"}}, agreement_text(replay));
  if (!replay.first_disagreement.empty())
    html.paragraph("First disagreement: " + replay.first_disagreement, "note");
  html.paragraph(
      run_text(replay) + counted(replay.photos, "photograph") + ", " + counted(replay.judged, "judged crop") +
      (replay.criterion.empty() ? "" : "; " + criterion_words(replay.criterion)) +
      (replay.finished ? "; the log is complete." : "; the log breaks off: it lacks its last line."));
  HtmlTable table{"At the end of the log", {{"Item", "", false}, {"Recomputed"}}, {}};
  const auto add = [&](const std::string& name, std::string value, bool total) {
    Cell cell;
    cell.text = std::move(value);
    table.rows.push_back({words_cell(name), {std::move(cell)}, total});
  };
  for (const auto& [item, value] : replay.items)
    add(item_name(replay.task, to_string(item)), log_figure(replay.task, value), false);
  add("total", log_total(replay.task, replay.total), true);
  add("total that the log prints", log_total(replay.task, replay.printed_total), false);
  table.write(html);
}

}  // namespace

void write_not_judged(Page& page, const EvaluationReport& report) {
  if (report.tasks.empty()) return;
  page.section("not-judged", "What was not judged, and why", [&] {
    for (const auto& [task, evaluation] : report.tasks) write_task_skips(page, evaluation);
  });
}

void write_problems(Page& page, const std::map<std::string, std::int64_t>& counts,
                    const std::vector<InputProblem>& problems) {
  if (counts.empty() && problems.empty()) return;
  page.section("problems", "Problems in the input", [&] {
    page.html.paragraph(with_thousands(total(counts)) + " times something could not be used, or was odd.");
    HtmlTable table{"Problems by kind", {{"Problem", "", false}, {"Count"}}, {}};
    for (const auto& [code, count] : counts) {
      Row row;
      row.head.code = code;
      row.cells = {count_cell(count)};
      table.rows.push_back(std::move(row));
    }
    table.write(page.html);
    page.html.element("details", {{"class", "more"}}, [&] {
      page.html.element("summary", "The first of each kind");
      page.html.element("ul", {{"class", "problems"}}, [&] {
        for (const auto& problem : problems) write_problem(page.html, problem);
      });
    });
  });
}

void write_replay_verdicts(Page& page, const EvaluationReport& report) {
  for (const auto& replay : report.replays) {
    const bool agrees = replay.running_lines > 0 && replay.agreed == replay.running_lines;
    page.html.element("p", {{"class", agrees ? "good replay" : "bad replay"}},
                      replay.file + ": " + agreement_text(replay));
  }
}

void write_replays(Page& page, const EvaluationReport& report) {
  if (report.replays.empty()) return;
  page.section("replay", "Does the published log follow from itself?", [&] {
    for (const auto& replay : report.replays) write_replay(page, replay);
  });
}

}  // namespace skingauge::report
