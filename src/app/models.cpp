#include "skingauge/int8_calibration.hpp"
#include "skingauge/machine.hpp"
#include "skingauge/tiles.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"
#include "app/int8_options.hpp"
#include "app/progress.hpp"
#include "app/table.hpp"
#include "core/json_file.hpp"
#include "core/stopwatch.hpp"
#include "ensemble/device_loading.hpp"
#include "runtime/compute_device.hpp"

#include <ostream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace skingauge::app {
namespace {

struct Verified {
  const ModelSpec* model;
  double load_seconds{0};
  double forward_seconds{0};
  std::string engine;
  std::string note;
  std::string error;  ///< empty: fine
  std::optional<ErrorCode> code;
};

// Loads one model as an ensemble of it alone does, and runs it on two grey tiles.
Verified verify(const Manifest& manifest, const ModelSpec& model, const ComputeDevice& device,
                EnsembleOptions options) {
  Verified result{&model, 0, 0, "", "", "", std::nullopt};
  Manifest alone = manifest;
  alone.models = {model};
  options.batch = options.batch_on(device);
  options.in_flight = options.in_flight_on(device, 1, usable_threads());
  try {
    const Stopwatch loading;
    auto loaded = std::move(load_devices(alone, {device}, options).front());
    loaded.runner.reset();  // an engine that is run by itself makes its own
    const auto& engine = loaded.models.front().engine;
    result.engine = engine->name();
    result.note = loaded.models.front().note;
    result.load_seconds = loading.seconds();
    constexpr std::size_t kTiles = 2;
    const std::vector<std::uint8_t> tiles(kTiles * tile_bytes(manifest.preprocess), 128);
    std::vector<float> outputs(kTiles * static_cast<std::size_t>(model.width()));
    const Stopwatch forward;
    engine->run(tiles, kTiles, outputs);
    result.forward_seconds = forward.seconds();
  } catch (const UsageError&) {
    throw;
  } catch (const Error& e) {
    result.error = e.what();
    result.code = e.code();
  }
  return result;
}

std::string numbers(const std::vector<Facepart>& parts) {
  std::string text;
  for (const auto part : parts) text += (text.empty() ? "" : ",") + std::to_string(number(part));
  return text;
}

Json as_json(const Verified& v) {
  Json json{{"id", v.model->id},
            {"file", v.model->file.string()},
            {"sha256", v.model->sha256},
            {"width", v.model->width()},
            {"ok", v.error.empty()}};
  if (v.error.empty()) {
    json["engine"] = v.engine;
    if (!v.note.empty()) json["note"] = v.note;
    json["load_seconds"] = v.load_seconds;
    json["forward_seconds"] = v.forward_seconds;
  } else {
    json["code"] = to_string(*v.code);
    json["error"] = v.error;
  }
  return json;
}

void print(const Manifest& manifest, const std::vector<Verified>& results, Format format,
           const Streams& streams) {
  if (format == Format::json) {
    Json models = Json::array();
    for (const auto& result : results) models.push_back(as_json(result));
    streams.out << Json{{"format", 1},
                        {"name", manifest.name},
                        {"demo", manifest.demo},
                        {"sha256", manifest.sha256},
                        {"models", models}}
                       .dump(2)
                << "\n";
    return;
  }
  streams.out << manifest.name << (manifest.demo ? " (DEMO checkpoints: not for use)" : "") << "\n";
  Table table({{"model"},
               {"faceparts"},
               {"outputs", true},
               {"engine"},
               {"load", true},
               {"forward", true},
               {"state"}});
  for (const auto& r : results) {
    const bool fine = r.error.empty();
    table.add({r.model->id, numbers(r.model->faceparts), std::to_string(r.model->width()),
               fine ? r.engine : "-", fine ? fmt::format("{:.2f} s", r.load_seconds) : "-",
               fine ? fmt::format("{:.0f} ms", 1000 * r.forward_seconds) : "-",
               fine ? "ok" : std::string(to_string(*r.code))});
  }
  streams.out << table.text();
  for (const auto& r : results) {
    if (!r.note.empty()) streams.out << r.note << "\n";
    if (!r.error.empty())
      streams.err << "skingauge: error: " << r.error << " [" << to_string(*r.code) << "]\n";
  }
}

ExitCode verify_all(const std::string& path, const CommonOptions& options, const Streams& streams) {
  const auto manifest = read_manifest(path);
  const auto choice = choose_device(options.device, query_cuda());
  Progress progress(streams.err, "models", manifest.models.size(), stderr_is_terminal(), options.quiet);
  if (!choice.note.empty()) progress.say(choice.note);
  std::vector<Verified> results;
  auto loading = ensemble_options(options, path, {}, streams);
  loading.cache.clear();  // what is verified are the checkpoints
  for (const auto& model : manifest.models) {
    results.push_back(verify(manifest, model, choice.devices.front(), loading));
    progress.update(results.size());
  }
  print(manifest, results, options.output(), streams);
  for (const auto& r : results) {
    if (r.code)
      return *r.code == ErrorCode::device_failed || *r.code == ErrorCode::device_unavailable
                 ? ExitCode::device
                 : ExitCode::model;
  }
  return ExitCode::done;
}

struct CalibrateOptions {
  CommonOptions common;
  std::string manifest;
  std::string root;
  std::string out;
  int tiles{Int8CalibrationOptions{}.tiles};
};

ExitCode calibrate(const CalibrateOptions& options, const Streams& streams) {
  const auto manifest = read_manifest(options.manifest);
  Progress progress(streams.err, "models", manifest.models.size(), stderr_is_terminal(),
                    options.common.quiet);
  Int8CalibrationOptions calibration;
  calibration.tiles = options.tiles;
  calibration.progress = [&](std::size_t done, std::size_t) { progress.update(done); };
  const auto ranges = find_int8_ranges(options.manifest, photos_of(options.root).photos, calibration);
  const auto out = options.out.empty()
                       ? std::filesystem::path(options.manifest).parent_path() / kInt8RangesFile
                       : std::filesystem::path(options.out);
  write_int8_ranges(out, ranges);
  std::int64_t fewest = options.tiles;
  for (const auto& model : ranges.models) fewest = std::min(fewest, model.tiles);
  streams.out << out.string() << ": ranges of " << ranges.models.size() << " models, found on " << fewest
              << (fewest == options.tiles ? "" : " or more") << " tiles each\n";
  return ExitCode::done;
}

void add_calibrate(CLI::App& models, Run& run) {
  auto* command = models.add_subcommand("calibrate", "Finds the ranges that precision int8 needs");
  auto options = std::make_shared<CalibrateOptions>();
  command->add_option("MANIFEST", options->manifest, "Manifest file")->required();
  command->add_option("ROOT", options->root, "Data set whose first photographs are looked at")->required();
  command->add_option("--out", options->out, "File to write; else int8-ranges.json beside the manifest");
  command->add_option("--tiles", options->tiles, "Tiles per model at most")
      ->check(CLI::Range(1, 4096))
      ->capture_default_str();
  command->add_flag("--quiet", options->common.quiet, "No progress and no notes on standard error");
  command->callback(
      [&run, options] { run = [options](const Streams& s) { return calibrate(*options, s); }; });
}

}  // namespace

void add_models(CLI::App& program, Run& run) {
  auto* models = program.add_subcommand("models", "Checkpoints and their manifest");
  models->require_subcommand(1);
  auto* command =
      models->add_subcommand("verify", "Hashes, shapes and consistency of each model, and a forward pass");
  auto options = std::make_shared<CommonOptions>();
  auto path = std::make_shared<std::string>();
  command->add_option("MANIFEST", *path, "Manifest file")->required();
  add_output_flags(*command, *options);
  add_flags(*command, *options, {Flag::device, Flag::precision, Flag::int8_ranges, Flag::engine});
  command->callback([&run, options, path] {
    run = [options, path](const Streams& s) { return verify_all(*path, *options, s); };
  });
  add_calibrate(*models, run);
  add_models_prepare(*models, run);
}

}  // namespace skingauge::app
