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

// A cell of the confusion matrix: the count, and its share of the true grade's crops, which also shades it.
void write_confusion_cell(HtmlWriter& html, double count, double row_count, bool agrees) {
  const double share = row_count > 0 ? count / row_count : 0;
  const auto shade = "--share:" + decimals(share, 3);
  const auto* name = count == 0 ? "none" : agrees ? "agrees" : "";
  html.element("td", {{"class", name}, {"style", shade}}, [&] {
    html.text(with_thousands(count));
    if (count > 0) html.element("span", {{"class", "beside"}}, " " + decimals(100 * share, 0) + " %");
  });
}

void write_confusion_row(HtmlWriter& html, const ConfusionMatrix& confusion, int truth, double row_count) {
  html.element("tr", {}, [&] {
    html.element("th", {{"scope", "row"}}, "true " + std::to_string(truth));
    for (int answer = 0; answer < confusion.classes(); ++answer)
      write_confusion_cell(html, confusion.at(truth, answer), row_count, answer == truth);
    html.element("td", {{"class", "sum"}}, with_thousands(row_count));
  });
}

void write_confusion_titles(HtmlWriter& html, int classes) {
  html.element("thead", {}, [&] {
    html.element("tr", {}, [&] {
      html.element("th", {{"scope", "col"}}, "truth / answer");
      for (int answer = 0; answer < classes; ++answer)
        html.element("th", {{"scope", "col"}}, std::to_string(answer));
      html.element("th", {{"scope", "col"}}, "all");
    });
  });
}

void write_confusion(HtmlWriter& html, const ConfusionMatrix& confusion, const std::string& name) {
  const auto truths = confusion.truths();
  const auto answers = confusion.answers();
  const auto caption = "Confusion matrix of " + name +
                       ": crops by true grade and answer, and the share of each true grade's crops";
  write_scrolling_table(html, caption, "confusion", [&] {
    write_confusion_titles(html, confusion.classes());
    html.element("tbody", {}, [&] {
      for (std::size_t truth = 0; truth < truths.size(); ++truth)
        write_confusion_row(html, confusion, static_cast<int>(truth), truths[truth]);
      html.element("tr", {{"class", "total"}}, [&] {
        html.element("th", {{"scope", "row"}}, "all");
        for (const double count : answers) html.element("td", {{"class", "sum"}}, with_thousands(count));
        html.element("td", {{"class", "sum"}}, with_thousands(confusion.count()));
      });
    });
  });
}

void write_calibration_table(HtmlWriter& html, const Calibration& calibration, const std::string& name) {
  HtmlTable table{
      "Calibration of " + name, {{"Certainty", "", false}, {"Crops"}, {"Mean certainty"}, {"Right"}}, {}};
  const auto share = [](const std::optional<double>& value) {
    Cell cell;
    cell.text = figure_text("exact", value);
    return cell;
  };
  for (const auto& bin : calibration.curve()) {
    if (bin.count <= 0) continue;
    Row row;
    row.head = words_cell(decimals(100 * bin.low, 0) + " to " + decimals(100 * bin.high, 0) + " %");
    row.cells = {count_cell(static_cast<std::int64_t>(bin.count)), share(bin.confidence),
                 share(bin.accuracy)};
    table.rows.push_back(std::move(row));
  }
  html.element("details", {{"class", "more"}}, [&] {
    html.element("summary", "Calibration as a table");
    table.write(html);
  });
}

void write_skipped(HtmlWriter& html, const HeadReport& head) {
  if (head.skipped.empty()) return;
  std::string text = "Not judged:";
  const auto* separator = " ";
  for (const auto& [reason, count] : head.skipped) {
    text += separator + with_thousands(count) + " " + reason;
    separator = ", ";
  }
  html.paragraph(text + ".", "note");
}

bool any(const std::optional<Calibration>& calibration) { return calibration && calibration->count() > 0; }

void write_grade_details(Page& page, const HeadReport& head) {
  if (!head.confusion || head.confusion->count() <= 0) return;
  const auto name = sign_name(head.sign);
  page.html.element("div", {{"class", "plots"}}, [&] {
    write_confusion(page.html, *head.confusion, name);
    page.plot(grade_plot(*head.confusion));
    if (!any(head.calibration)) return;
    page.plot(reliability_plot(*head.calibration));
    write_calibration_table(page.html, *head.calibration, name);
  });
  if (!any(head.calibration))
    page.html.paragraph("Calibration is not defined: the probabilities are not known.", "note");
}

// "12 answers and 1 truth lie outside the official range 0 to 3,000 pores."
void write_outside(HtmlWriter& html, const HeadReport& head) {
  if (head.answers_outside + head.truths_outside == 0) return;
  html.paragraph(counted(head.answers_outside, "answer") + " and " + counted(head.truths_outside, "truth") +
                     " lie outside the official range, 0 to " + significant(head.sign->official_max) + " " +
                     std::string(head.sign->unit) + ". They are judged as they are.",
                 "bad");
}

void write_measurement_details(Page& page, const HeadReport& head) {
  const std::string unit(head.sign->unit);
  write_outside(page.html, head);
  if (const auto limits = agreement(head)) {
    page.html.paragraph(
        "The answer minus the truth is " + significant(limits->bias) + " " + unit +
        " on average; its limits of agreement, 1.96 standard deviations to either side, are " +
        significant(limits->low) + " and " + significant(limits->high) + " " + unit + ".");
  }
  page.html.element("div", {{"class", "plots"}}, [&] {
    if (!head.pairs.empty()) {
      page.plot(scatter_plot(head));
      page.plot(difference_plot(head));
    }
    if (head.truths && head.answers) page.plot(spread_plot(head));
  });
}

void write_summary(HtmlWriter& html, const HeadReport& head, const std::string& figure) {
  html.element("summary", {}, [&] {
    html.element("b", sign_name(head.sign));
    html.text(" ");
    html.element("code", {}, [&] { html.breakable(head.sign->key); });
    html.text(" ");
    const auto* found = head.group.find(figure);
    html.element("span", {{"class", "value"}},
                 found == nullptr || !found->value ? std::string(kNotDefined) : figure_with_interval(*found));
    if (found != nullptr && found->value && found->best_constant) {
      html.element("span", {{"class", "beside"}}, " constant " + figure_text(figure, found->best_constant));
    }
  });
}

}  // namespace

void write_head_details(Page& page, const TaskReport& task) {
  if (task.heads.empty()) return;
  const auto figure = top_figure_of(task).name;
  const auto id = std::string(to_string(task.task)) + "-details";
  page.section(id, std::string(task_title(task.task)) + ", head by head", [&] {
    page.html.element("p", {{"class", "fold-all"}}, "Open a head to see how its answers are spread.");
    for (const auto& head : task.heads) {
      page.html.element("details", {{"class", "head"}, {"id", head_anchor(*head.sign)}}, [&] {
        write_summary(page.html, head, figure);
        page.html.paragraph(counted(head.group.judged, "judged crop") + ".", "note");
        write_skipped(page.html, head);
        if (task.task == Task::grade) {
          write_grade_details(page, head);
        } else {
          write_measurement_details(page, head);
        }
      });
    }
  });
}

}  // namespace skingauge::report
