#include "skingauge/grade_metrics.hpp"

#include "evaluation/argument.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace skingauge {
namespace {

using Weights = std::vector<double>;

double sum_of(const Weights& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

std::int64_t occurring(const Weights& counts) {
  return std::count_if(counts.begin(), counts.end(), [](double count) { return count > 0; });
}

std::optional<double> share(double part, double whole) {
  return whole > 0 ? std::optional(part / whole) : std::nullopt;
}

double squared(double value) { return value * value; }

// A value for each grade, with the mean over samples taken away.
Weights centred(Weights values, const Weights& counts) {
  const double mean = std::inner_product(values.begin(), values.end(), counts.begin(), 0.0) / sum_of(counts);
  for (auto& value : values) value -= mean;
  return values;
}

double spread(const Weights& deviations, const Weights& counts) {
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) sum += counts[i] * squared(deviations[i]);
  return std::sqrt(sum);
}

Weights own_numbers(const Weights& counts) {
  Weights grades(counts.size());
  std::iota(grades.begin(), grades.end(), 0.0);
  return grades;
}

// Mid-ranks up to a constant and a factor, which no correlation sees.
Weights ranks(const Weights& counts) {
  const double all = sum_of(counts);
  Weights result(counts.size());
  double before = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    result[i] = (before + counts[i] / 2) / all;
    before += counts[i];
  }
  return result;
}

// Correlation of what `scale` makes of the grades.
std::optional<double> correlation(const ConfusionMatrix& matrix, Weights (*scale)(const Weights&)) {
  const auto truths = matrix.truths();
  const auto answers = matrix.answers();
  if (occurring(truths) < 2 || occurring(answers) < 2) return std::nullopt;
  const auto t = centred(scale(truths), truths);
  const auto a = centred(scale(answers), answers);
  double sum = 0;
  for (int i = 0; i < matrix.classes(); ++i) {
    for (int j = 0; j < matrix.classes(); ++j) {
      sum += matrix.at(i, j) * t[static_cast<std::size_t>(i)] * a[static_cast<std::size_t>(j)];
    }
  }
  const double both = spread(t, truths) * spread(a, answers);
  return both > 0 ? std::optional(std::clamp(sum / both, -1.0, 1.0)) : std::nullopt;
}

}  // namespace

ConfusionMatrix::ConfusionMatrix(int classes) : classes_(classes) {
  require_at_least("classes", classes, 1);
  cells_.resize(static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes));
}

ConfusionMatrix::ConfusionMatrix(int classes, std::vector<double> cells)
    : classes_(classes), cells_(std::move(cells)) {
  require_at_least("classes", classes, 1);
  require_size("cells", cells_.size(), static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes));
  for (const double cell : cells_) require_weight("cell", cell);
}

double& ConfusionMatrix::cell(int truth, int answer) {
  return cells_[static_cast<std::size_t>(truth) * static_cast<std::size_t>(classes_) +
                static_cast<std::size_t>(answer)];
}

double ConfusionMatrix::at(int truth, int answer) const {
  require_index("truth", truth, classes_);
  require_index("answer", answer, classes_);
  return cells_[static_cast<std::size_t>(truth) * static_cast<std::size_t>(classes_) +
                static_cast<std::size_t>(answer)];
}

void ConfusionMatrix::add(int truth, int answer, double weight) {
  require_index("truth", truth, classes_);
  require_index("answer", answer, classes_);
  require_weight("weight", weight);
  cell(truth, answer) += weight;
}

void ConfusionMatrix::merge(const ConfusionMatrix& other, double weight) {
  require_weight("weight", weight);
  if (other.classes_ > classes_) {
    ConfusionMatrix larger(other.classes_);
    larger.merge(*this);
    *this = std::move(larger);
  }
  for (int truth = 0; truth < other.classes_; ++truth) {
    for (int answer = 0; answer < other.classes_; ++answer) {
      cell(truth, answer) += weight * other.at(truth, answer);
    }
  }
}

double ConfusionMatrix::count() const { return sum_of(cells_); }

std::vector<double> ConfusionMatrix::truths() const {
  std::vector<double> counts(static_cast<std::size_t>(classes_));
  for (std::size_t i = 0; i < cells_.size(); ++i) counts[i / counts.size()] += cells_[i];
  return counts;
}

