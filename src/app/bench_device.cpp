#include "skingauge/error.hpp"
#include "skingauge/tiles.hpp"

#include "app/bench_commands.hpp"
#include "app/bench_figures.hpp"
#include "app/device_bench.hpp"
#include "app/int8_options.hpp"
#include "app/progress.hpp"
#include "core/stopwatch.hpp"
#include "ensemble/device_loading.hpp"
#include "runtime/compute_device.hpp"

#include <optional>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

struct DeviceOptions {
  CommonOptions common;
  std::string models;
  int rounds{3};
  double seconds{2.0};
};

constexpr double kCropsAPhoto = 15;  // of the published networks, thin crops apart

// One tile of every facepart that a model serves: what a photograph with all boxes brings.
std::vector<DeviceBatch> one_photo(const LoadedDevice& device) {
  std::vector<DeviceBatch> batches;
  for (std::size_t m = 0; m < device.models.size(); ++m)
    batches.push_back({*device.runner_model[m], device.models[m].spec->faceparts.size()});
  return batches;
}

Json rates_by_batch(DeviceBench& bench, const DeviceRunner& runner, const DeviceOptions& options,
                    Progress& progress) {
  Json rows = Json::array();
  for (const auto tiles : runner.plan().buckets) {
    std::vector<double> rates;
    std::int64_t all = 0;
    bench.rate(tiles, 0);  // unmeasured
    for (int i = 0; i < options.rounds; ++i) {
      const auto rate = bench.rate(tiles, options.seconds);
      rates.push_back(static_cast<double>(rate.tiles) / rate.seconds);
      all += rate.tiles;
    }
    rows.push_back({{"batch", tiles},
                    {"crops", all},
                    {"crops_per_s", median(rates)},
                    {"photos_per_s", median(rates) / kCropsAPhoto}});
    progress.update(rows.size());
  }
  return rows;
}

Json photo_latency(DeviceBench& bench, const LoadedDevice& device) {
  constexpr int kPhotos = 200;
  const auto batches = one_photo(device);
  std::vector<double> milliseconds;
  for (int i = 0; i < kPhotos + 20; ++i) {
    const double seconds = bench.together(batches);
    if (i >= 20) milliseconds.push_back(1e3 * seconds);
  }
  return {{"photos", kPhotos},
          {"p50_ms", percentile(milliseconds, 50)},
          {"p99_ms", percentile(milliseconds, 99)}};
}

// Networks that run as TorchScript have no runner; this measures those that have one.
void check_all_on_device(const LoadedDevice& device) {
  for (std::size_t m = 0; m < device.models.size(); ++m) {
    if (device.runner && device.runner_model[m]) continue;
    const auto& model = device.models[m];
    throw UsageError(ErrorCode::bad_option,
                     "bench device measures fused networks on a GPU; " + model.spec->id + " runs as " +
                         std::string(model.engine->name()) + " on " + to_string(device.device));
  }
}

ExitCode bench_device(const DeviceOptions& options, const Streams& streams) {
  const auto manifest = read_manifest(options.models);
  const auto choice = choose_device(options.common.device, query_cuda());
  const auto wanted = ensemble_options(options.common, options.models, drawn_faces(), streams);
  const Stopwatch loading;
  const auto devices = load_devices(manifest, {choice.devices.front()}, wanted);
  const auto& device = devices.front();
  check_all_on_device(device);
  const double load_seconds = loading.seconds();
  Progress progress(streams.err, "batches", device.runner->plan().buckets.size(), stderr_is_terminal(),
                    options.common.quiet);
  DeviceBench bench(*device.api, *device.runner, device.models.size(), tile_bytes(manifest.preprocess));
  const auto rates = rates_by_batch(bench, *device.runner, options, progress);
  auto json = bench_object("device");
  json.update(Json{{"manifest", manifest.name},
                   {"demo", manifest.demo},
                   {"device", to_string(device.device)},
                   {"engine", engine_names(device.models)},
                   {"precision", to_string(wanted.precision)},
                   {"rounds", options.rounds},
                   {"seconds", options.seconds},
                   {"tiles", "noise, in pinned memory"},
                   {"side_by_side", device.runner->plan().lanes.size()},
                   {"models_measured", device.models.size()},
                   {"models_skipped", manifest.models.size() - device.models.size()},
                   {"load_s", load_seconds},
                   {"one_photo", photo_latency(bench, device)}});
  json.update(memory_figures(device.device));
  json["batches"] = rates;
  write_figures(json, options.common, streams);
  return ExitCode::done;
}

}  // namespace

void add_bench_device(CLI::App& bench, Run& run) {
  auto options = std::make_shared<DeviceOptions>();
  options->common.device = "cuda";
  options->common.precision = "fp16";
  options->common.batch = 256;
  auto* command = bench.add_subcommand(
      "device", "A GPU's fused networks alone, side by side as the ensemble runs them, by size of batch");
  command->add_option("--models", options->models, "Manifest of the checkpoints")->required();
  add_round_flags(*command, options->rounds, options->seconds);
  add_network_flags(*command, options->common);
  add_output_flags(*command, options->common);
  command->callback(
      [&run, options] { run = [options](const Streams& s) { return bench_device(*options, s); }; });
}

}  // namespace skingauge::app
