#include "evaluation/task_model.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>

namespace skingauge {

TaskModel::TaskModel(const EvaluationData& data, Task task, const EvaluationOptions& options,
                     bool with_slices)
    : data_(data), task_(task), options_(options), people_(data.photos()) {
  for (const auto* samples : data.heads(task)) {
    if (samples->size() > 0) heads_.push_back(HeadModel::make(*samples, people_));
  }
  if (!with_slices) return;
  for (const auto& dimension : slice_dimensions()) {
    auto slices = std::make_unique<SliceModel>(data, task, heads_, people_, dimension);
    if (slices->tells_something()) slices_.push_back(std::move(slices));
  }
}

Values TaskModel::values(std::span<const std::uint32_t> weights) const {
  Values values;
  std::vector<Headline> headlines;
  for (const auto& head : heads_) {
    const auto round = head->round(weights);
    append(values, round.values);
    headlines.push_back(round.headline);
  }
  for (const auto& group : pooled_values(headlines)) append(values, group);
  for (const auto& slices : slices_) append(values, slices->values(weights));
  return values;
}

TaskReport TaskModel::report() const {
  TaskReport report;
  report.task = task_;
  report.skipped = data_.skipped(task_);
  add_heads(report);
  add_pooled(report);
  for (const auto& model : slices_) {
    auto slices = model->slices(options_);
    std::move(slices.begin(), slices.end(), std::back_inserter(report.slices));
  }
  return report;
}

// Items, the mean, all crops.
std::vector<Values> TaskModel::pooled_values(const std::vector<Headline>& by_head) const {
  std::vector<Values> groups;
  Headline all{};
  for (const auto item : items(task_)) {
    Headline sum{};
    for (std::size_t h = 0; h < heads_.size(); ++h) {
      if (heads_[h]->samples().sign->item == item) add(sum, by_head[h]);
    }
    add(all, sum);
    groups.push_back(headline_values(task_, sum, true));
  }
  groups.push_back(mean_values(groups, headline_names(task_, false).size()));
  groups.push_back(headline_values(task_, all, false));
  return groups;
}

void TaskModel::add_heads(TaskReport& report) const {
  for (const auto& head : heads_) {
    auto& out = report.heads.emplace_back();
    out.sign = head->samples().sign;
    out.skipped = data_.skipped(*out.sign);
    out.group = counted(std::string(out.sign->key), [&](const Sign& sign) { return &sign == out.sign; });
    out.group.figures = make_figures(head->names(), head->round({}).values, head->constants());
    head->describe(out, options_);
  }
}

void TaskModel::add_pooled(TaskReport& report) const {
  std::vector<Headline> headlines;
  std::vector<Headline> constant;
  for (const auto& head : heads_) {
    headlines.push_back(head->round({}).headline);
    constant.push_back(head->constant());
  }
  const auto values = pooled_values(headlines);
  const auto constants = pooled_values(constant);
  std::size_t place = 0;
  for (const auto item : items(task_)) {
    auto group =
        counted(std::string(to_string(item)), [item](const Sign& sign) { return sign.item == item; });
    group.figures = make_figures(headline_names(task_, true), values[place], constants[place]);
    report.items.push_back(std::move(group));
    ++place;
  }
  report.pooled = counted("all crops", [](const Sign&) { return true; });
  report.mean_of_items = report.pooled;
  report.mean_of_items.name = "mean of items";
  const auto names = headline_names(task_, false);
  report.mean_of_items.figures = make_figures(names, values[place], constants[place]);
  report.pooled.figures = make_figures(names, values[place + 1], constants[place + 1]);
}

template <class Wanted>
FigureGroup TaskModel::counted(std::string name, const Wanted& wanted) const {
  FigureGroup group;
  group.name = std::move(name);
  std::unordered_set<std::uint32_t> photos;
  std::unordered_set<std::uint32_t> people;
  for (const auto& head : heads_) {
    const auto& samples = head->samples();
    if (!wanted(*samples.sign)) continue;
    group.judged += static_cast<std::int64_t>(samples.size());
    photos.insert(samples.photo.begin(), samples.photo.end());
  }
  for (const auto photo : photos) people.insert(people_.of_photo[photo]);
  group.photos = static_cast<std::int64_t>(photos.size());
  group.people = static_cast<std::int64_t>(people.size());
  return group;
}

// All groups of a report in the order of TaskModel::values.
std::vector<FigureGroup*> groups_of(TaskReport& report) {
  std::vector<FigureGroup*> groups;
  for (auto& head : report.heads) groups.push_back(&head.group);
  for (auto& item : report.items) groups.push_back(&item);
  groups.insert(groups.end(), {&report.mean_of_items, &report.pooled});
  for (auto& slice : report.slices) {
    for (auto& item : slice.items) groups.push_back(&item);
    groups.insert(groups.end(), {&slice.mean_of_items, &slice.pooled});
  }
  return groups;
}

}  // namespace skingauge
