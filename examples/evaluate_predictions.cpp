// Judges predictions of your own: reads a file (predictions.jsonl, a CSV or a published log), prints the
// headline of each task beside the best constant answer, and writes the report.
#include <cstdio>
#include <iostream>

#include <skingauge/error.hpp>
#include <skingauge/evaluation_input.hpp>
#include <skingauge/version.hpp>

namespace {

void print(const skingauge::FigureGroup& group) {
  for (const auto& figure : group.figures) {
    if (!figure.value || !figure.best_constant) continue;
    std::printf("  %-8s %.4f", figure.name.c_str(), *figure.value);
    if (figure.interval)
      std::printf("  (95 %% interval %.4f to %.4f)", figure.interval->low, figure.interval->high);
    std::printf("  best constant %.4f\n", *figure.best_constant);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: evaluate_predictions FILE REPORT_FOLDER\n";
    return 2;
  }
  try {
    skingauge::EvaluationInput input;
    skingauge::read_evaluation_input(argv[1], input);

    skingauge::EvaluationReport report;
    report.title = argv[1];
    report.version = skingauge::version();
    for (const auto task : {skingauge::Task::grade, skingauge::Task::measurement}) {
      if (!input.data.has(task)) continue;
      const auto& figures = report.tasks.emplace(task, skingauge::evaluate(input.data, task)).first->second;
      std::cout << to_string(task) << ": all " << figures.pooled.judged << " crops\n";
      print(figures.pooled);
    }
    report.inputs = input.files;
    report.problem_counts = input.problem_counts;
    report.problems = input.problems;
    add_warnings(report);
    for (const auto& warning : report.warnings) std::cout << "warning: " << warning.text << "\n";
    write_report(argv[2], report);
    return 0;
  } catch (const skingauge::Error& error) {
    std::cerr << error.what() << " [" << to_string(error.code()) << "]\n";
    return 1;
  }
}
