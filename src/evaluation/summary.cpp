#include "skingauge/report.hpp"

#include "evaluation/json_numbers.hpp"
#include "evaluation/report_json.hpp"

namespace skingauge {
namespace {

Json interval_json(const std::optional<Interval>& interval) {
  return interval ? Json::array({interval->low, interval->high}) : Json(nullptr);
}

Json group_json(const FigureGroup& group) {
  Json json{{"judged", group.judged}, {"photos", group.photos}, {"people", group.people}};
  Json constants = Json::object();
  Json intervals = Json::object();
  for (const auto& figure : group.figures) {
    json[figure.name] = number_or_null(figure.value);
    constants[figure.name] = number_or_null(figure.best_constant);
    intervals[figure.name] = interval_json(figure.interval);
  }
  json["best_constant"] = constants;
  json["intervals"] = intervals;
  return json;
}

Json histogram_json(const std::vector<double>& counts) {
  Json json = Json::object();
  for (std::size_t grade = 0; grade < counts.size(); ++grade) {
    if (counts[grade] > 0) json[std::to_string(grade)] = static_cast<std::int64_t>(counts[grade]);
  }
  return json;
}

Json histogram_json(const Histogram& histogram) {
  return {{"low", histogram.low()}, {"high", histogram.high()}, {"bins", histogram.bins()}};
}

Json confusion_json(const ConfusionMatrix& confusion) {
  Json rows = Json::array();
  for (int truth = 0; truth < confusion.classes(); ++truth) {
    Json row = Json::array();
    for (int answer = 0; answer < confusion.classes(); ++answer)
      row.push_back(static_cast<std::int64_t>(confusion.at(truth, answer)));
    rows.push_back(row);
  }
  return rows;
}

Json calibration_json(const Calibration& calibration) {
  Json curve = Json::array();
  for (const auto& bin : calibration.curve()) {
    curve.push_back({{"low", bin.low},
                     {"high", bin.high},
                     {"judged", static_cast<std::int64_t>(bin.count)},
                     {"confidence", number_or_null(bin.confidence)},
                     {"accuracy", number_or_null(bin.accuracy)}});
  }
  return curve;
}

template <class Counts>
Json counts_json(const Counts& counts) {
  Json json = Json::object();
  for (const auto& [name, count] : counts) json[name] = count;
  return json;
}

Json head_json(const HeadReport& head) {
  auto json = group_json(head.group);
  json["item"] = to_string(head.sign->item);
  json["facepart"] = number(head.sign->facepart);
  if (head.sign->task == Task::measurement) {
    json["unit"] = head.sign->unit;
    json["official_range"] = {0.0, head.sign->official_max};
    json["outside_official_range"] = {{"answers", head.answers_outside}, {"truths", head.truths_outside}};
    json["error_deviation"] = number_or_null(head.error_deviation);
    if (head.truths) json["truths"] = histogram_json(*head.truths);
    if (head.answers) json["answers"] = histogram_json(*head.answers);
  } else if (head.confusion) {
    json["truths"] = histogram_json(head.confusion->truths());
    json["answers"] = histogram_json(head.confusion->answers());
    json["confusion"] = confusion_json(*head.confusion);
    if (head.calibration) json["calibration"] = calibration_json(*head.calibration);
  }
  json["always_the_same"] = head.same_share >= 1.0 && head.group.judged > 1;
  json["commonest_answer"] = {{"answer", head.same_answer}, {"share", head.same_share}};
  json["skipped"] = counts_json(head.skipped);
  return json;
}

Json slice_json(const Slice& slice) {
  Json by_item = Json::object();
  for (const auto& item : slice.items) by_item[item.name] = group_json(item);
  return {{"dimension", slice.dimension},
          {"value", slice.value},
          {"small", slice.small},
          {"items", by_item},
          {"mean_of_items", group_json(slice.mean_of_items)},
          {"pooled", group_json(slice.pooled)}};
}

Json task_json(const TaskReport& task) {
  Json heads = Json::object();
  for (const auto& head : task.heads) heads[std::string(head.sign->key)] = head_json(head);
  Json by_item = Json::object();
  for (const auto& item : task.items) by_item[item.name] = group_json(item);
  Json slices = Json::array();
  for (const auto& slice : task.slices) slices.push_back(slice_json(slice));
  return {{"items", by_item},
          {"mean_of_items", group_json(task.mean_of_items)},
          {"pooled", group_json(task.pooled)},
          {"heads", heads},
          {"slices", slices},
          {"skipped", counts_json(task.skipped)}};
}

Json run_json(const RunFacts& f) {
  Json models = Json::array();
  for (const auto& model : f.models) models.push_back({{"id", model.id}, {"sha256", model.sha256}});
  return {
      {"version", f.version},
      {"manifest",
       {{"name", f.manifest_name}, {"sha256", f.manifest_sha256}, {"demo", f.demo}, {"models", models}}},
      {"device", f.device},
      {"precision", f.precision},
      {"engine", f.engine},
      {"min_box_side", f.min_box_side},
      {"split", f.split},
      {"people_in_other_parts", f.shared_subjects.size()},
      {"shared_subjects", f.shared_subjects},
      {"criterion", to_string(f.criterion)},
      {"photos", f.photos},
      {"photos_failed", f.photos_failed},
      {"photos_decoded_on_gpu", f.gpu_photos},
      {"labels_failed", f.labels_failed},
      {"first_label_error", f.first_label_error},
      {"photos_without_labels", f.photos_without_labels},
      {"boxes", f.boxes},
      {"swapped_corners", f.swapped_corners},
      {"passed_over",
       {{"pictures", f.passed_over.pictures},
        {"label_files", f.passed_over.label_files},
        {"archives", f.passed_over.archives}}},
      {"stopped", f.stopped},
      {"seconds", f.seconds},
      {"crops", f.crops},
      {"tiles", f.tiles},
      {"core_seconds",
       {{"decode", f.decode_core_seconds}, {"cut", f.cut_core_seconds}, {"network", f.network_core_seconds}}},
      {"files", counts_json(f.files)}};
}

Json replay_json(const ReplayReport& r) {
  Json by_item = Json::object();
  for (const auto& [item, figure] : r.items) by_item[std::string(to_string(item))] = number_or_null(figure);
  Json runs = Json::array();
  for (const auto& run : r.runs) {
    runs.push_back({{"run", run.number},
                    {"lines", {run.first_line, run.last_line}},
                    {"photos", run.photos},
                    {"finished", run.finished},
                    {"evaluated", run.evaluated}});
  }
  return {{"file", r.file},
          {"run", r.run},
          {"runs", runs},
          {"runs_without_prediction", r.empty_runs},
          {"mode", mode_name(r.task)},
          {"criterion", r.criterion},
          {"photos", r.photos},
          {"judged", r.judged},
          {"running_lines", r.running_lines},
          {"agreed", r.agreed},
          {"largest_difference", r.largest_difference},
          {"first_disagreement", r.first_disagreement},
          {"items", by_item},
          {"printed_items", r.printed_items},
          {"total", number_or_null(r.total)},
          {"printed_total", number_or_null(r.printed_total)},
          {"finished", r.finished}};
}

}  // namespace

Json inputs_json(const std::vector<InputFacts>& inputs) {
  Json json = Json::array();
  for (const auto& input : inputs) {
    json.push_back({{"file", input.file},
                    {"kind", input.kind},
                    {"sha256", input.sha256},
                    {"lines", input.lines},
                    {"encoding", input.encoding},
                    {"foreign_lines", input.foreign_lines}});
    if (input.foreign_lines > 0)
      json.back()["first_foreign"] = {{"line", input.foreign_line}, {"text", input.foreign_example}};
  }
  return json;
}

Json problems_json(const std::map<std::string, std::int64_t>& counts,
                   const std::vector<InputProblem>& problems) {
  Json first = Json::array();
  for (const auto& problem : problems) {
    first.push_back({{"code", problem.code},
                     {"file", problem.file},
                     {"line", problem.line},
                     {"message", problem.message}});
  }
  return {{"counts", counts_json(counts)}, {"first", first}};
}

Json bootstrap_json(const BootstrapOptions& options) {
  return {{"rounds", options.rounds},
          {"seed", options.seed},
          {"confidence", options.confidence},
          {"over", "people"}};
}

std::string mode_name(Task task) { return task == Task::grade ? "class" : "regression"; }

std::string summary_json(const EvaluationReport& report) {
  Json root{{"format", 1}, {"title", report.title}};
  if (report.run) root["run"] = run_json(*report.run);
  root["evaluation"] = {
      {"version", report.version},
      {"command", report.command},
      {"date", report.date},
      {"seconds", report.seconds},
      {"inputs", inputs_json(report.inputs)},
      {"bootstrap", bootstrap_json(report.options.bootstrap)},
      {"small_slice", {{"people", report.options.small_people}, {"judged", report.options.small_judged}}}};
  root["modes"] = Json::object();
  for (const auto& [task, figures] : report.tasks) root["modes"][mode_name(task)] = task_json(figures);
  root["replays"] = Json::array();
  for (const auto& replay : report.replays) root["replays"].push_back(replay_json(replay));
  root["warnings"] = Json::array();
  for (const auto& warning : report.warnings)
    root["warnings"].push_back({{"code", warning.code}, {"text", warning.text}});
  root["problems"] = problems_json(report.problem_counts, report.problems);
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace skingauge
