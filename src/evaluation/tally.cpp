#include "skingauge/evaluation.hpp"

#include "evaluation/ratio.hpp"

#include <algorithm>
#include <cmath>

namespace skingauge {
namespace {

constexpr std::array kCriteria{Criterion::top3, Criterion::within1, Criterion::exact};

std::size_t index(Criterion criterion) { return static_cast<std::size_t>(criterion); }

std::int64_t count_of(const std::map<int, std::int64_t>& histogram, int grade) {
  const auto found = histogram.find(grade);
  return found == histogram.end() ? 0 : found->second;
}

}  // namespace

void GradeTally::add(const GradePrediction& prediction, int truth) {
  ++judged;
  ++truths[truth];
  ++answers[prediction.grade];
  for (const auto criterion : kCriteria)
    hits[index(criterion)] += is_hit(prediction, truth, criterion) ? 1 : 0;
}

void GradeTally::merge(const GradeTally& other) {
  judged += other.judged;
  for (std::size_t i = 0; i < hits.size(); ++i) hits[i] += other.hits[i];
  for (const auto& [grade, count] : other.truths) truths[grade] += count;
  for (const auto& [grade, count] : other.answers) answers[grade] += count;
}

std::optional<double> GradeTally::accuracy(Criterion criterion) const {
  return ratio(static_cast<double>(hits[index(criterion)]), judged);
}

std::int64_t GradeTally::constant_hits(Criterion criterion) const {
  std::vector<std::int64_t> counts;
  for (const auto& [grade, count] : truths) {
    const bool middle = criterion == Criterion::within1;
    counts.push_back(middle ? count_of(truths, grade - 1) + count + count_of(truths, grade + 1) : count);
    // A middle that nobody has may still lie between two grades that many have.
    if (middle) counts.push_back(count + count_of(truths, grade + 2));
  }
  std::sort(counts.rbegin(), counts.rend());
  std::int64_t sum = 0;
  const std::size_t taken = criterion == Criterion::top3 ? 3 : 1;
  for (std::size_t i = 0; i < std::min(taken, counts.size()); ++i) sum += counts[i];
  return sum;
}

void MeasurementTally::add(const MeasurementPrediction& prediction, double truth_units) {
  const double truth = truth_units / prediction.scale;
  ++judged;
  absolute_error += std::abs(prediction.value - truth);
  absolute_error_units += std::abs(prediction.value - truth) * prediction.scale;
  truths.push_back(truth);
}

void MeasurementTally::merge(const MeasurementTally& other) {
  judged += other.judged;
  absolute_error += other.absolute_error;
  absolute_error_units += other.absolute_error_units;
  truths.insert(truths.end(), other.truths.begin(), other.truths.end());
}

std::optional<double> MeasurementTally::mae() const { return ratio(absolute_error, judged); }
std::optional<double> MeasurementTally::mae_units() const { return ratio(absolute_error_units, judged); }

double MeasurementTally::constant_error() const {
  if (truths.empty()) return 0.0;
  auto sorted = truths;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  double sum = 0.0;
  for (const double truth : truths) sum += std::abs(truth - *middle);
  return sum;
}

void TaskEvaluation::add(const HeadOutcome& outcome) {
  const std::string key(outcome.sign->key);
  if (const auto* skip = std::get_if<Skipped>(&outcome.answer)) {
    ++skipped[std::string(to_string(skip->reason))];
  } else if (const auto* grade = std::get_if<GradePrediction>(&outcome.answer)) {
    grades[key].add(*grade, static_cast<int>(outcome.truth));
  } else {
    measurements[key].add(std::get<MeasurementPrediction>(outcome.answer), outcome.truth);
  }
}

void TaskEvaluation::merge(const TaskEvaluation& other) {
  for (const auto& [key, tally] : other.grades) grades[key].merge(tally);
  for (const auto& [key, tally] : other.measurements) measurements[key].merge(tally);
  for (const auto& [reason, count] : other.skipped) skipped[reason] += count;
}

}  // namespace skingauge
