#include "app/head_differences.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <variant>

namespace skingauge::app {
namespace {

using Answer = decltype(HeadPrediction::answer);

double distance(const GradePrediction& one, const GradePrediction& other) {
  double largest = 0;
  for (std::size_t i = 0; i < std::min(one.probabilities.size(), other.probabilities.size()); ++i)
    largest = std::max(largest, std::abs(double{one.probabilities[i]} - double{other.probabilities[i]}));
  return largest;
}

double distance(const MeasurementPrediction& one, const MeasurementPrediction& other) {
  return std::abs(one.value - other.value);
}

// Empty where they are no two answers of one kind.
std::optional<double> distance(const Answer& one, const Answer& other) {
  if (one.index() != other.index() || std::holds_alternative<Skipped>(one)) return std::nullopt;
  if (const auto* grade = std::get_if<GradePrediction>(&one))
    return distance(*grade, std::get<GradePrediction>(other));
  return distance(std::get<MeasurementPrediction>(one), std::get<MeasurementPrediction>(other));
}

bool changed(const Answer& one, const Answer& other) {
  const auto* grade = std::get_if<GradePrediction>(&one);
  return grade != nullptr && grade->grade != std::get<GradePrediction>(other).grade;
}

std::map<HeadId, const Answer*> by_head(const FacePrediction& face) {
  std::map<HeadId, const Answer*> answers;
  for (const auto& head : face.heads) answers[{head.task, head.facepart, head.key}] = &head.answer;
  return answers;
}

bool answered(const Answer* answer) { return answer != nullptr && !std::holds_alternative<Skipped>(*answer); }

}  // namespace

void HeadDifferences::add(const FacePrediction& found, const FacePrediction& reference) {
  auto ours = by_head(found);
  auto theirs = by_head(reference);
  for (const auto& [id, answer] : theirs) ours.try_emplace(id, nullptr);
  for (const auto& [id, answer] : ours) {
    const auto* expected = theirs[id];
    if (!answered(answer) && !answered(expected)) continue;
    auto& head = heads_[id];
    const auto apart =
        answered(answer) && answered(expected) ? distance(*answer, *expected) : std::optional<double>();
    if (!apart) {
      ++head.not_compared;
      continue;
    }
    ++head.crops;
    head.changed += changed(*answer, *expected) ? 1 : 0;
    head.largest = std::max(head.largest, *apart);
    head.sum += *apart;
  }
}

Json HeadDifferences::figures() const {
  Json rows = Json::array();
  for (const auto& [id, head] : heads_) {
    const bool compared = head.crops > 0;
    rows.push_back({{"head", to_string(id)},
                    {"task", to_string(id.task)},
                    {"crops", head.crops},
                    {"largest", compared ? Json(head.largest) : Json()},
                    {"mean", compared ? Json(head.sum / static_cast<double>(head.crops)) : Json()},
                    {"answers_changed", id.task == Task::grade ? Json(head.changed) : Json()},
                    {"not_compared", head.not_compared}});
  }
  return rows;
}

}  // namespace skingauge::app
