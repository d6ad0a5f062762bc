#include "skingauge/ensemble.hpp"
#include "skingauge/machine.hpp"
#include "skingauge/tiles.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"
#include "app/int8_options.hpp"
#include "app/progress.hpp"
#include "app/regions.hpp"
#include "app/table.hpp"
#include "core/json_file.hpp"
#include "ensemble/engine_loading.hpp"
#include "runtime/compute_device.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <map>
#include <ostream>
#include <thread>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <sys/resource.h>

namespace skingauge::app {
namespace {

struct BenchOptions {
  CommonOptions common;
  std::string root;
  std::string models;
  int photos{40};
  int rounds{3};
  double seconds{3.0};  ///< per batch size and round of the networks
};

using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// Tiles per second of one frozen module alone: every thread runs whole batches, nothing else happens.
double network_rate(Engine& engine, int width, std::size_t bytes, int batch, int threads, double seconds) {
  const auto count = static_cast<std::size_t>(batch);
  std::atomic<std::size_t> done{0};
  const auto start = Clock::now();
  {
    std::vector<std::jthread> workers;
    workers.reserve(static_cast<std::size_t>(threads));
    for (int t = 0; t < threads; ++t) {
      workers.emplace_back([&] {
        const std::vector<std::uint8_t> tiles(count * bytes, 128);
        std::vector<float> outputs(count * static_cast<std::size_t>(width));
        while (since(start) < seconds) {
          engine.run(tiles, count, outputs);
          done += count;
        }
      });
    }
  }
  return static_cast<double>(done) / since(start);
}

struct PipelineRound {
  double seconds{0};
  std::int64_t crops{0};
  std::int64_t tiles{0};
  double decode{0};
  double cut{0};
  double network{0};
};

// The whole way, from files to answers; labels are read beforehand so that only the library's work is timed.
PipelineRound run_pipeline(const Ensemble& ensemble, const std::vector<Request>& requests) {
  const auto before = ensemble.statistics();
  const auto start = Clock::now();
  std::size_t next = 0;
  ensemble.stream([&]() { return next < requests.size() ? std::optional(requests[next++]) : std::nullopt; },
                  [](FacePrediction&&) { return true; });
  const double seconds = since(start);
  const auto after = ensemble.statistics();
  return {seconds,
          after.crops - before.crops,
          after.tiles - before.tiles,
          after.decode_seconds - before.decode_seconds,
          after.cut_seconds - before.cut_seconds,
          after.network_seconds - before.network_seconds};
}

struct PipelineBench {
  std::map<int, std::vector<double>> network_rates;  ///< by batch size
  std::vector<PipelineRound> rounds;
};

double best_network_rate(const PipelineBench& bench) {
  double best = 0;
  for (const auto& [batch, rates] : bench.network_rates) best = std::max(best, median(rates));
  return best;
}

double median_of(const PipelineBench& bench, double (*figure)(const PipelineRound&)) {
  std::vector<double> values;
  for (const auto& round : bench.rounds) values.push_back(figure(round));
  return median(values);
}

double peak_memory_gib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / (1024.0 * 1024.0);
}

Json as_json(const PipelineBench& bench, const Ensemble& ensemble, std::size_t photos, int threads) {
  const auto machine = describe_machine();
  const auto count = static_cast<double>(photos);
  const double crops = static_cast<double>(bench.rounds.front().crops);
  const double tiles = static_cast<double>(bench.rounds.front().tiles);
  const double seconds = median_of(bench, [](const PipelineRound& r) { return r.seconds; });
  const double decode = median_of(bench, [](const PipelineRound& r) { return r.decode; });
  const double network = median_of(bench, [](const PipelineRound& r) { return r.network; });
  const double limit = threads / ((decode + network) / count);
  Json rates = Json::object();
  for (const auto& [batch, values] : bench.network_rates) rates[std::to_string(batch)] = median(values);
  return {{"format", 1},
          {"bench", "pipeline"},
          {"machine",
           {{"cpu", machine.cpu_model}, {"threads", machine.cpu_threads}, {"libtorch", machine.libtorch}}},
          {"version", machine.version},
          {"engine", ensemble.engine_name()},
          {"device", to_string(ensemble.device())},
          {"precision", to_string(ensemble.options().precision)},
          {"batch", ensemble.options().batch},
          {"threads", threads},
          {"photos", photos},
          {"rounds", bench.rounds.size()},
          {"crops_per_photo", crops / count},
          {"tiles_per_photo", tiles / count},
          {"photos_per_s", count / seconds},
          {"crops_per_s", crops / seconds},
          {"tiles_per_s", tiles / seconds},
          {"network_alone_tiles_per_s_by_batch", rates},
          {"network_alone_tiles_per_s", best_network_rate(bench)},
          {"pipeline_to_network_alone", tiles / seconds / best_network_rate(bench)},
          {"decode_core_s_per_photo", decode / count},
          {"cut_core_s_per_photo", median_of(bench, [](const PipelineRound& r) { return r.cut; }) / count},
          {"network_core_s_per_crop", network / crops},
          {"limit_photos_per_s", limit},
          {"efficiency", count / seconds / limit},
          {"peak_memory_gib", peak_memory_gib()}};
}

std::string as_text(const Json& json) {
  std::string text;
  for (const auto& [key, value] : json.items()) {
    text += fmt::format("{:<36} {}\n", key,
                        value.is_number_float() ? fmt::format("{:.4g}", value.get<double>()) : value.dump());
  }
  return text;
}

std::vector<Request> read_requests(const BenchOptions& options) {
  const auto dataset = list_dataset(options.root);
  std::vector<Request> requests;
  for (const auto& photo : dataset.photos) {
    if (requests.size() == static_cast<std::size_t>(options.photos)) break;
    requests.push_back(request_of(photo, read_labels(photo)));
  }
  return requests;
}

ExitCode bench_pipeline(const BenchOptions& options, const Streams& streams) {
  const auto requests = read_requests(options);
  const auto ensemble =
      Ensemble::load(options.models, ensemble_options(options.common, options.models, options.root, streams));
  const int threads = options.common.threads == 0 ? usable_threads() : options.common.threads;
  const auto& manifest = ensemble.manifest();
  const auto& model = manifest.models.front();
  const auto engine = load_engine(manifest, model, ensemble.device(), ensemble.options()).engine;
  PipelineBench bench;
  Progress progress(streams.err, "rounds", static_cast<std::size_t>(options.rounds), stderr_is_terminal(),
                    options.common.quiet);
  for (const auto& note : ensemble.notes()) progress.say(note);
  run_pipeline(ensemble, requests);  // warms every module, and the file cache
  for (int round = 0; round < options.rounds; ++round) {
    for (const int batch : {1, 4, 8, 16, 32}) {
      bench.network_rates[batch].push_back(network_rate(
          *engine, model.width(), tile_bytes(manifest.preprocess), batch, threads, options.seconds));
    }
    bench.rounds.push_back(run_pipeline(ensemble, requests));
    progress.update(bench.rounds.size());
  }
  const auto json = as_json(bench, ensemble, requests.size(), threads);
  streams.out << (options.common.output() == Format::json ? json.dump(2) + "\n" : as_text(json));
  return ExitCode::done;
}

}  // namespace

void add_bench(CLI::App& program, Run& run) {
  auto* bench = program.add_subcommand("bench", "Measures the program's parts beside the whole");
  bench->require_subcommand(1);
  auto options = std::make_shared<BenchOptions>();
  auto* command =
      bench->add_subcommand("pipeline", "Files to answers, beside one network alone, in the same run");
  command->add_option("ROOT", options->root, "Data set")->required();
  command->add_option("--models", options->models, "Manifest of the checkpoints")->required();
  command->add_option("--photos", options->photos, "Photographs a round")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--rounds", options->rounds, "Medians are over this many")
      ->check(CLI::Range(1, 99))
      ->capture_default_str();
  command->add_option("--seconds", options->seconds, "For each batch size of the network alone")
      ->check(CLI::Range(0.1, 600.0))
      ->capture_default_str();
  add_prediction_flags(*command, options->common);
  add_compute_flags(*command, options->common);
  add_output_flags(*command, options->common);
  command->callback(
      [&run, options] { run = [options](const Streams& s) { return bench_pipeline(*options, s); }; });
}

}  // namespace skingauge::app
