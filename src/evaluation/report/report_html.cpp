#include "evaluation/report/report_html.hpp"

#include "evaluation/report/sections.hpp"
#include "evaluation/report/top.hpp"
#include "evaluation/report/words.hpp"

#include <utility>

namespace skingauge::report {
namespace {

using Links = std::vector<std::pair<std::string, std::string>>;  // id, title

Links links_of(const TaskReport& task) {
  const std::string id(to_string(task.task));
  Links links{{id + "-items", "by item"}};
  if (!task.heads.empty()) {
    links.emplace_back(id + "-heads", "by head");
    links.emplace_back(id + "-details", "head by head");
  }
  if (!task.slices.empty()) links.emplace_back(id + "-slices", "for whom");
  return links;
}

Links links_of(const EvaluationReport& report) {
  Links links;
  if (!report.replays.empty()) links.emplace_back("replay", "replay");
  if (!report.tasks.empty()) links.emplace_back("not-judged", "not judged");
  if (!report.problem_counts.empty() || !report.problems.empty()) links.emplace_back("problems", "problems");
  if (!report.gallery.empty()) links.emplace_back("gallery", "worst misses");
  links.emplace_back("facts", "facts");
  links.emplace_back("glossary", "glossary");
  return links;
}

void write_links(HtmlWriter& html, std::string_view title, const Links& links) {
  html.element("p", {}, [&] {
    html.element("b", title);
    for (const auto& [id, words] : links) {
      html.text(" ");
      html.element("a", {{"href", "#" + id}}, words);
    }
  });
}

void write_contents(Page& page, const EvaluationReport& report) {
  page.html.element("nav", {{"aria-label", "Contents"}}, [&] {
    for (const auto& [task, evaluation] : report.tasks)
      write_links(page.html, task_title(task), links_of(evaluation));
    write_links(page.html, "More", links_of(report));
  });
}

void write_sections(Page& page, const EvaluationReport& report) {
  write_replays(page, report);
  for (const auto& [task, evaluation] : report.tasks) {
    write_items(page, evaluation);
    write_heads(page, evaluation);
    write_head_details(page, evaluation);
    write_slices(page, evaluation, report.options);
  }
  write_not_judged(page, report);
  write_problems(page, report.problem_counts, report.problems);
  write_gallery(page, report);
  write_facts(page, report);
  write_glossary(page, report);
}

}  // namespace

void write_report_html(std::ostream& out, const EvaluationReport& report, const Assets& assets) {
  write_document(out, report.title.empty() ? "Evaluation" : report.title, assets, [&](Page& page) {
    page.html.element("main", {}, [&] {
      write_top(page, report);
      write_replay_verdicts(page, report);
      write_warnings(page, report);
      write_contents(page, report);
      write_plots_note(page);
      write_sections(page, report);
    });
    write_footer(page, report.version);
  });
}

}  // namespace skingauge::report

namespace skingauge {

void write_report_html(std::ostream& out, const EvaluationReport& report) {
  report::write_report_html(out, report, report::embedded_assets());
}

}  // namespace skingauge
