#include "evaluation/headline_sums.hpp"

#include "evaluation/ratio.hpp"

#include <algorithm>
#include <cmath>

namespace skingauge {
namespace {

enum GradeSum : std::size_t { kCrops, kKnown, kTop3, kWithin1, kExact };
enum MeasurementSum : std::size_t { kCount, kAbsolute, kError, kSquared, kUnits };

// The samples of the best constants: the three commonest grades, the best middle, the commonest.
Headline constant_grades(const HeadSamples& head, std::span<const std::size_t> samples) {
  ConfusionMatrix truths(std::max(head.classes, 1));
  TopKAccuracy ranks(std::max(head.classes, 1));
  double known = 0;
  for (const auto sample : samples) {
    const int truth = static_cast<int>(head.truth[sample]);
    truths.add(truth, truth);
    ranks.add_rank(0, truth);
    known += head.rank[sample] == HeadSamples::kUnknown ? 0 : 1;
  }
  const double n = truths.count();
  return {n, known, n * ranks.best_constant(3).value_or(0), n * truths.constant_within(1).value_or(0),
          n * truths.constant_within(0).value_or(0)};
}

Headline constant_measurements(const HeadSamples& head, std::span<const std::size_t> samples) {
  MeasurementMetrics metrics;
  for (const auto sample : samples) metrics.add(head.truth[sample], 0.0);
  const auto n = static_cast<double>(samples.size());
  const double absolute = n * metrics.constant_mae().value_or(0);
  const double rmse = metrics.constant_rmse().value_or(0);
  return {n, absolute, 0.0, n * rmse * rmse, absolute * head.sign->scale};
}

std::optional<double> mean(double sum, double count) {
  return count > 0 ? std::optional(sum / count) : std::nullopt;
}

}  // namespace

Headline headline_of(const HeadSamples& head, std::size_t sample) {
  const double error = head.answer[sample] - head.truth[sample];
  if (head.sign->task == Task::measurement)
    return {1, std::abs(error), error, error * error, std::abs(error) * head.sign->scale};
  const auto rank = head.rank[sample];
  const bool known = rank != HeadSamples::kUnknown;
  return {1, known ? 1.0 : 0.0, known && rank < 3 ? 1.0 : 0.0, std::abs(error) < 2 ? 1.0 : 0.0,
          error == 0 ? 1.0 : 0.0};
}

Headline constant_headline(const HeadSamples& head, std::span<const std::size_t> samples) {
  return head.sign->task == Task::grade ? constant_grades(head, samples)
                                        : constant_measurements(head, samples);
}

void add(Headline& sum, const Headline& more) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
}

std::vector<std::string> headline_names(Task task, bool units) {
  if (task == Task::grade) return {"top3", "within1", "exact"};
  if (units) return {"mae", "rmse", "bias", "mae_units"};
  return {"mae", "rmse", "bias"};
}

std::vector<std::optional<double>> headline_values(Task task, const Headline& sums, bool units) {
  if (task == Task::grade) {
    const bool all_known = sums[kKnown] == sums[kCrops];
    return {all_known ? mean(sums[kTop3], sums[kCrops]) : std::nullopt, mean(sums[kWithin1], sums[kCrops]),
            mean(sums[kExact], sums[kCrops])};
  }
  auto rmse = mean(sums[kSquared], sums[kCount]);
  if (rmse) rmse = std::sqrt(*rmse);
  std::vector values{mean(sums[kAbsolute], sums[kCount]), rmse, mean(sums[kError], sums[kCount])};
  if (units) values.push_back(mean(sums[kUnits], sums[kCount]));
  return values;
}

std::vector<std::optional<double>> mean_values(const std::vector<std::vector<std::optional<double>>>& groups,
                                               std::size_t figures) {
  std::vector<std::optional<double>> means(figures);
  for (std::size_t f = 0; f < figures; ++f) {
    double sum = 0;
    const bool all =
        std::all_of(groups.begin(), groups.end(), [&](const auto& g) { return g[f].has_value(); });
    if (!all || groups.empty()) continue;
    for (const auto& group : groups) sum += *group[f];
    means[f] = sum / static_cast<double>(groups.size());
  }
  return means;
}

}  // namespace skingauge
