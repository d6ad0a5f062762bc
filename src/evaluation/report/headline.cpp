#include "evaluation/report/headline.hpp"

#include "evaluation/report/figure_words.hpp"
#include "evaluation/report/numbers.hpp"
#include "evaluation/report/words.hpp"

#include <array>
#include <span>

namespace skingauge::report {
namespace {

std::span<const std::string_view> headline_names(Task task) noexcept {
  static constexpr std::array<std::string_view, 3> kGrades{"top3", "within1", "exact"};
  static constexpr std::array<std::string_view, 1> kMeasurements{"mae"};
  return task == Task::grade ? std::span<const std::string_view>(kGrades) : kMeasurements;
}

std::string standing_words(Standing standing, const std::string& constant) {
  switch (standing) {
    case Standing::better:
      return "This is better than the best constant answer (" + constant + ").";
    case Standing::not_told_apart:
      return "This cannot be told apart from the best constant answer (" + constant +
             "): the interval includes it.";
    case Standing::worse:
      return "This is worse than the best constant answer (" + constant + ").";
    case Standing::seems_better:
      return "This is above the best constant answer (" + constant +
             "), but without an interval that may be chance.";
    case Standing::seems_no_better:
      return "This is no better than the best constant answer (" + constant + ").";
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

Headline headline_of(const TaskReport& task) {
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

std::string verdict(const Headline& headline) {
  if (headline.figure == nullptr) return "Nothing was judged, so there is no figure.";
  const auto& figure = *headline.figure;
  const bool measurement = headline.task->task == Task::measurement;
  auto text = what_it_is(figure.name) + figure_text(figure.name, figure.value);
  text += measurement ? " of their scale on average. " : " of cases. ";
  if (measurement) text.insert(text.find(" of their"), " (" + percent(*figure.value) + ")");
  return text + standing_words(standing(figure), figure_text(figure.name, figure.best_constant));
}

namespace {

// Which of the three numbers of a card, its mark in the plots, and how it is written.
struct Number {
  std::string_view css_class;
  std::string_view title;
  std::string value;
  std::string below;
};

void write_number(HtmlWriter& html, const Number& number) {
  html.element("div", {{"class", number.css_class}}, [&] {
    html.element("dt", number.title);
    html.element("dd", {}, [&] {
      html.element("span", {{"class", "big"}}, number.value);
      if (!number.below.empty()) html.element("span", {{"class", "small"}}, " " + number.below);
    });
  });
}

std::string documented_text(const Headline& headline) {
  const double value = headline.documented->value;
  return words_of(headline.name).kind == FigureKind::share ? short_percent(value) : significant(value);
}

void write_numbers(HtmlWriter& html, const Headline& headline, const BootstrapOptions& options) {
  const auto& figure = *headline.figure;
  const auto interval = interval_text(figure.name, figure.interval);
  const auto range = percent(options.confidence).erase(percent(options.confidence).find('.'), 2);
  html.element("dl", {{"class", "numbers"}}, [&] {
    write_number(html, {"run", "This run", figure_text(figure.name, figure.value),
                        interval.empty() ? "no interval" : range + " interval " + interval});
    write_number(html, {"constant", "Best constant", figure_text(figure.name, figure.best_constant),
                        "without looking"});
    if (headline.documented)
      write_number(html,
                   {"documented", "Documented", documented_text(headline), headline.documented->source});
  });
}

std::string counts_text(const TaskReport& task) {
  const auto& all = task.pooled;
  return counted(all.judged, "judged crop") + " of " + counted(all.photos, "photograph") + " of " +
         (all.people == 1 ? "1 person" : with_thousands(all.people) + " people");
}

std::string pooling_text(const Headline& headline) {
  const auto title = std::string(words_of(headline.name).title);
  return headline.group == &headline.task->mean_of_items
             ? title + ", plain mean of five items"
             : title + ", over all crops (not every item has judged crops)";
}

std::string constant_text(const Headline& headline) {
  return "Best constant: what each head would reach by giving the same answer to every photograph (" +
         std::string(words_of(headline.name).constant) +
         "), chosen with the truth known. A network that does not beat it has shown nothing.";
}

void write_card(Page& page, const Headline& headline, const EvaluationReport& report) {
  auto& html = page.html;
  const auto task = headline.task->task;
  html.element("article", {{"class", "card"}, {"data-task", to_string(task)}}, [&] {
    html.element("h2", {}, [&] {
      html.text(task_title(task));
      html.element("span", {{"class", "beside"}}, " " + pooling_text(headline));
    });
    html.paragraph(verdict(headline), "verdict");
    if (headline.figure != nullptr) write_numbers(html, headline, report.options.bootstrap);
    html.paragraph(counts_text(*headline.task), "counts");
    if (headline.figure == nullptr) return;
    if (task == Task::grade && headline.name != "top3")
      html.paragraph("Top-3 accuracy is not defined: only the answers are known, not the scores behind them.",
                     "note");
    html.paragraph(constant_text(headline), "note");
    if (headline.documented)
      html.paragraph("Documented: a figure published for other photographs; a comparison is rough.", "note");
  });
}

}  // namespace

void write_top(Page& page, const EvaluationReport& report) {
  auto& html = page.html;
  html.element("header", {}, [&] {
    html.element("p", {{"class", "kicker"}}, "skingauge evaluation");
    html.element("h1", report.title.empty() ? "Evaluation" : report.title);
    if (!report.date.empty()) html.element("p", {{"class", "date"}}, report.date);
  });
  if (report.run && report.run->demo) {
    html.element("div", {{"class", "demo"}, {"role", "note"}}, [&] {
      html.element("b", "DEMO checkpoints.");
      html.text(" They were fitted on drawn faces. Nothing on this page says anything about real skin.");
    });
  }
  html.element("div", {{"class", "cards"}}, [&] {
    for (const auto& [task, evaluation] : report.tasks) write_card(page, headline_of(evaluation), report);
  });
  if (report.tasks.empty()) html.paragraph("Nothing was judged, so there are no figures.", "verdict");
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
