// Task reports of made-up answers, as an evaluation would fill them: what reports are tried with. The figures
// follow from the metric classes; the intervals do not (a normal approximation stands in for the bootstrap).
#pragma once

#include "skingauge/evaluation.hpp"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace skingauge::test {

/// Seeded, and the same wherever it runs: distributions of the standard library are not.
class MadeUp {
 public:
  explicit MadeUp(unsigned seed) : random_(seed) {}
  double uniform() { return static_cast<double>(random_()) / 4294967296.0; }
  /// Mean 0, deviation 1, within -6..6.
  double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }
  int grade(double centre, double spread, int max) {
    return std::clamp(static_cast<int>(std::lround(centre + spread * normal())), 0, max);
  }

 private:
  std::mt19937 random_;
};

inline Figure with_interval(std::string name, std::optional<double> value, std::optional<double> constant,
                            double half_width) {
  Figure figure{std::move(name), value, constant, std::nullopt};
  if (value) figure.interval = Interval{*value - half_width, *value + half_width * 0.9};
  if (value && *value > 0 && *value <= 1) {  // a share, or an error: neither leaves 0..1
    figure.interval->low = std::max(figure.interval->low, 0.0);
    figure.interval->high = std::min(figure.interval->high, 1.0);
  }
  return figure;
}

inline Figure share_figure(std::string name, std::optional<double> value, std::optional<double> constant,
                           double judged) {
  const double p = value.value_or(0);
  return with_interval(std::move(name), value, constant,
                       2.6 * std::sqrt(p * (1 - p) / std::max(judged, 1.0)));
}

inline void fill_counts(FigureGroup& group, std::string name, std::int64_t judged) {
  group.name = std::move(name);
  group.judged = judged;
  group.photos = judged;
  group.people = (judged + 2) / 3;
}

inline void fill_grade_figures(FigureGroup& group, const ConfusionMatrix& confusion, double top3,
                               double constant_top3, bool of_head) {
  const double n = confusion.count();
  group.figures = {share_figure("top3", top3, constant_top3, n),
                   share_figure("within1", confusion.within(1), confusion.constant_within(1), n),
                   share_figure("exact", confusion.within(0), confusion.constant_within(0), n)};
  if (!of_head) return;
  group.figures.push_back(share_figure("balanced_accuracy", confusion.balanced_accuracy(),
                                       confusion.constant_balanced_accuracy(), n));
  group.figures.push_back(
      with_interval("macro_f1", confusion.macro_f1(), confusion.constant_macro_f1(), 0.03));
  group.figures.push_back(with_interval("weighted_kappa", confusion.weighted_kappa(), 0.0, 0.05));
  group.figures.push_back(with_interval("spearman", confusion.spearman(), std::nullopt, 0.05));
}

/// One head of grades; `lazy` always answers 1.
inline HeadReport grade_head(MadeUp& random, const Sign& sign, int crops, bool lazy) {
  HeadReport head;
  head.sign = &sign;
  head.confusion.emplace(sign.max_grade + 1);
  head.calibration.emplace(10);
  TopKAccuracy ranks(sign.max_grade + 1);
  for (int i = 0; i < crops; ++i) {
    const int truth = random.grade(1.4, 1.1, sign.max_grade);
    const int answer = lazy ? 1 : random.grade(0.4 + 0.75 * truth, 0.8, sign.max_grade);
    head.confusion->add(truth, answer);
    ranks.add_rank(std::min(2 * std::abs(truth - answer), sign.max_grade), truth);
    head.calibration->add(std::clamp(0.72 + 0.14 * random.normal(), 0.2, 1.0), truth == answer);
  }
  fill_counts(head.group, std::string(sign.key), crops);
  fill_grade_figures(head.group, *head.confusion, *ranks.value(3), *ranks.best_constant(3), true);
  head.group.figures.push_back(with_interval("ece", head.calibration->expected_error(), 0.0, 0.01));
  const auto answers = head.confusion->answers();
  const auto commonest = std::max_element(answers.begin(), answers.end());
  head.same_answer = static_cast<double>(commonest - answers.begin());
  head.same_share = *commonest / head.confusion->count();
  head.skipped = {{"box-too-small", crops / 40}, {"no-box", crops / 15}};
  return head;
}

inline void fill_error_figures(FigureGroup& group, const MeasurementMetrics& metrics, double scale) {
  const double half = 1.9 * metrics.error_deviation().value_or(0) /
                      std::sqrt(std::max<double>(1, static_cast<double>(metrics.count())));
  group.figures = {with_interval("mae", metrics.mae(), metrics.constant_mae(), half),
                   with_interval("rmse", metrics.rmse(), metrics.constant_rmse(), half),
                   with_interval("bias", metrics.bias(), 0.0, half)};
  if (scale <= 0) return;
  auto units = group.figures.front();
  units.name = "mae_units";
  for (auto* value : {&units.value, &units.best_constant}) *value = value->value_or(0) * scale;
  units.interval = Interval{(*metrics.mae() - half) * scale, (*metrics.mae() + half) * scale};
  group.figures.insert(group.figures.begin() + 1, units);
}

