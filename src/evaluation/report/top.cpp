#include "evaluation/report/top.hpp"

#include "evaluation/report/figure_cells.hpp"
#include "evaluation/report/figure_words.hpp"
#include "evaluation/report/numbers.hpp"
#include "evaluation/report/words.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace skingauge::report {
namespace {

std::span<const std::string_view> headline_names(Task task) noexcept {
  static constexpr std::array<std::string_view, 3> kGrades{"top3", "within1", "exact"};
  static constexpr std::array<std::string_view, 1> kMeasurements{"mae"};
  return task == Task::grade ? std::span<const std::string_view>(kGrades) : kMeasurements;
}

// How the figure stands to the best constant answer: the second half of a verdict.
struct StandingWords {
  std::string text;
  bool good{false};
};

StandingWords standing_words(const Figure& figure) {
  const auto constant = "the best constant answer (" + figure_text(figure.name, figure.best_constant) + ")";
  switch (standing(figure)) {
    case Standing::better:
      return {"Better than " + constant + ".", true};
    case Standing::not_told_apart:
      return {"No better than " + constant + ": the interval includes it.", false};
    case Standing::worse:
      return {"Worse than " + constant + ".", false};
    case Standing::seems_better:
      return {"Beside " + constant + " it looks better, but without an interval that may be chance.", false};
    case Standing::seems_no_better:
      return {"No better than " + constant + ".", false};
    case Standing::unknown:
      break;
  }
  return {};
}

std::string what_it_is(const std::string& name) {
  if (name == "top3") return "The true grade is among the network's three best guesses in ";
  if (name == "within1") return "The answer is the true grade or a neighbour of it in ";
  if (name == "exact") return "The answer is exactly the true grade in ";
  return "The answers are off by ";
}

}  // namespace

TopFigure top_figure_of(const TaskReport& task) {
  const auto names = headline_names(task.task);
  for (const auto name : names) {
    for (const auto* group : {&task.mean_of_items, &task.pooled}) {
      const auto* figure = group->find(std::string(name));
      if (figure == nullptr || !figure->value) continue;
      const bool mean = group == &task.mean_of_items;
      return {&task, group, figure, mean ? documented_figure(task.task, figure->name) : std::nullopt,
              figure->name};
    }
  }
  return {&task, &task.pooled, nullptr, std::nullopt, std::string(names.front())};
}

