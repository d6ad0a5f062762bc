#include "skingauge/error.hpp"
#include "skingauge/evaluation.hpp"
#include "skingauge/machine.hpp"

#include "app/bench_commands.hpp"
#include "app/bench_figures.hpp"
#include "app/head_differences.hpp"
#include "app/int8_options.hpp"
#include "app/photo_selection.hpp"
#include "app/progress.hpp"
#include "app/regions.hpp"
#include "runtime/compute_device.hpp"

#include <algorithm>
#include <memory>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

struct PrecisionOptions {
  CommonOptions common;
  std::vector<std::string> precisions;
  std::string root;
  std::string models;
  int photos{200};
};

struct LabelledPhoto {
  PhotoEntry entry;
  PhotoLabels labels;
};

struct Answers {
  std::vector<FacePrediction> faces;
  EvaluationData data;
  std::string engine;
  std::int64_t skipped{0};  ///< photographs that could not be used
};

std::vector<LabelledPhoto> read_photos(const PrecisionOptions& options) {
  std::vector<LabelledPhoto> photos;
  for (auto& entry : list_dataset(options.root).photos) {
    if (photos.size() == static_cast<std::size_t>(options.photos)) break;
    auto labels = read_labels(entry);
    photos.push_back({std::move(entry), std::move(labels)});
  }
  return photos;
}

Answers answers_of(const std::string& precision, const std::vector<LabelledPhoto>& photos,
                   const PrecisionOptions& options, const Streams& streams, Progress& progress,
                   std::size_t done) {
  auto common = options.common;
  common.precision = precision;
  if (precision != "int8") common.int8_ranges.clear();
  const auto ensemble = Ensemble::load(
      options.models, ensemble_options(common, options.models, photos_of(options.root), streams));
  for (const auto& note : ensemble.notes()) progress.say(note);
  Answers answers;
  answers.engine = ensemble.engine_name();
  std::size_t next = 0;
  ensemble.stream(
      [&]() -> std::optional<Request> {
        if (next == photos.size()) return std::nullopt;
        const auto& photo = photos[next++];
        return request_of(photo.entry, photo.labels);
      },
      [&](FacePrediction&& face) {
        const auto& photo = photos[answers.faces.size()];
        answers.skipped += face.error ? 1 : 0;
        const auto place = answers.data.add_photo(facts_from_labels(photo.entry, photo.labels));
        for (const auto& outcome : compare(face, photo.labels)) answers.data.add(place, outcome);
        answers.faces.push_back(std::move(face));
        progress.update(done + answers.faces.size());
        return true;
      });
  return answers;
}

// The total of both validations: the mean of the five items, as the documented protocol has it. Not defined
// where an item has no crop.
struct Validation {
  std::optional<double> top3;
  std::optional<double> within1;
  std::optional<double> mae;
};

Validation validation_of(const EvaluationData& data) {
  EvaluationOptions options;
  options.bootstrap.rounds = 0;
  Validation found;
  if (data.has(Task::grade)) {
    const auto report = evaluate(data, Task::grade, options);
    found.top3 = report.mean_of_items.value("top3");
    found.within1 = report.mean_of_items.value("within1");
  }
  if (data.has(Task::measurement))
    found.mae = evaluate(data, Task::measurement, options).mean_of_items.value("mae");
  return found;
}

Json or_null(const std::optional<double>& value) { return value ? Json(*value) : Json(); }

Json change(const std::optional<double>& value, const std::optional<double>& from, double unit) {
  return value && from ? Json((*value - *from) * unit) : Json();
}

HeadDifferences differences(const Answers& found, const Answers& reference) {
  HeadDifferences heads;
  for (std::size_t i = 0; i < found.faces.size(); ++i) heads.add(found.faces[i], reference.faces[i]);
  return heads;
}

Json row(const std::string& precision, const Answers& answers, const Answers& reference) {
  const auto found = validation_of(answers.data);
  const auto expected = validation_of(reference.data);
  const double relative = expected.mae && *expected.mae > 0 ? 100 / *expected.mae : 0;
  return {{"precision", precision},
          {"engine", answers.engine},
          {"photos_skipped", answers.skipped},
          {"top3", change(found.top3, 0.0, 100)},
          {"within_one", change(found.within1, 0.0, 100)},
          {"mae", or_null(found.mae)},
          {"top3_points_from_fp32", change(found.top3, expected.top3, 100)},
          {"within_one_points_from_fp32", change(found.within1, expected.within1, 100)},
          {"mae_percent_from_fp32", change(found.mae, expected.mae, relative)}};
}

std::vector<std::string> precisions_of(const PrecisionOptions& options) {
  if (!options.precisions.empty()) return options.precisions;
  const auto device = choose_device(options.common.device, query_cuda()).devices.front();
  std::vector<std::string> all;
  for (const auto precision : {Precision::bf16, Precision::int8}) {
    if (has_instructions(device, precision)) all.emplace_back(to_string(precision));
  }
  return all;
}

ExitCode bench_precision(const PrecisionOptions& options, const Streams& streams) {
  const auto photos = read_photos(options);
  const auto precisions = precisions_of(options);
  Progress progress(streams.err, "photos", photos.size() * (precisions.size() + 1), stderr_is_terminal(),
                    options.common.quiet);
  const auto reference = answers_of("fp32", photos, options, streams, progress, 0);
  Json rows = Json::array({row("fp32", reference, reference)});
  Json heads = Json::array();
  for (std::size_t i = 0; i < precisions.size(); ++i) {
    const auto answers =
        answers_of(precisions[i], photos, options, streams, progress, (i + 1) * photos.size());
    rows.push_back(row(precisions[i], answers, reference));
    for (auto& head : differences(answers, reference).figures()) {
      Json row{{"precision", precisions[i]}};
      row.update(head);
      heads.push_back(std::move(row));
    }
  }
  auto json = bench_object("precision");
  json.update(
      Json{{"photos", photos.size()},
           {"mode", options.common.mode},
           {"aggregation", "mean_of_items"},
           {"figures",
            "rows: the mean of the five items, grades in percent; heads: how far answers lie from fp32's, of "
            "probabilities and of normalised values"},
           {"rows", rows},
           {"heads", heads}});
  write_figures(json, options.common, streams);
  return reference.skipped == 0 ? ExitCode::done : ExitCode::some_failed;
}

}  // namespace

void add_bench_precision(CLI::App& bench, Run& run) {
  auto options = std::make_shared<PrecisionOptions>();
  auto* command = bench.add_subcommand(
      "precision", "What bf16 and int8 change: of every head's answers, and of both validations' figures");
  command->add_option("ROOT", options->root, "Data set")->required();
  command->add_option("--models", options->models, "Manifest of the checkpoints")->required();
  command->add_option("--photos", options->photos, "Photographs at most")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command
      ->add_option("--precisions", options->precisions,
                   "Compared with fp32, comma between; else bf16 and int8 as far as the device has them")
      ->delimiter(',')
      ->check(CLI::IsMember({"tf32", "bf16", "fp16", "int8"}));
  add_flags(*command, options->common,
            {Flag::device, Flag::int8_ranges, Flag::cache, Flag::engine, Flag::jpeg, Flag::batch,
             Flag::threads, Flag::in_flight, Flag::mode, Flag::min_box_side});
  add_output_flags(*command, options->common);
  command->callback(
      [&run, options] { run = [options](const Streams& s) { return bench_precision(*options, s); }; });
}

}  // namespace skingauge::app
