// Everything that one task's evaluation computes, under any weighting of people.
#pragma once

#include "skingauge/evaluation.hpp"

#include "evaluation/figure_lists.hpp"
#include "evaluation/head_model.hpp"
#include "evaluation/slice_model.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

/// Keeps references to the data and the options. Immutable; safe from many threads.
class TaskModel {
 public:
  TaskModel(const EvaluationData& data, Task task, const EvaluationOptions& options, bool with_slices = true);

  [[nodiscard]] std::size_t people() const { return people_.count; }
  /// Every figure in the order of groups_of(): heads, items, mean, pooled, slices. Empty weights: everybody
  /// counts once.
  [[nodiscard]] Values values(std::span<const std::uint32_t> weights) const;
  /// All but the intervals.
  [[nodiscard]] TaskReport report() const;

 private:
  [[nodiscard]] std::vector<Values> pooled_values(const std::vector<Headline>& by_head) const;
  void add_heads(TaskReport& report) const;
  void add_pooled(TaskReport& report) const;
  template <class Wanted>
  [[nodiscard]] FigureGroup counted(std::string name, const Wanted& wanted) const;

  const EvaluationData& data_;
  Task task_;
  const EvaluationOptions& options_;
  People people_;
  SliceModel::Heads heads_;
  std::vector<std::unique_ptr<SliceModel>> slices_;
};

/// All groups of a report in the order of TaskModel::values.
std::vector<FigureGroup*> groups_of(TaskReport& report);

}  // namespace skingauge
