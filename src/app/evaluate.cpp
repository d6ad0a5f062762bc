#include "skingauge/comparison.hpp"
#include "skingauge/error.hpp"
#include "skingauge/evaluation_input.hpp"
#include "skingauge/protocol_evaluation.hpp"
#include "skingauge/version.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"
#include "app/evaluation_text.hpp"
#include "app/gallery.hpp"
#include "app/report_options.hpp"
#include "core/text_file.hpp"
#include "evaluation/input_problems.hpp"
#include "evaluation/run_facts_file.hpp"

#include <algorithm>
#include <chrono>
#include <ostream>
#include <set>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace fs = std::filesystem;
namespace {

using Clock = std::chrono::steady_clock;

struct EvaluateOptions {
  CommonOptions common;
  ReportOptions report;
  std::vector<std::string> inputs;
  std::vector<std::string> compare;
  std::string out;
  std::string photos;
  std::string dataset;
  std::string criterion;
  std::string run{"last"};
  std::string protocol{"nia-2023"};
  int classes{0};                  ///< 0: found out
  std::vector<std::string> given;  ///< the flags that were typed
};

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

void read_file(const EvaluateOptions& options, const Streams& streams, const std::string& file,
               EvaluationInput& input) {
  constexpr std::int64_t kMegabyte = 1'000'000;
  InputOptions reading;
  reading.criterion = criterion_named(options.criterion);
  reading.all_runs = options.run == "all";
  if (options.run != "all" && options.run != "last") reading.run = std::stoi(options.run, nullptr, 0);
  std::error_code ec;
  const auto size = fs::file_size(file, ec);
  Progress progress(streams.err, "MB of " + file, ec ? 0 : static_cast<std::size_t>(size) / kMegabyte,
                    stderr_is_terminal(), options.common.quiet);
  progress.start();
  reading.progress = [&](std::int64_t done, std::int64_t /*total*/) {
    progress.update(static_cast<std::size_t>(done / kMegabyte));
  };
  read_evaluation_input(file, input, reading);
}

// Flags that would be read and change nothing.
void refuse(const EvaluateOptions& options, std::initializer_list<std::string_view> flags,
            const std::string& why) {
  for (const auto flag : flags) {
    if (std::find(options.given.begin(), options.given.end(), flag) != options.given.end())
      throw UsageError(ErrorCode::bad_option, std::string(flag) + ": " + why);
  }
}

void refuse_unused(const EvaluateOptions& options, const EvaluationInput& input) {
  if (input.replays.empty())
    refuse(options, {"--run", "--criterion"}, "none of the inputs is a published log");
  const bool grades = std::any_of(input.replays.begin(), input.replays.end(),
                                  [](const ReplayReport& replay) { return replay.task == Task::grade; });
  if (!grades) refuse(options, {"--criterion"}, "none of the logs is one of grades");
}

// A photos.csv that merely lies beside an input never makes the input unreadable.
void add_facts_beside(const fs::path& input_file, EvaluationInput& input) {
  const auto beside = input_file.parent_path() / "photos.csv";
  if (!fs::is_regular_file(beside)) return;
  try {
    read_photo_facts(beside, input);
  } catch (const InputError& error) {
    InputSink(input, beside.string(), 1).problem("bad-line", 1, error.what());
  }
}

// What is known of the photographs besides their names: photos.csv as `validate` writes it, or the labels.
void add_photo_facts(const EvaluateOptions& options, const std::vector<std::string>& files,
                     const std::optional<Dataset>& dataset, EvaluationInput& input) {
  if (!options.photos.empty()) read_photo_facts(options.photos, input);
  std::set<fs::path> folders;
  for (const auto& file : files) {
    if (options.photos.empty() && folders.insert(fs::path(file).parent_path()).second)
      add_facts_beside(file, input);
  }
  if (!dataset) return;
  for (const auto& photo : dataset->photos) input.data.know(facts_from_labels(photo, read_labels(photo)));
}

std::optional<Dataset> dataset_of(const EvaluateOptions& options) {
  if (options.dataset.empty()) return std::nullopt;
  return list_dataset(options.dataset);
}

EvaluationInput read_inputs(const EvaluateOptions& options, const Streams& streams,
                            const std::vector<std::string>& files, const std::optional<Dataset>& dataset) {
  EvaluationInput input;
  for (const auto& file : files) read_file(options, streams, file, input);
  add_photo_facts(options, files, dataset, input);
  return input;
}

ExitCode status_of(const std::map<std::string, std::int64_t>& problems) {
  return problems.empty() ? ExitCode::done : ExitCode::some_failed;
}

std::string names_of(const std::vector<std::string>& files) {
  std::string names;
  for (const auto& file : files) names += (names.empty() ? "" : ", ") + fs::path(file).filename().string();
  return names;
}

// The run that wrote all of these files, where the summary beside them says so by their hashes.
std::optional<RunFacts> run_of(const std::vector<InputFacts>& files) {
  auto run = read_run_facts(fs::path(files.front().file).parent_path() / "summary.json");
  if (!run) return std::nullopt;
  for (const auto& file : files) {
    const auto written = run->files.find(fs::path(file.file).filename().string());
    if (written == run->files.end() || written->second != file.sha256) return std::nullopt;
  }
  return run;
}

// "; value-invalid 31; first: line 2: top3: found ...", where anything was found.
std::string reasons_of(const EvaluationInput& input) {
  std::string text;
  for (const auto& [code, count] : input.problem_counts) text += "; " + code + " " + std::to_string(count);
  if (input.problems.empty()) return text;
  const auto& first = input.problems.front();
  return text + "; first: line " + std::to_string(first.line) + ": " + first.message;
}

ExitCode evaluate_files(const EvaluateOptions& options, const Streams& streams) {
  const auto start = Clock::now();
  const auto dataset = dataset_of(options);
  auto input = read_inputs(options, streams, options.inputs, dataset);
  if (!input.data.has(Task::grade) && !input.data.has(Task::measurement)) {
    throw InputError(
        ErrorCode::evaluation_empty,
        names_of(options.inputs) + ": holds no prediction that can be judged" + reasons_of(input));
  }
  refuse_unused(options, input);
  auto report = report_frame("Evaluation of " + names_of(options.inputs), options.report, streams);
  report.run = run_of(input.files);
  report.tasks = evaluate_tasks(input.data, report.options, streams, options.common.quiet);
  report.inputs = std::move(input.files);
  report.replays = std::move(input.replays);
  report.problem_counts = std::move(input.problem_counts);
  report.problems = std::move(input.problems);
  Progress progress(streams.err, "photos", 0, stderr_is_terminal(), options.common.quiet);
  if (options.report.gallery > 0)
    report.gallery = make_gallery(input.data, dataset->photos, options.report.gallery, progress);
  add_warnings(report);
  report.seconds = since(start);
  if (!options.out.empty()) write_report(options.out, report);
  streams.out << (options.common.output() == Format::json ? summary_json(report) : evaluation_text(report));
  if (!options.out.empty()) progress.say("written to " + options.out + ": report.html, summary.json, tables");
  return status_of(report.problem_counts);
}

ExitCode compare_files(const EvaluateOptions& options, const Streams& streams) {
  refuse(options, {"--gallery"}, "a comparison has no gallery; evaluate one run for it");
  const auto start = Clock::now();
  const auto dataset = dataset_of(options);
  const auto a = read_inputs(options, streams, {options.compare[0]}, dataset);
  const auto b = read_inputs(options, streams, {options.compare[1]}, dataset);
  ComparisonReport report;
  report.name_a = options.compare[0];
  report.name_b = options.compare[1];
  report.version = version();
  report.command = streams.command;
  report.date = local_date();
  report.options = options.report.evaluation();
  for (const auto* input : {&a, &b}) {
    report.inputs.insert(report.inputs.end(), input->files.begin(), input->files.end());
    report.problems.insert(report.problems.end(), input->problems.begin(), input->problems.end());
    for (const auto& [code, count] : input->problem_counts) report.problem_counts[code] += count;
  }
  report.comparison = compare_runs(a.data, b.data, report.options);
  report.seconds = since(start);
  if (!options.out.empty()) write_comparison(options.out, report);
  streams.out << (options.common.output() == Format::json ? comparison_json(report)
                                                          : comparison_text(report));
  if (!options.out.empty() && !options.common.quiet)
    streams.err << "written to " << options.out << ": report.html, comparison.json, comparison.csv\n";
  return status_of(report.problem_counts);
}

// Vectors of another protocol's networks: figures alone, there are no faces to report on.
ExitCode evaluate_vectors(const EvaluateOptions& options, const Streams& streams) {
  refuse(options,
         {"--compare", "--photos", "--dataset", "--criterion", "--run", "--rounds", "--seed", "--gallery"},
         "--protocol " + options.protocol + " reads a CSV of vectors and has no use for it");
  if (options.protocol == to_string(MetricProtocol::gaze))
    refuse(options, {"--classes"}, "gaze has no classes");
  if (options.inputs.size() != 1)
    throw UsageError(ErrorCode::bad_option, "--protocol " + options.protocol + ": expected one CSV");
  const auto evaluation =
      evaluate_protocol(options.inputs.front(), *metric_protocol(options.protocol),
                        options.classes > 0 ? std::optional(options.classes) : std::nullopt);
  if (!options.out.empty()) {
    make_folder(options.out);
    write_text_file(fs::path(options.out) / "summary.json", protocol_json(evaluation));
  }
  streams.out << (options.common.output() == Format::json ? protocol_json(evaluation)
                                                          : protocol_text(evaluation));
  return status_of(evaluation.problem_counts);
}

ExitCode evaluate_command(const EvaluateOptions& options, const Streams& streams) {
  options.report.evaluation().bootstrap.validate();
  if (options.protocol != to_string(MetricProtocol::nia_2023)) return evaluate_vectors(options, streams);
  refuse(options, {"--classes"}, "the classes of nia-2023 are fixed; name another --protocol");
  if (options.inputs.empty() == options.compare.empty())
    throw UsageError(ErrorCode::bad_option, "evaluate: expected either predictions or --compare A B");
  if (options.report.gallery > 0 && options.dataset.empty())
    throw UsageError(ErrorCode::bad_option,
                     "--gallery: the crops are cut from photographs, which --dataset names");
  return options.compare.empty() ? evaluate_files(options, streams) : compare_files(options, streams);
}

}  // namespace

