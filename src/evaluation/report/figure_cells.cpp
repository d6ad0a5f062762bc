#include "evaluation/report/figure_cells.hpp"

#include "evaluation/report/figure_words.hpp"
#include "evaluation/report/numbers.hpp"

namespace skingauge::report {

Cell figure_cell(const FigureGroup& group, const std::string& figure, std::string_view unit) {
  Cell cell;
  const auto* found = group.find(figure);
  if (found == nullptr) {
    cell.text = "–";
    return cell;
  }
  cell.text = figure_text(figure, found->value, unit);
  cell.interval = found->value ? interval_text(figure, found->interval) : "";
  if (!found->best_constant) return cell;
  cell.notes = {"constant " + figure_text(figure, found->best_constant)};
  const auto stands = standing(*found);
  if (stands == Standing::not_told_apart || stands == Standing::worse) cell.mark = standing_text(stands);
  return cell;
}

Cell count_cell(std::int64_t count) {
  Cell cell;
  cell.text = with_thousands(count);
  return cell;
}

Column figure_column(const std::string& figure) {
  const auto words = words_of(figure);
  const auto* direction = words.better == Better::higher  ? "higher is better"
                          : words.better == Better::lower ? "lower is better"
                                                          : "0 is best";
  return {std::string(words.title), direction, true};
}

Cell judged_cell(std::int64_t judged, std::int64_t photos, std::int64_t people) {
  auto cell = count_cell(judged);
  cell.notes = {counted(photos, "photo"), counted_people(people)};
  return cell;
}

Cell judged_cell(const FigureGroup& group) { return judged_cell(group.judged, group.photos, group.people); }

Column judged_column() { return {"Judged crops", "", true}; }

void write_big_number(HtmlWriter& html, const BigNumber& number) {
  html.element("div", {{"class", number.css_class}}, [&] {
    html.element("dt", number.title);
    html.element("dd", {}, [&] {
      html.element("span", {{"class", "big"}}, number.value);
      if (!number.below.empty()) html.element("span", {{"class", "small"}}, " " + number.below);
    });
  });
}

}  // namespace skingauge::report