namespace {

std::string verdict(const TopFigure& headline) {
  if (headline.figure == nullptr) return "Nothing was judged, so there is no figure.";
  const auto& figure = *headline.figure;
  const auto text = what_it_is(figure.name) + figure_text(figure.name, figure.value);
  if (headline.task->task == Task::grade) return text + " of cases.";
  return text + " (" + percent(*figure.value) + ") of their scale on average.";
}

std::string documented_text(const TopFigure& headline) {
  const double value = headline.documented->value;
  return words_of(headline.name).kind == FigureKind::share ? short_percent(value) : decimals(value, 2);
}

void write_numbers(HtmlWriter& html, const TopFigure& headline, const BootstrapOptions& options) {
  const auto& figure = *headline.figure;
  const auto interval = interval_text(figure.name, figure.interval);
  html.element("dl", {{"class", "numbers"}}, [&] {
    write_big_number(html, {"run", "This run", figure_text(figure.name, figure.value),
                            interval.empty() ? "no interval"
                                             : short_percent(options.confidence) + " interval " + interval});
    write_big_number(html, {"constant", "Best constant", figure_text(figure.name, figure.best_constant),
                            "one answer for every photograph"});
    if (headline.documented)
      write_big_number(html,
                       {"documented", "Documented", documented_text(headline), headline.documented->source});
  });
}

std::string counts_text(const TaskReport& task) {
  const auto& all = task.pooled;
  return counted(all.judged, "judged crop") + " of " + counted(all.photos, "photograph") + " of " +
         counted_people(all.people);
}

std::string pooling_text(const TopFigure& headline) {
  const auto title = std::string(words_of(headline.name).title);
  return headline.group == &headline.task->mean_of_items
             ? title + ", plain mean of five items"
             : title + ", over all crops (not every item has judged crops)";
}

void write_card(Page& page, const TopFigure& headline, const EvaluationReport& report) {
  auto& html = page.html;
  const auto task = headline.task->task;
  html.element("article", {{"class", "card"}, {"data-task", to_string(task)}}, [&] {
    html.element("h2", {}, [&] {
      html.text(task_title(task));
      html.element("span", {{"class", "beside"}}, " " + pooling_text(headline));
    });
    html.paragraph(verdict(headline), "verdict");
    if (headline.figure != nullptr) {
      const auto stands = standing_words(*headline.figure);
      if (!stands.text.empty()) html.paragraph(stands.text, stands.good ? "good" : "bad");
      write_numbers(html, headline, report.options.bootstrap);
    }
    html.paragraph(counts_text(*headline.task), "counts");
    if (headline.figure != nullptr && task == Task::grade && headline.name != "top3")
      html.paragraph("Top-3 accuracy is not defined: only the answers are known, not the scores behind them.",
                     "note");
  });
}

std::string lower(std::string_view title) {
  std::string text(title);
  if (text.front() >= 'A' && text.front() <= 'Z') text.front() = static_cast<char>(text.front() - 'A' + 'a');
  return text;
}

std::string constant_words(const std::vector<TopFigure>& headlines) {
  std::string text =
      "What is reached without looking: each head gives one and the same answer for every photograph, the "
      "best "
      "one there is, chosen with the truth known.";
  for (const auto& headline : headlines) {
    const auto words = words_of(headline.name);
    if (headline.figure != nullptr)
      text += " For the " + lower(words.title) + ": " + std::string(words.constant) + ".";
  }
  return text + " A network that does not beat this has shown nothing about skin.";
}

// What the numbers of the cards are, once for all of them.
void write_explanations(HtmlWriter& html, const std::vector<TopFigure>& headlines) {
  const auto documented = [](const TopFigure& headline) { return headline.documented.has_value(); };
  html.element("dl", {{"class", "explained"}}, [&] {
    html.element("dt", "Best constant");
    html.element("dd", constant_words(headlines));
    if (!std::any_of(headlines.begin(), headlines.end(), documented)) return;
    html.element("dt", "Documented");
    html.element("dd",
                 "Published for the data set's own photographs. Where yours are others, compare roughly.");
  });
}

void write_demo_mark(HtmlWriter& html) {
  html.element("div", {{"class", "demo"}, {"role", "note"}}, [&] {
    html.element("b", "DEMO checkpoints.");
    html.text(" They were fitted on drawn faces. Nothing on this page says anything about real skin.");
  });
}

void write_title(HtmlWriter& html, const EvaluationReport& report) {
  html.element("header", {}, [&] {
    html.element("p", {{"class", "kicker"}}, "skingauge evaluation");
    html.element("h1", report.title.empty() ? "Evaluation" : report.title);
    if (!report.date.empty()) html.element("p", {{"class", "date"}}, report.date);
    if (report.warnings.empty()) return;
    const auto count = static_cast<std::int64_t>(report.warnings.size());
    html.element("p", {{"class", "bad jump"}}, [&] {
      html.element("a", {{"href", "#warnings"}}, counted(count, "thing") + " to distrust");
    });
  });
}

}  // namespace

void write_top(Page& page, const EvaluationReport& report) {
  auto& html = page.html;
  write_title(html, report);
  if (report.run && report.run->demo) write_demo_mark(html);
  if (report.tasks.empty()) {
    html.paragraph("Nothing was judged, so there are no figures.", "verdict");
    return;
  }
  std::vector<TopFigure> headlines;
  for (const auto& [task, evaluation] : report.tasks) headlines.push_back(top_figure_of(evaluation));
  html.element("div", {{"class", "cards"}}, [&] {
    for (const auto& headline : headlines) write_card(page, headline, report);
  });
  const auto judged = [](const TopFigure& headline) { return headline.figure != nullptr; };
  if (std::any_of(headlines.begin(), headlines.end(), judged)) write_explanations(html, headlines);
}

void write_warnings(Page& page, const EvaluationReport& report) {
  auto& html = page.html;
  if (report.warnings.empty()) return;
  html.element("section", {{"id", "warnings"}, {"class", "warnings"}}, [&] {
    html.element("h2", "What to distrust");
    html.element("ul", {}, [&] {
      for (const auto& warning : report.warnings) {
        html.element("li", {{"data-code", warning.code}}, [&] { html.text(warning.text); });
      }
    });
  });
}

}  // namespace skingauge::report