void add_evaluate(CLI::App& program, Run& run) {
  auto options = std::make_shared<EvaluateOptions>();
  auto* command = program.add_subcommand(
      "evaluate",
      "Figures, baselines, intervals and a report from predictions.jsonl, a CSV or published logs");
  command->add_option(
      "INPUT", options->inputs,
      "predictions.jsonl, a CSV with photo, key, prediction, truth, or published logs; several are "
      "one evaluation");
  command->add_option("--compare", options->compare, "Two runs, side by side, on the crops both judged")
      ->expected(2);
  command->add_option("--out", options->out, "Folder for report.html, summary.json and the tables");
  command->add_option("--photos", options->photos,
                      "photos.csv: who and what is on the photographs; by default the one beside the input");
  command->add_option("--dataset", options->dataset, "Data set whose labels tell of the photographs' people");
  command
      ->add_option("--criterion", options->criterion, "What True stands for in a log; by default found out")
      ->check(CLI::IsMember({"top3", "within1", "exact"}));
  command
      ->add_option("--run", options->run,
                   "Run of a log that holds several: its number from 1, all, or last: the last that reached "
                   "\"Finish!\", else the last")
      ->check(CLI::IsMember({"last", "all"}) | CLI::Range(1, 1'000'000))
      ->capture_default_str();
  std::vector<std::string> protocols;
  for (const auto& protocol : metric_protocols()) protocols.emplace_back(protocol.name);
  command
      ->add_option("--protocol", options->protocol, "Whose metrics; all but nia-2023 read a CSV of vectors")
      ->check(CLI::IsMember(protocols))
      ->capture_default_str();
  command
      ->add_option("--classes", options->classes,
                   "Classes or labels of another protocol; by default found out")
      ->check(CLI::Range(1, 1'000'000));
  add_report_flags(*command, options->report);
  add_output_flags(*command, options->common);
  command->callback([&run, options, command] {
    for (const auto* option : command->get_options()) {
      if (option->count() > 0) options->given.push_back(option->get_name());
    }
    run = [options](const Streams& s) { return evaluate_command(*options, s); };
  });
}

}  // namespace skingauge::app
