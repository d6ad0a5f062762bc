// Whole reports of made-up data: everything a report can show, next to nothing, a replayed log, hostile
// names.
#pragma once

#include "skingauge/comparison.hpp"
#include "skingauge/report.hpp"

#include "support/sample_tasks.hpp"

#include <string>

namespace skingauge::test {

inline TaskReport sample_grades(MadeUp& random, int crops) {
  TaskReport task;
  task.task = Task::grade;
  for (const auto& sign : signs()) {
    if (sign.task == task.task)
      task.heads.push_back(grade_head(random, sign, crops, sign.item == Item::wrinkle));
  }
  fill_groups(task);
  return task;
}

inline TaskReport sample_measurements(MadeUp& random, int crops) {
  TaskReport task;
  task.task = Task::measurement;
  for (const auto& sign : signs()) {
    MeasurementMetrics metrics;
    if (sign.task == task.task) task.heads.push_back(measurement_head(random, sign, crops, metrics));
  }
  fill_groups(task);
  return task;
}

inline void add_slices(MadeUp& random, TaskReport& task) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> dimensions{
      {"device", {"camera", "tablet", "phone"}},
      {"angle", {"F", "Ft", "Fb", "L15", "L30", "R15", "R30", "L", "R"}},
      {"side", {"left", "right", "middle"}},
      {"gender", {"F", "M", "unknown"}},
      {"age", {"10-19", "20-29", "30-39", "40-49", "50-59", "60-69", "70-79"}},
      {"skin_type", {"neutral", "dry", "very dry", "dry combination", "oily combination", "oily"}},
      {"sensitive", {"no", "yes"}},
  };
  for (const auto& [dimension, values] : dimensions) {
    std::int64_t judged = 3900;
    for (const auto& value : values) {
      task.slices.push_back(made_slice(random, task, dimension, value, judged));
      judged = judged * 2 / 5;
    }
  }
}

inline RunFacts sample_run() {
  RunFacts run;
  run.version = "0.1.0";
  run.manifest_name = "nia-2023";
  run.manifest_sha256 = std::string(64, 'c');
  run.device = "cpu (8 threads)";
  run.precision = "fp32";
  run.engine = "torchscript";
  run.min_box_side = 50;
  run.split = "test of the published split, seed 523";
  run.shared_subjects = {"0001", "0007"};
  run.photos = 1393;
  run.photos_failed = 2;
  run.seconds = 412.6;
  run.crops = 20104;
  run.tiles = 20990;
  run.decode_core_seconds = 30.2;
  run.cut_core_seconds = 4.1;
  run.network_core_seconds = 760.4;
  for (const auto* id : {"grade/forehead", "grade/glabella", "grade/cheek", "measure/face", "measure/cheek"})
    run.models.push_back({id, std::string(64, 'a')});
  return run;
}

inline EvaluationReport rich_report() {
  MadeUp random(20231125);
  EvaluationReport report;
  report.title = "Validation of nia-2023 on /data/skin";
  report.run = sample_run();
  report.inputs = {{"predictions.jsonl", "predictions.jsonl", std::string(64, 'b'), 33432}};
  report.version = "0.1.0";
  report.command = "skingauge validate /data/skin --models models/nia-2023.json --mode both --split test";
  report.date = "2026-11-21 14:30";
  report.seconds = 3.4;
  report.tasks[Task::grade] = sample_grades(random, 1300);
  report.tasks[Task::measurement] = sample_measurements(random, 900);
  for (auto& [task, evaluation] : report.tasks) add_slices(random, evaluation);
  report.warnings = {
      {"always-the-same",
       "4 of 11 heads of grades always answer the same: forehead_wrinkle, glabellus_wrinkle, "
       "l_perocular_wrinkle, r_perocular_wrinkle."},
      {"no-better-than-constant",
       "Top-3 accuracy of wrinkle is not told apart from the best constant answer."},
      {"people-in-two-parts", "2 people of these photographs also stand in another part of the split."},
  };
  report.problem_counts = {{"grade-out-of-range", 2}, {"duplicate", 1}};
  report.problems = {
      {"grade-out-of-range", "predictions.jsonl", 17, "truth 9 of l_cheek_pore, expected 0..5"},
      {"duplicate", "predictions.jsonl", 4711, "0007_01_F chin_sagging a second time"}};
  return report;
}

/// One photograph, one head, no run: nothing is defined but counts.
inline EvaluationReport minimal_report() {
  EvaluationReport report;
  report.title = "Nothing judged";
  TaskReport task;
  task.task = Task::grade;
  HeadReport head;
  head.sign = find_sign_by_key("lip_dryness", Task::grade);
  head.group.name = "lip_dryness";
  head.group.figures = {{"top3", {}, {}, {}}, {"within1", {}, {}, {}}, {"spearman", {}, {}, {}}};
  head.skipped = {{"no-box", 1}};
  head.confusion.emplace(5);
  task.skipped = head.skipped;
  task.mean_of_items.name = "mean of items";
  task.mean_of_items.figures = head.group.figures;
  task.pooled = task.mean_of_items;
  task.pooled.name = "all crops";
  task.heads.push_back(std::move(head));
  report.tasks[Task::grade] = std::move(task);
  report.options.bootstrap.rounds = 0;
  return report;
}

