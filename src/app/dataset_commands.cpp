#include "skingauge/audit.hpp"
#include "skingauge/machine.hpp"
#include "skingauge/manifest.hpp"
#include "skingauge/synthesis.hpp"

#include "app/audit_text.hpp"
#include "app/commands.hpp"
#include "app/common_options.hpp"
#include "app/photo_selection.hpp"
#include "app/progress.hpp"
#include "app/tile_export.hpp"
#include "core/json_file.hpp"

#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace skingauge::app {
namespace {

struct DatasetOptions {
  CommonOptions common;
  std::string root;
  std::string out;
  std::string kind{"published"};
  std::uint32_t seed{523};
  std::string models;
  SplitOptions split;
  SynthesisOptions synthesis;
};

ExitCode run_audit(const DatasetOptions& options, const Streams& streams) {
  const auto dataset = list_dataset(options.root);
  Progress progress(streams.err, "photos", dataset.photos.size(), stderr_is_terminal(), options.common.quiet);
  const int side = options.common.min_box_side > 0 ? options.common.min_box_side : Preprocess{}.min_box_side;
  const auto report = audit(dataset, side, [&](std::size_t done) { progress.update(done); });
  const bool json = options.common.output() == Format::json;
  streams.out << (json ? audit_json(report, dataset) : audit_text(report, dataset));
  return report.error_count > 0 ? ExitCode::some_failed : ExitCode::done;
}

ExitCode run_split(const DatasetOptions& options, const Streams& streams) {
  const auto dataset = list_dataset(options.root);
  Progress progress(streams.err, "photos", dataset.photos.size(), stderr_is_terminal(), options.common.quiet);
  say_notes(dataset.notes, progress);
  const auto split = make_split(dataset, split_kind(options.kind), options.seed);
  write_split(split, options.out);
  const auto shared = shared_subjects(split);
  if (options.common.output() == Format::json) {
    streams.out << Json{{"format", 1},
                        {"kind", options.kind},
                        {"seed", options.seed},
                        {"train", split.part(Part::train).size()},
                        {"val", split.part(Part::val).size()},
                        {"test", split.part(Part::test).size()},
                        {"people_in_several_parts", shared.size()}}
                       .dump(2, ' ', false, Json::error_handler_t::replace)
                << "\n";
    return ExitCode::done;
  }
  streams.out << fmt::format("{} split, seed {}: train {}, val {}, test {} photos\n", options.kind,
                             options.seed, split.part(Part::train).size(), split.part(Part::val).size(),
                             split.part(Part::test).size());
  streams.out << (shared.empty()
                      ? "nobody stands in two parts\n"
                      : fmt::format("warning: {} people stand in more than one part\n", shared.size()));
  streams.out << "written to " << options.out << "\n";
  return ExitCode::done;
}

ExitCode run_tiles(const DatasetOptions& options, const Streams& streams) {
  const auto dataset = list_dataset(options.root);
  const auto selection = select_photos(dataset, options.split);
  Preprocess preprocess = options.models.empty() ? Preprocess{} : read_manifest(options.models).preprocess;
  if (options.common.min_box_side > 0) preprocess.min_box_side = options.common.min_box_side;
  Progress progress(streams.err, "photos", selection.photos.size(), stderr_is_terminal(),
                    options.common.quiet);
  say_notes(dataset.notes, progress);
  const auto counts = export_tiles(selection.photos, preprocess, options.out, usable_threads(),
                                   [&](std::size_t done) { progress.update(done); });
  const auto status =
      counts.photos_failed + counts.labels_failed > 0 ? ExitCode::some_failed : ExitCode::done;
  if (options.common.output() == Format::json) {
    streams.out << Json{{"format", 1},
                        {"photos", counts.photos},
                        {"photos_failed", counts.photos_failed},
                        {"labels_failed", counts.labels_failed},
                        {"crops", counts.crops},
                        {"tiles", counts.tiles},
                        {"side", preprocess.size},
                        {"out", options.out}}
                       .dump(2, ' ', false, Json::error_handler_t::replace)
                << "\n";
    return status;
  }
  streams.out << fmt::format(
      "{} photos ({} failed, {} label files unusable), {} crops, {} tiles of {} px written to {}\n",
      counts.photos, counts.photos_failed, counts.labels_failed, counts.crops, counts.tiles, preprocess.size,
      options.out);
  return status;
}

ExitCode run_synthesize(const DatasetOptions& options, const Streams& streams) {
  std::size_t total = 0;
  std::unique_ptr<Progress> progress;
  const auto report = synthesize(options.root, options.synthesis, [&](std::size_t done, std::size_t all) {
    if (total == 0)
      progress = std::make_unique<Progress>(streams.err, "photos", total = all, stderr_is_terminal(),
                                            options.common.quiet);
    progress->update(done);
  });
  progress.reset();
  const auto& r = report;
  if (options.common.output() == Format::json) {
    streams.out << Json{{"format", 1},
                        {"root", options.root},
                        {"people", options.synthesis.subjects},
                        {"photos", r.photos},
                        {"labels", r.labels},
                        {"hidden_boxes", r.hidden_boxes},
                        {"null_boxes", r.null_boxes},
                        {"small_boxes", r.small_boxes},
                        {"thin_boxes", r.thin_boxes},
                        {"swapped_corners", r.swapped_corners},
                        {"null_annotations", r.null_annotations},
                        {"null_equipment", r.null_equipment},
                        {"failed_readings", r.failed_readings},
                        {"null_values", r.null_values},
                        {"far_turns", r.far_turns}}
                       .dump(2, ' ', false, Json::error_handler_t::replace)
                << "\n";
    return ExitCode::done;
  }
  streams.out << fmt::format("{} photos of {} drawn people, {} label files written to {}\n", r.photos,
                             options.synthesis.subjects, r.labels, options.root);
  streams.out << fmt::format(
      "awkward on purpose: {} boxes of hidden faceparts and {} more null, {} under 50 px, {} thin, {} "
      "swapped corners,\n"
      "  {} null annotations, {} null equipment, {} readings \"Er\", {} null values, {} heads turned far\n",
      r.hidden_boxes, r.null_boxes, r.small_boxes, r.thin_boxes, r.swapped_corners, r.null_annotations,
      r.null_equipment, r.failed_readings, r.null_values, r.far_turns);
  return ExitCode::done;
}

using Shared = std::shared_ptr<DatasetOptions>;
using Handler = ExitCode (*)(const DatasetOptions&, const Streams&);

CLI::App* add(CLI::App& parent, Run& run, const Shared& options, const char* name, const char* help,
              Handler handler) {
  auto* command = parent.add_subcommand(name, help);
  add_output_flags(*command, options->common);
  command->callback([&run, options, handler] {
    run = [options, handler](const Streams& s) { return handler(*options, s); };
  });
  return command;
}

void add_audit(CLI::App& dataset, Run& run) {
  const auto options = std::make_shared<DatasetOptions>();
  auto* command = add(dataset, run, options, "audit",
                      "Counts what a data set holds, and what is wrong with it", run_audit);
  command->add_option("ROOT", options->root, "Data set")->required();
  add_flags(*command, options->common, {Flag::min_box_side});
}

void add_split(CLI::App& dataset, Run& run) {
  const auto options = std::make_shared<DatasetOptions>();
  auto* command =
      add(dataset, run, options, "split", "Writes train, val and test parts to a file", run_split);
  command->add_option("ROOT", options->root, "Data set")->required();
  command->add_option("--out", options->out, "File to write")->required();
  command
      ->add_option("--kind", options->kind, "published: over photos; by-subject: nobody stands in two parts")
      ->check(CLI::IsMember({"published", "by-subject"}))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Of PyTorch's CPU generator")->capture_default_str();
}

void add_tiles(CLI::App& dataset, Run& run) {
  const auto options = std::make_shared<DatasetOptions>();
  auto* command =
      add(dataset, run, options, "tiles", "Writes the networks' input tiles and their truths", run_tiles);
  command->add_option("ROOT", options->root, "Data set")->required();
  command->add_option("--out", options->out, "Folder for tiles.bin and tiles.jsonl")->required();
  command->add_option("--models", options->models, "Manifest whose preprocessing is used; default: nia-2023");
  add_split_flags(*command, options->split);
  add_flags(*command, options->common, {Flag::min_box_side});
}

void add_synthesize(CLI::App& dataset, Run& run) {
  const auto options = std::make_shared<DatasetOptions>();
  auto* command =
      add(dataset, run, options, "synthesize", "Draws people and writes them as a data set", run_synthesize);
  auto& s = options->synthesis;
  command->add_option("ROOT", options->root, "Folder to make")->required();
  command->add_option("--subjects", s.subjects, "People to draw, 1..9999")->capture_default_str();
  command->add_option("--seed", s.seed, "The same seed draws the same people")->capture_default_str();
  command->add_option("--devices", s.devices, "1 camera, 2 tablet, 3 phone")
      ->delimiter(',')
      ->capture_default_str();
  command->add_option("--photos-per-subject", s.photos_per_subject, "0: all of the devices'")
      ->capture_default_str();
  command->add_flag("!--no-awkward", s.awkward, "Leave out the awkward cases");
  command->add_option("--threads", s.threads, "0: all cores")->capture_default_str();
}

}  // namespace

void add_dataset(CLI::App& program, Run& run) {
  auto* dataset = program.add_subcommand("dataset", "Data sets: audit, split, tiles, synthesize");
  dataset->require_subcommand(1);
  add_audit(*dataset, run);
  add_split(*dataset, run);
  add_tiles(*dataset, run);
  add_synthesize(*dataset, run);
}

}  // namespace skingauge::app
