#include "skingauge/measurement_metrics.hpp"

#include "evaluation/append.hpp"
#include "evaluation/argument.hpp"
#include "evaluation/ratio.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace skingauge {
namespace {

void require_measurement(const char* name, double value) {
  if (!(std::abs(value) <= MeasurementMetrics::kLargest)) {
    bad_argument(name, std::to_string(value), "a finite number of at most 1e100");
  }
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

bool is_constant(std::span<const double> values) {
  return std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); });
}

// Deviations from the mean, the largest of them scaled to 1 so that no square overflows or vanishes.
std::vector<double> scaled_deviations(std::span<const double> values) {
  const double mean = mean_of(values);
  std::vector<double> deviations(values.size());
  double largest = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    deviations[i] = values[i] - mean;
    largest = std::max(largest, std::abs(deviations[i]));
  }
  for (auto& deviation : deviations) deviation /= largest;
  return deviations;
}

double dot(std::span<const double> a, std::span<const double> b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

std::vector<double> errors_of(const MeasurementMetrics& metrics) {
  std::vector<double> errors(metrics.truths().size());
  std::transform(metrics.answers().begin(), metrics.answers().end(), metrics.truths().begin(), errors.begin(),
                 std::minus<>());
  return errors;
}

double absolute_sum(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0,
                         [](double sum, double v) { return sum + std::abs(v); });
}

// Sum of squares of values - middle.
double squared_sum(std::span<const double> values, double middle) {
  return std::accumulate(values.begin(), values.end(), 0.0,
                         [=](double sum, double v) { return sum + (v - middle) * (v - middle); });
}

std::optional<double> root(std::optional<double> value) {
  return value ? std::optional(std::sqrt(*value)) : std::nullopt;
}

}  // namespace

void MeasurementMetrics::add(double truth, double answer) {
  require_measurement("truth", truth);
  require_measurement("answer", answer);
  truths_.push_back(truth);
  answers_.push_back(answer);
}

void MeasurementMetrics::merge(const MeasurementMetrics& other) {
  append(truths_, other.truths_);
  append(answers_, other.answers_);
}

std::optional<double> MeasurementMetrics::mae() const {
  return ratio(absolute_sum(errors_of(*this)), count());
}

std::optional<double> MeasurementMetrics::rmse() const {
  return root(ratio(squared_sum(errors_of(*this), 0), count()));
}

std::optional<double> MeasurementMetrics::bias() const {
  const auto errors = errors_of(*this);
  return ratio(std::accumulate(errors.begin(), errors.end(), 0.0), count());
}

std::optional<double> MeasurementMetrics::error_deviation() const {
  if (count() < 2) return std::nullopt;
  const auto errors = errors_of(*this);
  return root(ratio(squared_sum(errors, mean_of(errors)), count() - 1));
}

std::optional<double> MeasurementMetrics::pearson() const { return skingauge::pearson(truths_, answers_); }

std::optional<double> MeasurementMetrics::spearman() const {
  return skingauge::pearson(mid_ranks(truths_), mid_ranks(answers_));
}

std::optional<double> MeasurementMetrics::constant_mae() const {
  if (truths_.empty()) return std::nullopt;
  auto values = truths_;
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  const double median = *middle;
  for (auto& value : values) value -= median;
  return ratio(absolute_sum(values), count());
}

std::optional<double> MeasurementMetrics::constant_rmse() const {
  if (truths_.empty()) return std::nullopt;
  return root(ratio(squared_sum(truths_, mean_of(truths_)), count()));
}

std::vector<Figure> MeasurementMetrics::figures() const {
  const auto no_bias = truths_.empty() ? std::nullopt : std::optional(0.0);
  return {{"mae", mae(), constant_mae(), {}},
          {"rmse", rmse(), constant_rmse(), {}},
          {"bias", bias(), no_bias, {}},
          {"pearson", pearson(), std::nullopt, {}},
          {"spearman", spearman(), std::nullopt, {}}};
}

std::vector<double> mid_ranks(std::span<const double> values) {
  std::vector<std::pair<double, std::size_t>> order(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    require_finite("value", values[i]);
    order[i] = {values[i], i};
  }
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    auto last = first;
    while (last + 1 < order.size() && order[last + 1].first == order[first].first) ++last;
    const double rank = static_cast<double>(first + last) / 2 + 1;
    for (; first <= last; ++first) ranks[order[first].second] = rank;
  }
  return ranks;
}

std::optional<double> pearson(std::span<const double> a, std::span<const double> b) {
  require_size("second list", b.size(), a.size());
  for (const double value : a) require_measurement("value", value);
  for (const double value : b) require_measurement("value", value);
  if (a.size() < 2 || is_constant(a) || is_constant(b)) return std::nullopt;
  const auto x = scaled_deviations(a);
  const auto y = scaled_deviations(b);
  return std::clamp(dot(x, y) / (std::sqrt(dot(x, x)) * std::sqrt(dot(y, y))), -1.0, 1.0);
}

}  // namespace skingauge
