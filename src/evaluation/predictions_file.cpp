#include "skingauge/predictions_file.hpp"

#include "evaluation/json_numbers.hpp"

#include <ostream>

namespace skingauge {
namespace {

void add_answer(Json& line, const HeadOutcome& outcome, bool logits) {
  if (const auto* skip = std::get_if<Skipped>(&outcome.answer)) {
    line["skipped"] = to_string(skip->reason);
    if (!skip->detail.empty()) line["detail"] = skip->detail;
    return;
  }
  if (const auto* grade = std::get_if<GradePrediction>(&outcome.answer)) {
    line["grade"] = grade->grade;
    line["top3"] = grade->top3;
    line["probabilities"] = short_numbers(grade->probabilities);
    if (logits) line["logits"] = short_numbers(grade->logits);
    line["truth"] = static_cast<int>(outcome.truth);
    return;
  }
  const auto& measurement = std::get<MeasurementPrediction>(outcome.answer);
  line["value"] = short_double(static_cast<float>(measurement.value));
  line["units"] = short_double(static_cast<float>(measurement.units));
  line["outside_official_range"] = is_outside_official_range(*outcome.sign, measurement.units);
  line["truth"] = outcome.normalised_truth();
}

}  // namespace

void write_predictions(std::ostream& out, const std::string& photo, const std::vector<HeadOutcome>& outcomes,
                       bool logits) {
  for (const auto& outcome : outcomes) {
    Json line{{"photo", photo},
              {"facepart", number(outcome.sign->facepart)},
              {"key", outcome.sign->key},
              {"task", to_string(outcome.sign->task)}};
    add_answer(line, outcome, logits);
    out << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }
}

}  // namespace skingauge
