#include "app/validation_text.hpp"

#include "app/table.hpp"

#include <fmt/format.h>

namespace skingauge::app {
namespace {

std::string share(const std::optional<double>& value) {
  return value ? fmt::format("{:.1f} %", 100 * *value) : "not defined";
}
std::string error_text(const std::optional<double>& value) {
  return value ? fmt::format("{:.4f}", *value) : "not defined";
}

void add_row(Table& table, const std::string& name, const Figures& f, Task task) {
  const auto count = std::to_string(f.judged);
  if (task == Task::grade) {
    table.add({name, count, share(f.top3), share(f.constant_top3), share(f.within1),
               share(f.constant_within1), share(f.exact), share(f.constant_exact)});
  } else {
    table.add({name, count, error_text(f.mae), error_text(f.constant_mae)});
  }
}

std::string figures_text(const TaskEvaluation& evaluation, Task task) {
  const auto all = figures(evaluation, task);
  Table table = task == Task::grade
                    ? Table({{"grades"},
                             {"judged", true},
                             {"Top-3", true},
                             {"constant", true},
                             {"within one", true},
                             {"constant", true},
                             {"exact", true},
                             {"constant", true}})
                    : Table({{"measurements"}, {"judged", true}, {"MAE", true}, {"constant", true}});
  for (const auto& [item, f] : all.items) add_row(table, std::string(to_string(item)), f, task);
  add_row(table, "mean of items", all.mean_of_items, task);
  add_row(table, "all crops", all.pooled, task);
  std::string text = table.text();
  if (!evaluation.skipped.empty()) {
    text += "not judged:";
    for (const auto& [reason, count] : evaluation.skipped) text += fmt::format(" {} {}", reason, count);
    text += "\n";
  }
  for (const auto& [key, tally] : evaluation.grades) {
    if (tally.answers.size() != 1 || tally.judged < 2) continue;
    text += fmt::format("warning: {} answers {} for all {} crops\n", key, tally.answers.begin()->first,
                        tally.judged);
  }
  return text;
}

}  // namespace

std::string validation_text(const RunFacts& facts, const Evaluations& evaluations) {
  std::string text;
  if (facts.demo)
    text += "DEMO checkpoints, fitted on drawn faces: these figures say nothing about real skin.\n\n";
  for (const auto& [task, evaluation] : evaluations) text += figures_text(evaluation, task) + "\n";
  text += "constant: what the best constant answer of each head would reach, chosen with the truth known\n";
  if (!facts.shared_subjects.empty()) {
    text += fmt::format("warning: {} people of these photographs also stand in another part of the split\n",
                        facts.shared_subjects.size());
  }
  const double seconds = facts.seconds > 0 ? facts.seconds : 1e-9;
  text += fmt::format(
      "{} photos ({}), {} failed; {} crops, {} tiles in {:.1f} s: {:.2f} photos/s, {:.1f} crops/s\n",
      facts.photos, facts.split, facts.photos_failed, facts.crops, facts.tiles, facts.seconds,
      static_cast<double>(facts.photos) / seconds, static_cast<double>(facts.crops) / seconds);
  text += fmt::format("core-seconds: decoding {:.1f}, cutting {:.1f}, networks {:.1f}; {} {} on {}\n",
                      facts.decode_core_seconds, facts.cut_core_seconds, facts.network_core_seconds,
                      facts.engine, facts.precision, facts.device);
  return text;
}

}  // namespace skingauge::app
