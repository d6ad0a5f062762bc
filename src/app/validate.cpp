#include "skingauge/ensemble.hpp"
#include "skingauge/summary.hpp"
#include "skingauge/version.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"
#include "app/photo_selection.hpp"
#include "app/progress.hpp"
#include "app/regions.hpp"
#include "app/table.hpp"
#include "app/validation_files.hpp"
#include "core/text_file.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <deque>
#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

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

std::atomic<bool> interrupted{false};

extern "C" void on_interrupt(int) { interrupted = true; }

// While it lives, Ctrl-C ends the run in order: what was begun is finished and kept. A second one kills.
class InterruptGuard {
 public:
  InterruptGuard() {
    interrupted = false;
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, &before_int_);
    sigaction(SIGTERM, &action, &before_term_);
  }
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard() {
    sigaction(SIGINT, &before_int_, nullptr);
    sigaction(SIGTERM, &before_term_, nullptr);
  }

 private:
  struct sigaction before_int_ {};
  struct sigaction before_term_ {};
};

// Tells of the first few problems on standard error, and counts all.
class Problems {
 public:
  Problems(Progress& progress, bool strict) : progress_(&progress), strict_(strict) {}

  void error(const std::string& message) { tell("error: " + message, errors_++); }
  void warning(const std::string& message) {
    if (strict_) return error(message);
    tell("warning: " + message, warnings_++);
  }
  void close() {
    if (errors_ > kTold) progress_->say(fmt::format("... and {} more errors", errors_ - kTold));
    if (warnings_ > kTold)
      progress_->say(fmt::format("... and {} more warnings (`dataset audit` lists them)", warnings_ - kTold));
  }
  [[nodiscard]] bool any_error() const { return errors_ > 0; }

 private:
  static constexpr std::size_t kTold = 10;
  void tell(const std::string& text, std::size_t before) {
    if (before < kTold) progress_->say(text);
  }
  Progress* progress_;
  bool strict_;
  std::size_t errors_{0};
  std::size_t warnings_{0};
};

class Validation {
 public:
  Validation(const ValidateOptions& options, const Ensemble& ensemble, Selection selection,
             ValidationFiles& files, Progress& progress)
      : options_(&options),
        ensemble_(&ensemble),
        selection_(std::move(selection)),
        files_(&files),
        progress_(&progress),
        problems_(progress, options.strict) {
    for (const auto task : tasks(ensemble.options().mode)) evaluations_[task];
  }

  ExitCode run() {
    const InterruptGuard guard;
    const auto start = std::chrono::steady_clock::now();
    ensemble_->stream([this] { return next_request(); },
                      [this](FacePrediction&& face) { return take(face); });
    facts_.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    facts_.stopped = interrupted && taken_ < selection_.photos.size();
    if (!facts_.stopped) files_->finish();
    problems_.close();
    return status();
  }

  [[nodiscard]] const Evaluations& evaluations() const { return evaluations_; }

  [[nodiscard]] RunFacts facts(Criterion criterion) const {
    auto facts = facts_;
    const auto statistics = ensemble_->statistics();
    facts.version = version();
    facts.manifest_name = ensemble_->manifest().name;
    facts.manifest_sha256 = ensemble_->manifest().sha256;
    facts.demo = ensemble_->manifest().demo;
    facts.device = to_string(ensemble_->device());
    facts.precision = to_string(ensemble_->options().precision);
    facts.engine = ensemble_->engine_name();
    facts.min_box_side = ensemble_->manifest().preprocess.min_box_side;
    facts.split = selection_.description;
    facts.shared_subjects = selection_.shared_subjects;
    facts.criterion = criterion;
    facts.photos = static_cast<std::int64_t>(taken_);
    facts.crops = statistics.crops;
    facts.tiles = statistics.tiles;
    facts.decode_core_seconds = statistics.decode_seconds;
    facts.cut_core_seconds = statistics.cut_seconds;
    facts.network_core_seconds = statistics.network_seconds;
    return facts;
  }

