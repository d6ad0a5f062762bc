#include "skingauge/summary.hpp"

#include "evaluation/json_numbers.hpp"

namespace skingauge {
namespace {

Json figures_json(const Figures& f, Task task, bool units) {
  Json json{{"judged", f.judged}};
  if (task == Task::grade) {
    json["top3"] = number_or_null(f.top3);
    json["within1"] = number_or_null(f.within1);
    json["exact"] = number_or_null(f.exact);
    json["best_constant"] = {{"top3", number_or_null(f.constant_top3)},
                             {"within1", number_or_null(f.constant_within1)},
                             {"exact", number_or_null(f.constant_exact)}};
    return json;
  }
  json["mae"] = number_or_null(f.mae);
  if (units) json["mae_units"] = number_or_null(f.mae_units);
  json["best_constant"] = {{"mae", number_or_null(f.constant_mae)}};
  return json;
}

Json histogram_json(const std::map<int, std::int64_t>& histogram) {
  Json json = Json::object();
  for (const auto& [grade, count] : histogram) json[std::to_string(grade)] = count;
  return json;
}

Json head_json(const Sign& sign, const Figures& f, const TaskEvaluation& evaluation) {
  auto json = figures_json(f, sign.task, true);
  json["item"] = to_string(sign.item);
  if (sign.task == Task::measurement) {
    json["unit"] = sign.unit;
    return json;
  }
  const auto& tally = evaluation.grades.at(std::string(sign.key));
  json["truths"] = histogram_json(tally.truths);
  json["answers"] = histogram_json(tally.answers);
  json["always_the_same"] = tally.answers.size() == 1 && tally.judged > 1;
  return json;
}

Json task_json(const TaskEvaluation& evaluation, Task task) {
  const auto all = figures(evaluation, task);
  Json heads = Json::object();
  for (const auto& [sign, f] : all.heads) heads[std::string(sign->key)] = head_json(*sign, f, evaluation);
  Json by_item = Json::object();
  // Units of one item's heads are the same instrument's, so that they have a mean.
  for (const auto& [item, f] : all.items) by_item[std::string(to_string(item))] = figures_json(f, task, true);
  Json skipped = Json::object();
  for (const auto& [reason, count] : evaluation.skipped) skipped[reason] = count;
  return {{"items", by_item},
          {"mean_of_items", figures_json(all.mean_of_items, task, false)},
          {"pooled", figures_json(all.pooled, task, false)},
          {"heads", heads},
          {"skipped", skipped}};
}

Json facts_json(const RunFacts& f) {
  return {{"version", f.version},
          {"manifest", {{"name", f.manifest_name}, {"sha256", f.manifest_sha256}, {"demo", f.demo}}},
          {"device", f.device},
          {"precision", f.precision},
          {"engine", f.engine},
          {"min_box_side", f.min_box_side},
          {"split", f.split},
          {"people_in_other_parts", f.shared_subjects.size()},
          {"criterion", to_string(f.criterion)},
          {"photos", f.photos},
          {"photos_failed", f.photos_failed},
          {"labels_failed", f.labels_failed},
          {"stopped", f.stopped},
          {"seconds", f.seconds},
          {"crops", f.crops},
          {"tiles", f.tiles},
          {"core_seconds",
           {{"decode", f.decode_core_seconds},
            {"cut", f.cut_core_seconds},
            {"network", f.network_core_seconds}}}};
}

}  // namespace

std::string mode_name(Task task) { return task == Task::grade ? "class" : "regression"; }

std::string summary_json(const RunFacts& facts, const Evaluations& evaluations) {
  Json root{{"format", 1}, {"run", facts_json(facts)}, {"modes", Json::object()}};
  for (const auto& [task, evaluation] : evaluations)
    root["modes"][mode_name(task)] = task_json(evaluation, task);
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace skingauge
