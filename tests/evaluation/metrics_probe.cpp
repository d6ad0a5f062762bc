// The metrics from outside: a list of cases as JSON on standard input, their figures as JSON on standard
// output, so that tests/metrics can hold them against other implementations. A case is {"metric": ..., ...};
// what each takes is below. A figure that is not defined is null.
#include "skingauge/angular_error.hpp"
#include "skingauge/calibration.hpp"
#include "skingauge/grade_metrics.hpp"
#include "skingauge/histogram.hpp"
#include "skingauge/mean_iou.hpp"
#include "skingauge/measurement_metrics.hpp"
#include "skingauge/multi_label.hpp"
#include "skingauge/protocol_metric.hpp"

#include <exception>
#include <functional>
#include <iostream>
#include <map>

#include <nlohmann/json.hpp>

namespace skingauge {
namespace {

using Json = nlohmann::json;
using Numbers = std::vector<double>;

Json json_of(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json json_of(const std::vector<Figure>& figures) {
  Json result = Json::object();
  for (const auto& figure : figures) {
    result[figure.name] = {{"value", json_of(figure.value)},
                           {"best_constant", json_of(figure.best_constant)}};
  }
  return result;
}

std::optional<int> integer_or_none(const Json& given, const char* name) {
  const auto value = given.value(name, Json());
  return value.is_null() ? std::nullopt : std::optional(value.get<int>());
}

MultiLabelOptions multi_label_options(const Json& given) {
  const MultiLabelOptions defaults;
  return {given.value("threshold", defaults.threshold), given.value("top", defaults.top),
          given.value("top_needs_threshold", defaults.top_needs_threshold)};
}

// classes, scores [[...]], truth [...]
Json top_k(const Json& given) {
  TopKAccuracy metric(given.at("classes"));
  const auto truths = given.at("truth").get<std::vector<int>>();
  for (std::size_t i = 0; i < truths.size(); ++i)
    metric.add(given["scores"][i].get<std::vector<float>>(), truths[i]);
  auto result = json_of(metric.figures());
  for (int k = 1; k <= given.at("classes").get<int>() + 1; ++k) {
    result["top" + std::to_string(k)] = {{"value", json_of(metric.value(k))},
                                         {"best_constant", json_of(metric.best_constant(k))}};
  }
  return result;
}

// classes, truth, answer, and perhaps weights
Json confusion(const Json& given) {
  const int classes = given.at("classes");
  ConfusionMatrix metric(classes);
  const auto truths = given.at("truth").get<std::vector<int>>();
  const auto answers = given.at("answer").get<std::vector<int>>();
  const auto weights = given.value("weights", Numbers(truths.size(), 1.0));
  for (std::size_t i = 0; i < truths.size(); ++i) metric.add(truths[i], answers.at(i), weights.at(i));
  auto result = json_of(metric.figures());
  result["weighted_average_recall"] = {{"value", json_of(metric.weighted_average_recall())}};
  for (int n = 0; n < classes; ++n) {
    result["within" + std::to_string(n)] = {{"value", json_of(metric.within(n))},
                                            {"best_constant", json_of(metric.constant_within(n))}};
  }
  return result;
}

// bins, confidence, hit
Json calibration(const Json& given) {
  Calibration metric(given.at("bins").get<int>());
  const auto confidences = given.at("confidence").get<Numbers>();
  const auto hits = given.at("hit").get<std::vector<bool>>();
  for (std::size_t i = 0; i < confidences.size(); ++i) metric.add(confidences[i], hits.at(i));
  auto result = json_of(metric.figures());
  for (const auto& bin : metric.curve()) {
    result["curve"].push_back({bin.low, bin.high, bin.count, json_of(bin.confidence), json_of(bin.accuracy)});
  }
  return result;
}

// truth, answer
Json measurement(const Json& given) {
  MeasurementMetrics metric;
  const auto truths = given.at("truth").get<Numbers>();
  const auto answers = given.at("answer").get<Numbers>();
  for (std::size_t i = 0; i < truths.size(); ++i) metric.add(truths[i], answers.at(i));
  auto result = json_of(metric.figures());
  result["error_deviation"] = {{"value", json_of(metric.error_deviation())}};
  return result;
}

// values
Json ranks(const Json& given) { return mid_ranks(given.at("values").get<Numbers>()); }

// low, high, bins, values
Json histogram(const Json& given) {
  Histogram metric(given.at("low"), given.at("high"), given.at("bins"));
  for (const double value : given.at("values").get<Numbers>()) metric.add(value);
  return {{"bins", std::vector<std::int64_t>(metric.bins().begin(), metric.bins().end())},
          {"below", metric.below()},
          {"above", metric.above()}};
}

// truth [[pitch, yaw]...], answer
Json angular_error(const Json& given) {
  AngularError metric;
  const auto truths = given.at("truth").get<std::vector<std::array<double, 2>>>();
  const auto answers = given.at("answer").get<std::vector<std::array<double, 2>>>();
  for (std::size_t i = 0; i < truths.size(); ++i) {
    metric.add({truths[i][0], truths[i][1]}, {answers.at(i)[0], answers.at(i)[1]});
  }
  return json_of(metric.figures());
}

// classes, truth [[...]...], answer, and perhaps ignored
Json mean_iou(const Json& given) {
  MeanIou metric(given.at("classes"), integer_or_none(given, "ignored"));
  const auto truths = given.at("truth").get<std::vector<std::vector<int>>>();
  const auto answers = given.at("answer").get<std::vector<std::vector<int>>>();
  for (std::size_t i = 0; i < truths.size(); ++i) metric.add(truths[i], answers.at(i));
  return json_of(metric.figures());
}

// labels, scores [[...]...], truth, and perhaps threshold, top, top_needs_threshold
Json multi_label(const Json& given) {
  MultiLabelMetrics metric(given.at("labels"), multi_label_options(given));
  const auto scores = given.at("scores").get<std::vector<Numbers>>();
  const auto truths = given.at("truth").get<std::vector<std::vector<std::uint8_t>>>();
  for (std::size_t i = 0; i < truths.size(); ++i) metric.add(scores.at(i), truths[i]);
  auto result = json_of(metric.figures());
  for (int label = 0; label < metric.labels(); ++label) {
    result["ap_" + std::to_string(label)] = {{"value", json_of(metric.average_precision(label))}};
  }
  return result;
}

// protocol, prediction [[...]...], truth, and perhaps classes, ignored, and multi_label's; in two halves,
// merged
Json protocol(const Json& given) {
  const ProtocolOptions options{given.value("classes", 1), integer_or_none(given, "ignored"),
                                multi_label_options(given)};
  const auto named = metric_protocol(given.at("protocol").get<std::string>()).value();
  const auto first = make_protocol_metric(named, options);
  const auto second = make_protocol_metric(named, options);
  const auto predictions = given.at("prediction").get<std::vector<Numbers>>();
  const auto truths = given.at("truth").get<std::vector<Numbers>>();
  for (std::size_t i = 0; i < truths.size(); ++i)
    (i % 2 == 0 ? first : second)->add(predictions.at(i), truths[i]);
  first->merge(*second);
  return json_of(first->figures());
}

Json answer(const Json& given) {
  static const std::map<std::string, std::function<Json(const Json&)>> kMetrics{
      {"top_k", top_k},
      {"confusion", confusion},
      {"calibration", calibration},
      {"ranks", ranks},
      {"histogram", histogram},
      {"measurement", measurement},
      {"mean_iou", mean_iou},
      {"protocol", protocol},
      {"angular_error", angular_error},
      {"multi_label", multi_label}};
  return kMetrics.at(given.at("metric").get<std::string>())(given);
}

}  // namespace
}  // namespace skingauge

int main() {
  try {
    auto answers = nlohmann::json::array();
    for (const auto& given : nlohmann::json::parse(std::cin)) answers.push_back(skingauge::answer(given));
    std::cout << answers << '\n';
    return 0;
  } catch (const std::exception& e) {
    std::cerr << "metrics_probe: " << e.what() << '\n';
    return 3;
  }
}
