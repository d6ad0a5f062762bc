#include "evaluation/report/plots.hpp"

#include "evaluation/report/figure_words.hpp"
#include "evaluation/report/numbers.hpp"

#include <algorithm>
#include <cmath>
#include <span>

namespace skingauge::report {
namespace {

Json number(std::optional<double> value, double factor = 1) {
  return value && std::isfinite(*value) ? Json(rounded(*value * factor)) : Json(nullptr);
}

double factor_of(const FigureWords& words) { return words.kind == FigureKind::share ? 100 : 1; }

Json interval_row(const IntervalRow& row, double factor) {
  Json json{{"name", row.name}, {"small", row.small}, {"total", row.total}};
  json["documented"] = number(row.documented, factor);
  if (row.figure == nullptr) return json;
  json["value"] = number(row.figure->value, factor);
  json["constant"] = number(row.figure->best_constant, factor);
  if (row.figure->interval) {
    json["low"] = number(row.figure->interval->low, factor);
    json["high"] = number(row.figure->interval->high, factor);
  }
  return json;
}

Json counts(std::span<const double> values) {
  Json list = Json::array();
  for (const double value : values) list.push_back(std::llround(value));
  return list;
}

std::string shown_text(const HeadReport& head) {
  const auto shown = with_thousands(static_cast<std::int64_t>(head.pairs.size()));
  if (static_cast<std::int64_t>(head.pairs.size()) >= head.group.judged) return "All " + shown + " crops.";
  return shown + " of " + counted(head.group.judged, "crop") + ", drawn at random.";
}

Json pairs_json(const HeadReport& head) {
  Json truths = Json::array();
  Json answers = Json::array();
  for (const auto& pair : head.pairs) {
    truths.push_back(rounded(pair.truth * head.sign->scale));
    answers.push_back(rounded(pair.answer * head.sign->scale));
  }
  return {{"unit", head.sign->unit}, {"truths", truths}, {"answers", answers}};
}

}  // namespace

std::optional<Plot> interval_plot(const std::string& title, const std::string& figure,
                                  const std::vector<IntervalRow>& rows) {
  const auto defined = [](const IntervalRow& row) { return row.figure != nullptr && row.figure->value; };
  if (std::none_of(rows.begin(), rows.end(), defined)) return std::nullopt;
  const auto words = words_of(figure);
  const double factor = factor_of(words);
  Json list = Json::array();
  for (const auto& row : rows) list.push_back(interval_row(row, factor));
  const bool share = words.kind == FigureKind::share;
  Json data{{"kind", "intervals"}, {"figure", words.title}, {"percent", share}, {"rows", list}};
  data["lower_is_better"] = words.better == Better::lower;
  return Plot{std::move(data),
              title,
              "Each row's value with its interval, beside the best constant answer. The table holds the same "
              "figures.",
              {},
              90 + 34 * static_cast<int>(rows.size())};
}

Plot grade_plot(const ConfusionMatrix& confusion) {
  Json data{
      {"kind", "grades"}, {"truths", counts(confusion.truths())}, {"answers", counts(confusion.answers())}};
  return {std::move(data),
          "Truths and answers",
          "How many crops have each grade, and how many are answered it.",
          {},
          280};
}

Plot reliability_plot(const Calibration& calibration) {
  Json bins = Json::array();
  for (const auto& bin : calibration.curve()) {
    bins.push_back({{"low", number(bin.low, 100)},
                    {"high", number(bin.high, 100)},
                    {"count", std::llround(bin.count)},
                    {"confidence", number(bin.confidence, 100)},
                    {"accuracy", number(bin.accuracy, 100)}});
  }
  return {Json{{"kind", "reliability"}, {"bins", bins}}, "Is its certainty honest?",
          "Share that is right against stated certainty; on the diagonal both agree.",
          "Calibration error: " + figure_text("ece", calibration.expected_error()) + ".", 280};
}

std::optional<Agreement> agreement(const HeadReport& head) {
  const auto bias = head.group.value("bias");
  if (!bias || !head.error_deviation) return std::nullopt;
  const double reach = 1.96 * *head.error_deviation;
  const double scale = head.sign->scale;
  return Agreement{*bias * scale, (*bias - reach) * scale, (*bias + reach) * scale};
}

Plot scatter_plot(const HeadReport& head) {
  auto data = pairs_json(head);
  data["kind"] = "scatter";
  return {std::move(data), "Answer against truth", "On the diagonal both agree.", shown_text(head), 340};
}

Plot difference_plot(const HeadReport& head) {
  auto data = pairs_json(head);
  data["kind"] = "differences";
  const auto limits = agreement(head);
  if (limits) {
    data["bias"] = number(limits->bias);
    data["low"] = number(limits->low);
    data["high"] = number(limits->high);
  }
  return {std::move(data),
          "Difference against mean (Bland-Altman)",
          "Answer minus truth over the mean of both, with bias and limits of agreement.",
          {},
          340};
}

Plot spread_plot(const HeadReport& head) {
  Json data{{"kind", "spread"}, {"unit", head.sign->unit}};
  const double scale = head.sign->scale;
  std::int64_t outside = 0;
  const auto add = [&](const char* name, const Histogram& histogram) {
    data[name] = std::vector<std::int64_t>(histogram.bins().begin(), histogram.bins().end());
    data["low"] = rounded(histogram.low() * scale);
    data["high"] = rounded(histogram.high() * scale);
    outside += histogram.below() + histogram.above();
  };
  add("truths", *head.truths);
  add("answers", *head.answers);
  return {std::move(data), "Truths and answers", "How truths and answers are spread.",
          outside > 0 ? with_thousands(outside) + " values lie outside these bins." : "", 280};
}

}  // namespace skingauge::report