 private:
  std::optional<Request> next_request() {
    if (interrupted || next_ == selection_.photos.size()) return std::nullopt;
    const auto& photo = selection_.photos[next_++];
    under_way_.push_back(read_labels(photo));
    return request_of(photo, under_way_.back());
  }

  bool take(FacePrediction& face) {
    const auto& photo = selection_.photos[taken_++];
    const auto labels = std::move(under_way_.front());
    under_way_.pop_front();
    report(photo, face, labels);
    const auto outcomes = compare(face, labels);
    for (const auto& outcome : outcomes) evaluations_.at(outcome.sign->task).add(outcome);
    files_->add(photo, outcomes);
    progress_->update(taken_);
    return !device_failed_;
  }

  void report(const PhotoEntry& photo, const FacePrediction& face, const PhotoLabels& labels) {
    if (face.error) {
      ++facts_.photos_failed;
      device_failed_ = device_failed_ || face.error->code == ErrorCode::device_failed;
      problems_.error(photo.id + ": " + face.error->message + " [" +
                      std::string(to_string(face.error->code)) + "]");
    }
    for (const auto& error : labels.errors) {
      if (!error) continue;
      ++facts_.labels_failed;
      problems_.error(error->message + " [" + std::string(to_string(error->code)) + "]");
    }
    for (const auto& label : labels.labels) {
      if (label) report(*label);
    }
    for (const auto& conflict : labels.conflicts) problems_.warning(photo.id + ": " + conflict);
    report_heads(face);
  }

  void report(const Label& label) {
    for (const auto& problem : label.problems) {
      const auto text = label.file.string() + ": " + problem.field + ": " + problem.message;
      if (problem.error) {
        problems_.error(text);
      } else {
        problems_.warning(text);
      }
    }
  }

  // A crop's failure is told once, not for each of its heads.
  void report_heads(const FacePrediction& face) {
    const std::string* told = nullptr;
    for (const auto& head : face.heads) {
      const auto* skip = std::get_if<Skipped>(&head.answer);
      const bool failure = skip != nullptr && (skip->reason == SkipReason::box_outside ||
                                               skip->reason == SkipReason::model_error);
      if (!failure || (told != nullptr && *told == skip->detail)) continue;
      problems_.error(skip->detail + " [" + std::string(to_string(skip->reason)) + "]");
      told = &skip->detail;
    }
  }

  [[nodiscard]] ExitCode status() const {
    if (device_failed_) return ExitCode::device;
    if (taken_ > 0 && facts_.photos_failed == static_cast<std::int64_t>(taken_)) return ExitCode::input;
    return problems_.any_error() || facts_.stopped ? ExitCode::some_failed : ExitCode::done;
  }

  const ValidateOptions* options_;
  const Ensemble* ensemble_;
  Selection selection_;
  ValidationFiles* files_;
  Progress* progress_;
  Problems problems_;
  Evaluations evaluations_;
  RunFacts facts_;
  std::deque<PhotoLabels> under_way_;
  std::size_t next_{0};
  std::size_t taken_{0};
  bool device_failed_{false};
};

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

std::string as_text(const RunFacts& facts, const Evaluations& evaluations) {
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
  const auto ensemble = Ensemble::load(options.models, options.common.ensemble());
  ValidationFiles files(options.out, tasks(ensemble.options().mode), count, criterion, options.logits);
  Progress progress(streams.err, "photos", count, stderr_is_terminal(), options.common.quiet);
  for (const auto& note : dataset.notes) progress.say("note: " + note);
  for (const auto& note : ensemble.notes()) progress.say(note);
  Validation validation(options, ensemble, std::move(selection), files, progress);
  const auto status = validation.run();
  const auto facts = validation.facts(criterion);
  const auto json = summary_json(facts, validation.evaluations());
  write_text_file(std::filesystem::path(options.out) / "summary.json", json);
  if (options.common.output() == Format::json) {
    streams.out << json;
  } else {
    streams.out << as_text(facts, validation.evaluations()) << "written to " << options.out << "\n";
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
