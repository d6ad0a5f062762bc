#include "skingauge/evaluation.hpp"

#include "evaluation/ratio.hpp"

#include <functional>

namespace skingauge {
namespace {

// Sums of one or several heads; the best constant is chosen per head and then summed.
struct Sums {
  GradeTally grades;
  std::array<std::int64_t, 3> constant_hits{};
  MeasurementTally measurements;
  double constant_error{0.0};

  void add(const GradeTally& tally) {
    grades.merge(tally);
    for (std::size_t c = 0; c < constant_hits.size(); ++c) {
      constant_hits[c] += tally.constant_hits(static_cast<Criterion>(c));
    }
  }
  void add(const MeasurementTally& tally) {
    measurements.merge(tally);
    constant_error += tally.constant_error();
  }
  void merge(const Sums& other) {
    grades.merge(other.grades);
    measurements.merge(other.measurements);
    constant_error += other.constant_error;
    for (std::size_t c = 0; c < constant_hits.size(); ++c) constant_hits[c] += other.constant_hits[c];
  }
};

Figures figures_of(const Sums& sums, Task task) {
  Figures f;
  if (task == Task::measurement) {
    f.judged = sums.measurements.judged;
    f.mae = sums.measurements.mae();
    f.mae_units = sums.measurements.mae_units();
    f.constant_mae = ratio(sums.constant_error, f.judged);
    return f;
  }
  f.judged = sums.grades.judged;
  f.top3 = sums.grades.accuracy(Criterion::top3);
  f.within1 = sums.grades.accuracy(Criterion::within1);
  f.exact = sums.grades.accuracy(Criterion::exact);
  const auto constant = [&](Criterion c) {
    return ratio(static_cast<double>(sums.constant_hits[static_cast<std::size_t>(c)]), f.judged);
  };
  f.constant_top3 = constant(Criterion::top3);
  f.constant_within1 = constant(Criterion::within1);
  f.constant_exact = constant(Criterion::exact);
  return f;
}

// The plain mean of one figure over the items; not defined where an item's is not.
std::optional<double> mean(const std::vector<std::pair<Item, Figures>>& items,
                           std::optional<double> Figures::*figure) {
  double sum = 0.0;
  for (const auto& [item, figures] : items) {
    const auto& value = figures.*figure;
    if (!value) return std::nullopt;
    sum += *value;
  }
  return ratio(sum, static_cast<std::int64_t>(items.size()));
}

Figures mean_of(const std::vector<std::pair<Item, Figures>>& items) {
  Figures f;
  for (const auto& [item, figures] : items) f.judged += figures.judged;
  for (const auto figure :
       {&Figures::top3, &Figures::within1, &Figures::exact, &Figures::mae, &Figures::constant_top3,
        &Figures::constant_within1, &Figures::constant_exact, &Figures::constant_mae}) {
    f.*figure = mean(items, figure);
  }
  return f;
}

}  // namespace

TaskFigures figures(const TaskEvaluation& evaluation, Task task) {
  TaskFigures result;
  std::map<Item, Sums> by_item;
  for (const auto& sign : signs()) {
    if (sign.task != task) continue;
    const std::string key(sign.key);
    Sums sums;
    if (const auto found = evaluation.grades.find(key);
        task == Task::grade && found != evaluation.grades.end()) {
      sums.add(found->second);
    }
    if (const auto found = evaluation.measurements.find(key);
        task == Task::measurement && found != evaluation.measurements.end()) {
      sums.add(found->second);
    }
    by_item[sign.item].merge(sums);
    auto head = figures_of(sums, task);
    if (head.judged > 0) result.heads.emplace_back(&sign, head);
  }
  Sums all;
  for (const auto item : items(task)) {
    all.merge(by_item[item]);
    result.items.emplace_back(item, figures_of(by_item[item], task));
  }
  result.mean_of_items = mean_of(result.items);
  result.pooled = figures_of(all, task);
  result.pooled.mae_units.reset();  // units of different instruments have no common mean
  return result;
}

}  // namespace skingauge
