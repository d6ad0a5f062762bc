#include "app/report_options.hpp"

#include "skingauge/version.hpp"

#include <array>
#include <ctime>

#include <CLI/CLI.hpp>

namespace skingauge::app {

EvaluationOptions ReportOptions::evaluation() const {
  EvaluationOptions options;
  options.bootstrap.rounds = rounds;
  options.bootstrap.seed = seed;
  return options;
}

void add_report_flags(CLI::App& command, ReportOptions& options) {
  command
      .add_option("--rounds", options.rounds,
                  "Rounds of the bootstrap over people behind the intervals; 0: no intervals")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  command.add_option("--seed", options.seed, "Seed of the bootstrap")->capture_default_str();
  command
      .add_option("--gallery", options.gallery,
                  "Show so many of each head's worst misses in report.html, with their crops; faces are "
                  "personal, so by default none")
      ->check(CLI::Range(0, 100))
      ->capture_default_str();
}

std::string local_date() {
  const auto now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &local);
  return text.data();
}

EvaluationReport report_frame(const std::string& title, const ReportOptions& options,
                              const Streams& streams) {
  EvaluationReport report;
  report.title = title;
  report.version = version();
  report.command = streams.command;
  report.date = local_date();
  report.options = options.evaluation();
  return report;
}

std::map<Task, TaskReport> evaluate_tasks(const EvaluationData& data, const EvaluationOptions& options,
                                          const Streams& streams, bool quiet) {
  std::map<Task, TaskReport> reports;
  for (const auto task : {Task::grade, Task::measurement}) {
    if (!data.has(task)) continue;
    Progress progress(streams.err, "rounds (" + mode_name(task) + ")",
                      static_cast<std::size_t>(options.bootstrap.rounds), stderr_is_terminal(), quiet);
    progress.start();
    auto told = options;
    told.bootstrap.progress = [&](int rounds) { progress.update(static_cast<std::size_t>(rounds)); };
    reports.emplace(task, evaluate(data, task, told));
  }
  return reports;
}

}  // namespace skingauge::app
