#include "skingauge/evaluation_input.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"
#include "app/evaluation_text.hpp"
#include "app/gallery.hpp"
#include "app/int8_options.hpp"
#include "app/report_options.hpp"
#include "app/validation_run.hpp"
#include "core/sha256.hpp"
#include "core/text_file.hpp"

#include <chrono>
#include <filesystem>
#include <ostream>
#include <sstream>
#include <utility>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

struct ValidateOptions {
  CommonOptions common;
  ReportOptions report;
  SplitOptions split;
  std::string root;
  std::string models;
  std::string out;
  std::string criterion{"top3"};
  bool strict{false};
  bool logits{false};
};

// A network's tasks are in the report even where nothing of them was judged.
EvaluationReport report_of(const ValidateOptions& options, const Streams& streams, const Ensemble& ensemble,
                           const ValidationRun& validation, Progress& progress) {
  const auto start = std::chrono::steady_clock::now();
  auto report = report_frame("Validation of " + ensemble.manifest().name + " on " +
                                 std::filesystem::path(options.root).lexically_normal().filename().string(),
                             options.report, streams);
  report.run = validation.facts(criterion_named(options.criterion).value_or(Criterion::top3));
  for (const auto* name : {"predictions.jsonl", "class_test.txt", "regression_test.txt"}) {
    const auto file = std::filesystem::path(options.out) / name;
    if (std::filesystem::is_regular_file(file)) report.run->files[name] = sha256_of_file(file);
  }
  report.tasks = evaluate_tasks(validation.data(), report.options, streams, options.common.quiet);
  for (const auto task : tasks(ensemble.options().mode)) {
    if (!report.tasks.contains(task)) report.tasks.emplace(task, evaluate({}, task, report.options));
  }
  if (options.report.gallery > 0)
    report.gallery = make_gallery(validation.data(), validation.photos(), options.report.gallery, progress);
  add_warnings(report);
  report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return report;
}

void write_results(const std::filesystem::path& out, const EvaluationReport& report,
                   const EvaluationData& data) {
  std::ostringstream photos;
  write_photo_facts(photos, data.photos());
  write_text_file(out / "photos.csv", photos.str());
  write_report(out, report);
}

ExitCode validate(const ValidateOptions& options, const Streams& streams) {
  options.report.evaluation().bootstrap.validate();
  auto dataset = list_dataset(options.root);
  const auto notes = dataset.notes;
  auto selection = select_photos(std::move(dataset), options.split);
  const auto count = selection.photos.size();
  const auto criterion = criterion_named(options.criterion).value_or(Criterion::top3);
  Progress progress(streams.err, "photos", count, stderr_is_terminal(), options.common.quiet);
  progress.say("loading " + options.models);
  const auto ensemble = Ensemble::load(
      options.models, ensemble_options(options.common, options.models, photos_of(options.root), streams));
  ValidationFiles files(options.out, tasks(ensemble.options().mode), count, criterion, options.logits);
  say_notes(notes, progress);
  for (const auto& note : ensemble.notes()) progress.say(note);
  ValidationRun validation(ensemble, std::move(selection), files, progress, options.strict);
  const auto status = validation.run();
  const auto report = report_of(options, streams, ensemble, validation, progress);
  write_results(options.out, report, validation.data());
  if (options.common.output() == Format::json) {
    streams.out << summary_json(report);
  } else {
    streams.out << evaluation_text(report) << "written to " << options.out << "\n";
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
  command
      ->add_option("--out", options->out,
                   "Folder for logs, predictions.jsonl, summary.json, tables and report.html")
      ->required();
  add_split_flags(*command, options->split);
  command->add_option("--criterion", options->criterion, "What counts as True in the log")
      ->check(CLI::IsMember({"top3", "within1", "exact"}))
      ->capture_default_str();
  command->add_flag("--strict", options->strict, "Warnings about labels are errors");
  command->add_flag("--logits", options->logits, "Write each grade's logits to predictions.jsonl");
  add_ensemble_flags(*command, options->common);
  add_report_flags(*command, options->report);
  add_output_flags(*command, options->common);
  command->callback([&run, options] { run = [options](const Streams& s) { return validate(*options, s); }; });
}

}  // namespace skingauge::app
