#include "skingauge/comparison.hpp"

#include "skingauge/error.hpp"

#include "evaluation/json_numbers.hpp"
#include "evaluation/report_json.hpp"
#include "evaluation/task_model.hpp"

#include <cmath>
#include <map>
#include <stdexcept>
#include <unordered_map>

namespace skingauge {
namespace {

// Logs print measurements with three decimals.
constexpr double kSameTruth = 0.0005 + 1e-9;

// Whether a run says who is on a photograph, rather than its name alone.
bool says_subject(const PhotoFacts& photo) {
  return !photo.subject.empty() && photo.subject != facts_from_name(photo.id).subject;
}

// The crops that both runs judged with the same truth: two data sets with one table of photographs, and so
// of people.
class Common {
 public:
  Common(const EvaluationData& a, const EvaluationData& b) : a_(a), b_(b) {
    for (std::size_t i = 0; i < b.photos().size(); ++i)
      photo_in_b_.emplace(b.photos()[i].id, static_cast<std::uint32_t>(i));
    for (const auto task : {Task::grade, Task::measurement}) match(task);
  }

  EvaluationData common_a, common_b;
  Comparison result;

 private:
  void match(Task task) {
    std::map<const Sign*, const HeadSamples*> in_b;
    for (const auto* head : b_.heads(task)) {
      in_b[head->sign] = head;
      result.only_b += static_cast<std::int64_t>(head->size());
    }
    for (const auto* head : a_.heads(task)) {
      const auto other = in_b.find(head->sign);
      if (other != in_b.end()) {
        match(*head, *other->second);
      } else {
        result.only_a += static_cast<std::int64_t>(head->size());
      }
    }
  }

  void match(const HeadSamples& a, const HeadSamples& b) {
    std::unordered_map<std::uint32_t, std::size_t> sample_in_b;
    for (std::size_t i = 0; i < b.size(); ++i) sample_in_b.emplace(b.photo[i], i);
    for (std::size_t i = 0; i < a.size(); ++i) {
      const auto photo = photo_in_b_.find(a_.photos()[a.photo[i]].id);
      const auto found = photo == photo_in_b_.end() ? sample_in_b.end() : sample_in_b.find(photo->second);
      if (found == sample_in_b.end()) {
        ++result.only_a;
        continue;
      }
      --result.only_b;
      const double tolerance = a.sign->task == Task::grade ? 0.0 : kSameTruth;
      if (std::abs(a.truth[i] - b.truth[found->second]) > tolerance) {
        ++result.truths_differ;
        continue;
      }
      const auto common = add_photo(a_.photos()[a.photo[i]], b_.photos()[photo->second]);
      copy(a, i, common, common_a);
      copy(b, found->second, common, common_b);
    }
  }

  // What one of the runs says of a photograph holds for both. Where both name another person, a's counts.
  std::uint32_t add_photo(const PhotoFacts& a, const PhotoFacts& b) {
    auto facts = a;
    if (!says_subject(a) && (says_subject(b) || a.subject.empty())) facts.subject = b.subject;
    const auto known = common_a.photos().size();
    for (auto* data : {&common_a, &common_b}) {
      data->add_photo(facts);
      data->add_photo(b);
    }
    const bool differ = says_subject(a) && says_subject(b) && a.subject != b.subject;
    if (differ && common_a.photos().size() > known) ++result.subjects_differ;
    return common_a.add_photo(facts);
  }

  static void copy(const HeadSamples& head, std::size_t i, std::uint32_t photo, EvaluationData& to) {
    if (head.sign->task == Task::measurement) {
      to.add_measurement(photo, *head.sign, head.answer[i], head.truth[i]);
    } else {
      to.add_grade(photo, *head.sign,
                   {static_cast<int>(head.answer[i]), static_cast<int>(head.truth[i]), head.rank[i],
                    head.confidence[i]});
    }
  }

  const EvaluationData& a_;
  const EvaluationData& b_;
  std::unordered_map<std::string, std::uint32_t> photo_in_b_;
};

Values differences(const Values& a, const Values& b) {
  Values values(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] && b[i]) values[i] = *b[i] - *a[i];
  }
  return values;
}

