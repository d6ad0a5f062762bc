#include "app/commands.hpp"
#include "app/common_options.hpp"
#include "app/validation_run.hpp"
#include "app/validation_text.hpp"
#include "core/text_file.hpp"

#include <ostream>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

struct ValidateOptions {
  CommonOptions common;
  SplitOptions split;
  std::string root;
  std::string models;
  std::string out;
  std::string criterion{"top3"};
  bool strict{false};
  bool logits{false};
};

Criterion criterion_named(const std::string& name) {
  for (const auto criterion : {Criterion::within1, Criterion::exact}) {
    if (name == to_string(criterion)) return criterion;
  }
  return Criterion::top3;
}

ExitCode validate(const ValidateOptions& options, const Streams& streams) {
  const auto dataset = list_dataset(options.root);
  auto selection = select_photos(dataset, options.split);
  const auto count = selection.photos.size();
  const auto criterion = criterion_named(options.criterion);
  Progress progress(streams.err, "photos", count, stderr_is_terminal(), options.common.quiet);
  progress.say("loading " + options.models);
  const auto ensemble = Ensemble::load(options.models, options.common.ensemble());
  ValidationFiles files(options.out, tasks(ensemble.options().mode), count, criterion, options.logits);
  for (const auto& note : dataset.notes) progress.say("note: " + note);
  for (const auto& note : ensemble.notes()) progress.say(note);
  ValidationRun validation(ensemble, std::move(selection), files, progress, options.strict);
  const auto status = validation.run();
  const auto facts = validation.facts(criterion);
  const auto json = summary_json(facts, validation.evaluations());
  write_text_file(std::filesystem::path(options.out) / "summary.json", json);
  if (options.common.output() == Format::json) {
    streams.out << json;
  } else {
    streams.out << validation_text(facts, validation.evaluations()) << "written to " << options.out << "\n";
  }
  return status;
}

}  // namespace

void add_validate(CLI::App& program, Run& run) {
  auto options = std::make_shared<ValidateOptions>();
  auto* command =
      program.add_subcommand("validate", "Top-3 accuracy and MAE on a data set, by the documented protocol");
  command->add_option("ROOT", options->root, "Data set, in the program's or the archive's layout")
      ->required();
  command->add_option("--models", options->models, "Manifest of the checkpoints")->required();
  command->add_option("--out", options->out, "Folder for logs, predictions.jsonl and summary.json")
      ->required();
  add_split_flags(*command, options->split);
  command->add_option("--criterion", options->criterion, "What counts as True in the log")
      ->check(CLI::IsMember({"top3", "within1", "exact"}))
      ->capture_default_str();
  command->add_flag("--strict", options->strict, "Warnings about labels are errors");
  command->add_flag("--logits", options->logits, "Write each grade's logits to predictions.jsonl");
  add_prediction_flags(*command, options->common);
  add_compute_flags(*command, options->common);
  add_output_flags(*command, options->common);
  command->callback([&run, options] { run = [options](const Streams& s) { return validate(*options, s); }; });
}

}  // namespace skingauge::app