inline HeadReport measurement_head(MadeUp& random, const Sign& sign, int crops, MeasurementMetrics& metrics) {
  HeadReport head;
  head.sign = &sign;
  for (int i = 0; i < crops; ++i) {
    const double truth = std::max(0.0, 0.55 + 0.14 * random.normal());
    metrics.add(truth, 0.3 + 0.4 * truth + 0.07 * random.normal());
  }
  head.truths.emplace(0.0, 1.25, 25);
  head.answers.emplace(0.0, 1.25, 25);
  for (int i = 0; i < crops; ++i) {
    const auto place = static_cast<std::size_t>(i);
    const Pair pair{metrics.truths()[place], metrics.answers()[place]};
    head.truths->add(pair.truth);
    head.answers->add(pair.answer);
    if (head.pairs.size() < 200) head.pairs.push_back(pair);
  }
  fill_counts(head.group, std::string(sign.key), crops);
  fill_error_figures(head.group, metrics, sign.scale);
  head.group.figures.push_back(with_interval("pearson", metrics.pearson(), std::nullopt, 0.04));
  head.group.figures.push_back(with_interval("spearman", metrics.spearman(), std::nullopt, 0.04));
  head.error_deviation = metrics.error_deviation();
  head.same_answer = 0.52;
  head.same_share = 0.012;
  head.skipped = {{"instrument-error", crops / 9}};
  return head;
}

/// The group's figures averaged over others': a stand-in for pooling.
inline FigureGroup mean_of(const std::string& name, const std::vector<const FigureGroup*>& groups) {
  FigureGroup mean;
  mean.name = name;
  if (groups.empty()) return mean;
  mean.figures = groups.front()->figures;
  const auto n = static_cast<double>(groups.size());
  for (auto& figure : mean.figures) {
    double value = 0;
    double constant = 0;
    for (const auto* group : groups) {
      value += group->value(figure.name).value_or(0) / n;
      const auto* found = group->find(figure.name);
      constant += found != nullptr && found->best_constant ? *found->best_constant / n : 0;
    }
    const double half =
        figure.interval ? (figure.interval->high - figure.interval->low) / 2 / std::sqrt(n) : 0;
    figure = with_interval(figure.name, value, constant, half);
  }
  for (const auto* group : groups) {
    mean.judged += group->judged;
    mean.photos = std::max(mean.photos, group->photos);
    mean.people = std::max(mean.people, group->people);
  }
  return mean;
}

/// Keeps the figures that items have.
inline FigureGroup of_item(FigureGroup group, std::initializer_list<const char*> figures) {
  std::vector<Figure> kept;
  for (const auto* name : figures) {
    if (const auto* found = group.find(name); found != nullptr) kept.push_back(*found);
  }
  group.figures = std::move(kept);
  return group;
}

/// Items, mean and pooled from the heads.
inline void fill_groups(TaskReport& task) {
  const bool grades = task.task == Task::grade;
  std::vector<const FigureGroup*> items_there;
  for (const auto item : items(task.task)) {
    std::vector<const FigureGroup*> groups;
    for (const auto& head : task.heads) {
      if (head.sign->item == item) groups.push_back(&head.group);
    }
    const auto name = std::string(to_string(item));
    task.items.push_back(grades ? of_item(mean_of(name, groups), {"top3", "within1", "exact"})
                                : of_item(mean_of(name, groups), {"mae", "mae_units", "rmse", "bias"}));
  }
  for (const auto& item : task.items) {
    if (item.judged > 0) items_there.push_back(&item);
  }
  const auto all = mean_of("all crops", items_there);
  task.pooled = grades ? all : of_item(all, {"mae", "rmse", "bias"});
  task.mean_of_items = task.pooled;
  task.mean_of_items.name = "mean of items";
  for (const auto& head : task.heads) {
    for (const auto& [reason, count] : head.skipped) task.skipped[reason] += count;
  }
}

inline Slice made_slice(MadeUp& random, const TaskReport& task, std::string dimension, std::string value,
                        std::int64_t judged) {
  Slice slice{std::move(dimension), std::move(value),   judged < 30,
              task.items,           task.mean_of_items, task.pooled};
  for (auto* group : {&slice.mean_of_items, &slice.pooled}) {
    for (auto& figure : group->figures) {
      const double half = 0.6 / std::sqrt(static_cast<double>(std::max<std::int64_t>(judged, 1)));
      figure = with_interval(figure.name, std::min(*figure.value * (1 + 0.03 * random.normal()), 1.0),
                             figure.best_constant, half);
    }
    fill_counts(*group, group->name, judged);
  }
  return slice;
}

}  // namespace skingauge::test