// Groups of both reports, one beside the other; `next` walks through the intervals.
ComparedGroup side_by_side(const FigureGroup& a, const FigureGroup& b,
                           const std::vector<std::optional<Interval>>& intervals, std::size_t& next) {
  ComparedGroup group{a.name, a.judged, a.photos, a.people, {}};
  for (std::size_t i = 0; i < a.figures.size(); ++i, ++next) {
    ComparedFigure figure{a.figures[i].name, a.figures[i].value, b.figures[i].value, std::nullopt,
                          std::nullopt};
    if (figure.a && figure.b) {
      figure.difference = *figure.b - *figure.a;
      if (next < intervals.size()) figure.interval = intervals[next];
    }
    group.figures.push_back(std::move(figure));
  }
  return group;
}

TaskComparison compare_task(const Common& common, Task task, const EvaluationOptions& options) {
  const TaskModel a(common.common_a, task, options, false);
  const TaskModel b(common.common_b, task, options, false);
  if (a.people() != b.people()) throw std::logic_error("compare_runs: the two runs have different people");
  const auto intervals = bootstrap(
      a.people(),
      [&](std::span<const std::uint32_t> weights) {
        return differences(a.values(weights), b.values(weights));
      },
      options.bootstrap);
  const auto report_a = a.report();
  const auto report_b = b.report();
  TaskComparison result;
  result.task = task;
  std::size_t next = 0;
  for (std::size_t h = 0; h < report_a.heads.size(); ++h)
    result.heads.push_back(side_by_side(report_a.heads[h].group, report_b.heads[h].group, intervals, next));
  for (std::size_t i = 0; i < report_a.items.size(); ++i)
    result.items.push_back(side_by_side(report_a.items[i], report_b.items[i], intervals, next));
  result.mean_of_items = side_by_side(report_a.mean_of_items, report_b.mean_of_items, intervals, next);
  result.pooled = side_by_side(report_a.pooled, report_b.pooled, intervals, next);
  return result;
}

Json group_json(const ComparedGroup& group) {
  Json json{{"judged", group.judged}, {"photos", group.photos}, {"people", group.people}};
  for (const auto& f : group.figures) {
    json[f.name] = {
        {"a", number_or_null(f.a)},
        {"b", number_or_null(f.b)},
        {"difference", number_or_null(f.difference)},
        {"interval", f.interval ? Json::array({f.interval->low, f.interval->high}) : Json(nullptr)}};
  }
  return json;
}

Json groups_json(const std::vector<ComparedGroup>& groups) {
  Json json = Json::object();
  for (const auto& group : groups) json[group.name] = group_json(group);
  return json;
}

}  // namespace

Comparison compare_runs(const EvaluationData& a, const EvaluationData& b, const EvaluationOptions& options) {
  options.bootstrap.validate();
  Common common(a, b);
  for (const auto task : {Task::grade, Task::measurement}) {
    if (common.common_a.has(task)) common.result.tasks[task] = compare_task(common, task, options);
  }
  if (common.result.tasks.empty())
    throw InputError(ErrorCode::evaluation_empty,
                     "the two runs have no crop in common that both judged with the same truth");
  return common.result;
}

std::string comparison_json(const ComparisonReport& report) {
  Json root{{"format", 1}, {"a", report.name_a}, {"b", report.name_b}};
  root["evaluation"] = {{"version", report.version},
                        {"command", report.command},
                        {"date", report.date},
                        {"seconds", report.seconds},
                        {"inputs", inputs_json(report.inputs)},
                        {"bootstrap", bootstrap_json(report.options.bootstrap)}};
  const auto& c = report.comparison;
  root["left_out"] = {{"only_a", c.only_a}, {"only_b", c.only_b}, {"truths_differ", c.truths_differ}};
  root["subjects_differ"] = c.subjects_differ;
  root["modes"] = Json::object();
  for (const auto& [task, t] : c.tasks) {
    root["modes"][mode_name(task)] = {{"items", groups_json(t.items)},
                                      {"mean_of_items", group_json(t.mean_of_items)},
                                      {"pooled", group_json(t.pooled)},
                                      {"heads", groups_json(t.heads)}};
  }
  root["problems"] = problems_json(report.problem_counts, report.problems);
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace skingauge