/// A published log: the scores behind the answers are not known.
inline EvaluationReport log_report() {
  MadeUp random(7);
  EvaluationReport report;
  report.title = "published-class.log";
  auto task = sample_grades(random, 300);
  const auto forget = [](FigureGroup& group) {
    for (auto& figure : group.figures) {
      if (figure.name == "top3" || figure.name == "ece") figure = {figure.name, {}, {}, {}};
    }
  };
  for (auto& head : task.heads) {
    forget(head.group);
    head.calibration.reset();
  }
  for (auto& item : task.items) forget(item);
  forget(task.mean_of_items);
  forget(task.pooled);
  report.tasks[Task::grade] = std::move(task);
  ReplayReport replay;
  replay.file = "published-class.log";
  replay.criterion = "within1";
  replay.photos = 300;
  replay.judged = 3300;
  replay.running_lines = replay.agreed = 300;
  replay.items = {{Item::pigmentation, 84.55},
                  {Item::wrinkle, 64.97},
                  {Item::sagging, 66.76},
                  {Item::pore, 91.83},
                  {Item::dryness, 96.3}};
  replay.total = replay.printed_total = 80.88;
  replay.finished = true;
  report.replays.push_back(replay);
  replay.file = "damaged.log";
  replay.agreed = 299;
  replay.largest_difference = 0.4;
  replay.first_disagreement = "line 812: wrinkle 60.5 printed, 60.1 recomputed";
  replay.finished = false;
  replay.printed_total.reset();
  report.replays.push_back(replay);
  return report;
}

/// Every text is an attack, or is too long, or is not text at all. With demo checkpoints and a gallery.
inline EvaluationReport hostile_report() {
  const std::string attack =
      "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&\x01\xFF\u2028\u202E";
  auto report = rich_report();
  report.title = attack;
  report.command = attack + std::string(300, 'x');
  report.run->demo = true;
  report.run->split = report.run->device = report.run->manifest_name = attack;
  report.run->models = {{attack, attack}};
  report.inputs = {{attack, attack, attack, 1}};
  report.warnings.push_back({attack, attack});
  report.problem_counts[attack] = 3;
  report.problems.push_back({attack, attack, 3, attack});
  auto& task = report.tasks[Task::grade];
  task.heads.resize(2);
  task.skipped[attack] = 5;
  task.slices.resize(1, task.slices.front());
  task.slices.front().dimension = task.slices.front().value = attack;
  report.tasks.erase(Task::measurement);
  report.gallery = {{attack, find_sign_by_key("l_cheek_pore", Task::grade), 4, 1, "\xFF\xD8\xFF\xD9"}};
  return report;
}

inline ComparedGroup compared(const FigureGroup& a, const FigureGroup& b) {
  ComparedGroup group{a.name, a.judged, a.photos, a.people, {}};
  for (const auto& figure : a.figures) {
    ComparedFigure both{figure.name, figure.value, b.value(figure.name), std::nullopt, std::nullopt};
    if (both.a && both.b) {
      both.difference = *both.b - *both.a;
      both.interval = Interval{*both.difference - 0.02, *both.difference + 0.02};
    }
    group.figures.push_back(both);
  }
  return group;
}

inline ComparisonReport sample_comparison() {
  MadeUp random(3);
  ComparisonReport report;
  report.name_a = "fp32/predictions.jsonl";
  report.name_b = "<b>int8</b>/predictions.jsonl";
  report.version = "0.1.0";
  report.date = "2026-11-21 15:00";
  report.command = "skingauge evaluate --compare fp32/predictions.jsonl int8/predictions.jsonl";
  for (const auto task : {Task::grade, Task::measurement}) {
    const bool grades = task == Task::grade;
    const auto a = grades ? sample_grades(random, 400) : sample_measurements(random, 400);
    const auto b = grades ? sample_grades(random, 420) : sample_measurements(random, 420);
    auto& both = report.comparison.tasks[task];
    both.task = task;
    for (std::size_t i = 0; i < a.heads.size(); ++i)
      both.heads.push_back(compared(a.heads[i].group, b.heads[i].group));
    for (std::size_t i = 0; i < a.items.size(); ++i) both.items.push_back(compared(a.items[i], b.items[i]));
    both.mean_of_items = compared(a.mean_of_items, b.mean_of_items);
    both.pooled = compared(a.pooled, b.pooled);
  }
  report.comparison.only_a = 12;
  report.comparison.truths_differ = 1;
  return report;
}

}  // namespace skingauge::test
