#include "app/evaluation_text.hpp"

#include "app/table.hpp"

#include <fmt/format.h>

namespace skingauge::app {
namespace {

std::string number(Task task, const std::optional<double>& value) {
  if (!value) return "not defined";
  return task == Task::grade ? fmt::format("{:.1f} %", 100 * *value) : fmt::format("{:.4f}", *value);
}

std::string interval(Task task, const std::optional<Interval>& range) {
  if (!range) return "";
  return task == Task::grade ? fmt::format("{:.1f} to {:.1f}", 100 * range->low, 100 * range->high)
                             : fmt::format("{:.4f} to {:.4f}", range->low, range->high);
}

// The headline with its interval; the other figures as they are; each beside its best constant.
void add_row(Table& table, const FigureGroup& group, Task task, const std::vector<std::string>& names) {
  std::vector<std::string> row{group.name, std::to_string(group.judged)};
  for (const auto& name : names) {
    const auto* figure = group.find(name);
    row.push_back(number(task, figure == nullptr ? std::nullopt : figure->value));
    if (name == names.front())
      row.push_back(interval(task, figure == nullptr ? std::nullopt : figure->interval));
    row.push_back(number(task, figure == nullptr ? std::nullopt : figure->best_constant));
  }
  table.add(row);
}

// A published log tells no Top-3.
std::vector<std::string> figures_shown(const TaskReport& report) {
  if (report.task == Task::measurement) return {"mae"};
  if (report.pooled.judged > 0 && !report.pooled.value("top3")) return {"within1", "exact"};
  return {"top3", "within1", "exact"};
}

std::string title_of(const std::string& figure) {
  if (figure == "mae") return "MAE";
  if (figure == "top3") return "Top-3";
  return figure == "within1" ? "within one" : figure;
}

// "95 % interval"
std::string interval_title(const BootstrapOptions& options) {
  return fmt::format("{:.6g} % interval", 100 * options.confidence);
}

std::string figures_text(const TaskReport& report, const BootstrapOptions& bootstrap) {
  const auto names = figures_shown(report);
  std::vector<Table::Column> columns{{report.task == Task::grade ? "grades" : "measurements"},
                                     {"judged", true}};
  for (const auto& name : names) {
    columns.push_back({title_of(name), true});
    if (name == names.front()) columns.push_back({interval_title(bootstrap), true});
    columns.push_back({"constant", true});
  }
  Table table(columns);
  for (const auto& item : report.items) add_row(table, item, report.task, names);
  add_row(table, report.mean_of_items, report.task, names);
  add_row(table, report.pooled, report.task, names);
  std::string text = table.text();
  text += fmt::format("on {} photographs of {} people", report.pooled.photos, report.pooled.people);
  for (const auto& name : names) {
    if (const auto documented = documented_figure(report.task, name))
      text += fmt::format("; documented: {} {} ({})", name, number(report.task, documented->value),
                          documented->source);
  }
  text += "\n";
  if (!report.skipped.empty()) {
    text += "not judged:";
    for (const auto& [reason, count] : report.skipped) text += fmt::format(" {} {}", reason, count);
    text += "\n";
  }
  return text;
}

// "run 3 of 3, lines 41 to 900, finished; 2 others passed over (1 cut short, 2 finished)"
std::string runs_text(const ReplayReport& replay) {
  if (replay.runs.size() < 2 && replay.empty_runs == 0) return "";
  std::string others;
  std::string chosen;
  std::size_t passed_over = 0;
  for (const auto& run : replay.runs) {
    const auto* state = run.finished ? "finished" : "cut short";
    if (run.number == replay.run) {
      chosen = fmt::format("run {} of {}, lines {} to {}, {}", run.number, replay.runs.size(), run.first_line,
                           run.last_line, state);
    } else if (!run.evaluated) {
      others += fmt::format("{}{} {}", passed_over++ == 0 ? "" : ", ", run.number, state);
    }
  }
  auto text = replay.file + ": " + chosen;
  if (passed_over > 0)
    text += fmt::format("; {} other{} passed over ({})", passed_over, passed_over == 1 ? "" : "s", others);
  if (replay.empty_runs > 0) text += fmt::format("; {} more without a prediction", replay.empty_runs);
  return text + "\n";
}

std::string input_text(const InputFacts& input) {
  std::string text;
  if (input.encoding != "utf-8") text += fmt::format("{}: encoding: {}\n", input.file, input.encoding);
  if (input.foreign_lines > 0)
    text += fmt::format("{}: {} line{} of other kinds passed over; the first is line {}: {}\n", input.file,
                        input.foreign_lines, input.foreign_lines == 1 ? "" : "s", input.foreign_line,
                        input.foreign_example);
  return text;
}

std::string replay_text(const ReplayReport& replay) {
  const auto digits = replay.task == Task::grade ? 2 : 3;
  const auto* unit = replay.task == Task::grade ? " %" : "";
  const auto figure = [&](const std::optional<double>& value) {
    return value ? fmt::format("{:.{}f}{}", *value, digits, unit) : std::string("not defined");
  };
  auto text = fmt::format("{}: {} running lines over {} photographs, {} agree with the log's own pairs",
                          replay.file, replay.running_lines, replay.photos, replay.agreed);
  if (!replay.criterion.empty()) text += fmt::format(" (True is {})", replay.criterion);
  text += fmt::format("; total {}, printed {}\n", figure(replay.total), figure(replay.printed_total));
  if (!replay.first_disagreement.empty()) text += "  first disagreement: " + replay.first_disagreement + "\n";
  return text;
}

std::string run_text(const RunFacts& run) {
  const double seconds = run.seconds > 0 ? run.seconds : 1e-9;
  return fmt::format(
             "{} photos ({}), {} failed; {} crops, {} tiles in {:.1f} s: {:.2f} photos/s, {:.1f} crops/s\n",
             run.photos, run.split, run.photos_failed, run.crops, run.tiles, run.seconds,
             static_cast<double>(run.photos) / seconds, static_cast<double>(run.crops) / seconds) +
         fmt::format("core-seconds: decoding {:.1f}, cutting {:.1f}, networks {:.1f}; {} {} on {}\n",
                     run.decode_core_seconds, run.cut_core_seconds, run.network_core_seconds, run.engine,
                     run.precision, run.device);
}

std::string problems_text(const std::map<std::string, std::int64_t>& counts,
                          const std::vector<InputProblem>& problems) {
  std::string text;
  for (const auto& [code, count] : counts)
    text += fmt::format("{}{} {}", text.empty() ? "problems: " : ", ", code, count);
  if (!text.empty()) text += "\n";
  for (const auto& problem : problems)
    text += fmt::format("  {}:{}: {} [{}]\n", problem.file, problem.line, problem.message, problem.code);
  return text;
}

void add_compared(Table& table, const ComparedGroup& group, Task task, bool item) {
  for (const auto& figure : group.figures) {
    if (!figure.difference) continue;
    const bool share = task == Task::grade;
    const bool differs = figure.interval && (figure.interval->low > 0 || figure.interval->high < 0);
    const auto plain = [share](double value) {
      return share ? fmt::format("{:.4f}", value) : fmt::format("{:.5f}", value);
    };
    table.add({item ? group.name : "  " + group.name, figure.name, std::to_string(group.judged),
               plain(*figure.a), plain(*figure.b), fmt::format("{:+.5f}", *figure.difference),
               figure.interval
                   ? fmt::format("{:+.5f} to {:+.5f}", figure.interval->low, figure.interval->high)
                   : "",
               differs ? "differs" : ""});
  }
}

}  // namespace

std::string evaluation_text(const EvaluationReport& report) {
  std::string text;
  if (report.run && report.run->demo)
    text += "DEMO checkpoints, fitted on drawn faces: these figures say nothing about real skin.\n\n";
  for (const auto& [task, figures] : report.tasks)
    text += figures_text(figures, report.options.bootstrap) + "\n";
  text += "constant: what the best constant answer of each head would reach, chosen with the truth known\n";
  text +=
      fmt::format("{}: bootstrap over people, {} rounds, seed {}\n", interval_title(report.options.bootstrap),
                  report.options.bootstrap.rounds, report.options.bootstrap.seed);
  for (const auto& input : report.inputs) text += input_text(input);
  for (const auto& replay : report.replays) text += runs_text(replay) + replay_text(replay);
  for (const auto& warning : report.warnings) {
    if (warning.code != "demo-checkpoints") text += "warning: " + warning.text + "\n";
  }
  text += problems_text(report.problem_counts, report.problems);
  if (report.run) text += run_text(*report.run);
  return text;
}

std::string comparison_text(const ComparisonReport& report) {
  std::string text = "a: " + report.name_a + "\nb: " + report.name_b + "\n\n";
  for (const auto& [task, c] : report.comparison.tasks) {
    Table table({{task == Task::grade ? "grades" : "measurements"},
                 {"figure"},
                 {"judged", true},
                 {"a", true},
                 {"b", true},
                 {"b - a", true},
                 {interval_title(report.options.bootstrap), true},
                 {""}});
    for (const auto& head : c.heads) add_compared(table, head, task, false);
    for (const auto& item : c.items) add_compared(table, item, task, true);
    add_compared(table, c.mean_of_items, task, true);
    add_compared(table, c.pooled, task, true);
    text += table.text() + "\n";
  }
  const auto& c = report.comparison;
  text += fmt::format("left out: {} crops only a judged, {} only b, {} with different truths\n", c.only_a,
                      c.only_b, c.truths_differ);
  if (c.subjects_differ > 0)
    text += fmt::format("warning: a and b name different people on {} photographs; a's count\n",
                        c.subjects_differ);
  return text + problems_text(report.problem_counts, report.problems);
}

std::string protocol_text(const ProtocolEvaluation& evaluation) {
  const auto plain = [](const std::optional<double>& value) {
    return value ? fmt::format("{:.6f}", *value) : std::string("not defined");
  };
  Table table({{std::string(to_string(evaluation.protocol))}, {"value", true}, {"constant", true}});
  for (const auto& figure : evaluation.figures)
    table.add({figure.name, plain(figure.value), plain(figure.best_constant)});
  return table.text() + fmt::format("on {} samples\n", evaluation.samples) +
         problems_text(evaluation.problem_counts, evaluation.problems);
}

}  // namespace skingauge::app
