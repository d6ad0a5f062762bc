#include "skingauge/outcome.hpp"

#include <algorithm>

namespace skingauge {
namespace {

// Why a facepart could not be used, as its labels tell it.
std::optional<Skipped> label_reason(const PhotoLabels& labels, Facepart facepart) {
  const auto at = index(facepart);
  if (labels.labels[at]) return std::nullopt;
  if (labels.errors[at]) return Skipped{SkipReason::label_error, labels.errors[at]->message};
  return Skipped{SkipReason::no_label, ""};
}

void judge(HeadOutcome& outcome, const PhotoLabels& labels) {
  const auto facepart = outcome.sign->facepart;
  if (auto reason = label_reason(labels, facepart)) {
    outcome.answer = std::move(*reason);
    return;
  }
  const auto& label = *labels.labels[index(facepart)];
  const auto found = truth(label, *outcome.sign);
  if (const auto* value = std::get_if<double>(&found)) {
    outcome.truth = *value;
  } else {
    outcome.answer = std::get<Skipped>(found);
  }
}

}  // namespace

std::string_view to_string(Criterion criterion) noexcept {
  switch (criterion) {
    case Criterion::top3:
      return "top3";
    case Criterion::within1:
      return "within1";
    case Criterion::exact:
      return "exact";
  }
  return "unknown";
}

std::optional<Criterion> criterion_named(std::string_view name) noexcept {
  for (const auto criterion : {Criterion::top3, Criterion::within1, Criterion::exact}) {
    if (name == to_string(criterion)) return criterion;
  }
  return std::nullopt;
}

bool is_hit(const GradePrediction& prediction, int truth, Criterion criterion) noexcept {
  if (criterion == Criterion::exact) return prediction.grade == truth;
  if (criterion == Criterion::within1) return std::abs(prediction.grade - truth) < 2;
  return std::find(prediction.top3.begin(), prediction.top3.end(), truth) != prediction.top3.end();
}

double HeadOutcome::normalised_truth() const {
  const auto* measurement = std::get_if<MeasurementPrediction>(&answer);
  return measurement == nullptr ? truth : truth / measurement->scale;
}

std::vector<HeadOutcome> compare(const FacePrediction& face, const PhotoLabels& labels) {
  std::vector<HeadOutcome> outcomes;
  for (const auto& head : face.heads) {
    auto& outcome =
        outcomes.emplace_back(HeadOutcome{find_sign_by_key(head.key, head.task), head.answer, 0.0});
    if (outcome.judged()) judge(outcome, labels);
  }
  return outcomes;
}

}  // namespace skingauge
