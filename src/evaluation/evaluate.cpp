#include "skingauge/evaluation.hpp"

#include "evaluation/task_model.hpp"

namespace skingauge {

TaskReport evaluate(const EvaluationData& data, Task task, const EvaluationOptions& options) {
  options.bootstrap.validate();
  const TaskModel model(data, task, options);
  auto report = model.report();
  const auto intervals = bootstrap(
      model.people(), [&](std::span<const std::uint32_t> weights) { return model.values(weights); },
      options.bootstrap);
  std::size_t next = 0;
  for (auto* group : groups_of(report)) {
    for (auto& figure : group->figures) {
      if (next < intervals.size() && figure.value) figure.interval = intervals[next];
      ++next;
    }
  }
  return report;
}

}  // namespace skingauge
