#include "evaluation/report/report_html.hpp"

#include "evaluation/report/headline.hpp"
#include "evaluation/report/sections.hpp"
#include "evaluation/report/words.hpp"

#include <utility>

namespace skingauge::report {
namespace {

using Link = std::pair<std::string, std::string>;  // id, title

void add_task_links(std::vector<Link>& links, const TaskReport& task) {
  const std::string id(to_string(task.task));
  const std::string title(task_title(task.task));
  links.emplace_back(id + "-items", title + ": items");
  if (!task.heads.empty()) links.emplace_back(id + "-heads", "heads");
  if (!task.heads.empty()) links.emplace_back(id + "-details", "head by head");
  if (!task.slices.empty()) links.emplace_back(id + "-slices", "for whom");
}

std::vector<Link> links_of(const EvaluationReport& report) {
  std::vector<Link> links;
  for (const auto& [task, evaluation] : report.tasks) add_task_links(links, evaluation);
  if (!report.tasks.empty()) links.emplace_back("not-judged", "Not judged");
  if (!report.problem_counts.empty() || !report.problems.empty()) links.emplace_back("problems", "Problems");
  if (!report.replays.empty()) links.emplace_back("replay", "Replay");
  if (!report.gallery.empty()) links.emplace_back("gallery", "Worst misses");
  links.emplace_back("facts", "Facts");
  links.emplace_back("glossary", "Glossary");
  return links;
}

void write_contents(Page& page, const EvaluationReport& report) {
  page.html.element("nav", {{"aria-label", "Contents"}}, [&] {
    for (const auto& [id, title] : links_of(report)) {
      page.html.element("a", {{"href", "#" + id}}, title);
      page.html.raw("\n");
    }
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
      write_warnings(page, report);
      write_contents(page, report);
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