std::vector<double> ConfusionMatrix::answers() const {
  std::vector<double> counts(static_cast<std::size_t>(classes_));
  for (std::size_t i = 0; i < cells_.size(); ++i) counts[i % counts.size()] += cells_[i];
  return counts;
}

std::optional<double> ConfusionMatrix::within(int n) const {
  require_at_least("n", n, 0);
  double sum = 0;
  for (int truth = 0; truth < classes_; ++truth) {
    for (int answer = 0; answer < classes_; ++answer) {
      if (std::abs(answer - truth) <= n) sum += at(truth, answer);
    }
  }
  return share(sum, count());
}

std::optional<double> ConfusionMatrix::balanced_accuracy() const {
  const auto counts = truths();
  double sum = 0;
  for (int grade = 0; grade < classes_; ++grade) {
    sum += share(at(grade, grade), counts[static_cast<std::size_t>(grade)]).value_or(0.0);
  }
  return share(sum, static_cast<double>(occurring(counts)));
}

std::optional<double> ConfusionMatrix::macro_f1() const {
  auto either = truths();
  const auto answered = answers();
  for (std::size_t i = 0; i < either.size(); ++i) either[i] += answered[i];
  double sum = 0;
  for (int grade = 0; grade < classes_; ++grade) {
    sum += share(2 * at(grade, grade), either[static_cast<std::size_t>(grade)]).value_or(0.0);
  }
  return share(sum, static_cast<double>(occurring(either)));
}

std::optional<double> ConfusionMatrix::weighted_kappa() const {
  const auto t = truths();
  const auto a = answers();
  const double all = count();
  double seen = 0;
  double by_chance = 0;
  for (int i = 0; i < classes_; ++i) {
    for (int j = 0; j < classes_; ++j) {
      const double weight = squared(i - j);
      seen += weight * at(i, j);
      by_chance += weight * (t[static_cast<std::size_t>(i)] / all) * a[static_cast<std::size_t>(j)];
    }
  }
  return by_chance > 0 ? std::optional(1 - seen / by_chance) : std::nullopt;
}

std::optional<double> ConfusionMatrix::pearson() const { return correlation(*this, own_numbers); }

std::optional<double> ConfusionMatrix::spearman() const { return correlation(*this, ranks); }

std::optional<double> ConfusionMatrix::constant_within(int n) const {
  require_at_least("n", n, 0);
  const auto counts = truths();
  double best = 0;
  for (int middle = 0; middle < classes_; ++middle) {
    // Widened before adding: n may be as large as an int.
    const auto low = std::max(0LL, static_cast<long long>(middle) - n);
    const auto high = std::min<long long>(classes_, static_cast<long long>(middle) + n + 1);
    best = std::max(best, std::accumulate(counts.begin() + low, counts.begin() + high, 0.0));
  }
  return share(best, sum_of(counts));
}

std::optional<double> ConfusionMatrix::constant_balanced_accuracy() const {
  return share(1.0, static_cast<double>(occurring(truths())));
}

std::optional<double> ConfusionMatrix::constant_macro_f1() const {
  const auto counts = truths();
  const double commonest = *std::max_element(counts.begin(), counts.end());
  const auto f1 = share(2 * commonest, sum_of(counts) + commonest);
  return f1 ? share(*f1, static_cast<double>(occurring(counts))) : std::nullopt;
}

std::optional<double> ConfusionMatrix::constant_weighted_kappa() const {
  return occurring(truths()) < 2 ? std::nullopt : std::optional(0.0);
}

std::vector<Figure> ConfusionMatrix::figures() const {
  return {{"within1", within(1), constant_within(1), {}},
          {"exact", within(0), constant_within(0), {}},
          {"balanced_accuracy", balanced_accuracy(), constant_balanced_accuracy(), {}},
          {"macro_f1", macro_f1(), constant_macro_f1(), {}},
          {"weighted_kappa", weighted_kappa(), constant_weighted_kappa(), {}},
          {"pearson", pearson(), std::nullopt, {}},
          {"spearman", spearman(), std::nullopt, {}}};
}

}  // namespace skingauge
