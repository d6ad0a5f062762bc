#include "app/bench_commands.hpp"
#include "app/bench_figures.hpp"
#include "app/bench_input.hpp"
#include "app/int8_options.hpp"
#include "app/progress.hpp"
#include "core/stopwatch.hpp"

#include <memory>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

struct LatencyOptions {
  CommonOptions common;
  std::string root;
  std::string models;
  int photos{40};
  int rounds{3};
  int warm_up{5};
};

struct Latencies {
  std::vector<double> milliseconds;  ///< of photographs that were answered
  std::int64_t skipped{0};           ///< photographs that could not be used, in all rounds
  std::int64_t crops{0};
  std::optional<ItemError> first;  ///< of those
  Statistics before;
};

Latencies measure(const Ensemble& ensemble, const std::vector<Request>& requests,
                  const LatencyOptions& options, Progress& progress) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(options.warm_up); ++i)
    static_cast<void>(ensemble.predict(requests[i % requests.size()]));
  Latencies result;
  result.before = ensemble.statistics();
  std::size_t done = 0;
  for (int round = 0; round < options.rounds; ++round) {
    for (const auto& request : requests) {
      const Stopwatch wall;
      const auto face = ensemble.predict(request);
      const double seconds = wall.seconds();
      if (face.error) {
        ++result.skipped;
        if (!result.first) result.first = face.error;
      } else {
        result.milliseconds.push_back(1000 * seconds);
        result.crops += face.crops;
      }
      progress.update(++done);
    }
  }
  return result;
}

Json figures(const Latencies& latencies, const Statistics& after) {
  const auto& all = latencies.milliseconds;
  const double decode = after.decode_seconds - latencies.before.decode_seconds;
  const double cut = after.cut_seconds - latencies.before.cut_seconds;
  const double network = after.network_seconds - latencies.before.network_seconds;
  const double core = decode + cut + network;
  const auto count = static_cast<double>(all.size());
  double sum = 0;
  for (const double value : all) sum += value;
  return {{"count", all.size()},
          {"skipped", latencies.skipped},
          {"p50_ms", percentile(all, 50)},
          {"p95_ms", percentile(all, 95)},
          {"p99_ms", percentile(all, 99)},
          {"min_ms", percentile(all, 0)},
          {"max_ms", percentile(all, 100)},
          {"mean_ms", sum / count},
          {"crops_per_photo", static_cast<double>(latencies.crops) / count},
          {"core_s_per_photo", core / count},
          {"core_share",
           {{"decode", ratio(decode, core)}, {"cut", ratio(cut, core)}, {"network", ratio(network, core)}}}};
}

ExitCode bench_latency(const LatencyOptions& options, const Streams& streams) {
  const auto requests = read_requests(options.root, options.photos);
  const auto ensemble = Ensemble::load(
      options.models, ensemble_options(options.common, options.models, photos_of(options.root), streams));
  Progress progress(streams.err, "photos", requests.size() * static_cast<std::size_t>(options.rounds),
                    stderr_is_terminal(), options.common.quiet);
  for (const auto& note : ensemble.notes()) progress.say(note);
  warm_file_cache(requests);
  const auto latencies = measure(ensemble, requests, options, progress);
  if (latencies.milliseconds.empty())
    throw InputError(latencies.first->code, "no photograph can be used: " + latencies.first->message);
  if (latencies.first) progress.say("left out: " + latencies.first->message);
  auto json = bench_object("latency");
  json.update(ensemble_settings(ensemble));
  json.update(Json{{"mode", options.common.mode},
                   {"threads", worker_count(options.common)},
                   {"rounds", options.rounds},
                   {"file_cache", "warm"},
                   {"photos", requests.size()},
                   {"warm_up", options.warm_up}});
  json.update(figures(latencies, ensemble.statistics()));
  json.update(memory_figures(ensemble.device()));
  write_figures(json, options.common, streams);
  return latencies.skipped == 0 ? ExitCode::done : ExitCode::some_failed;
}

}  // namespace

void add_bench_latency(CLI::App& bench, Run& run) {
  auto options = std::make_shared<LatencyOptions>();
  auto* command = bench.add_subcommand("latency", "One photograph at a time, from its file to its answer");
  command->add_option("ROOT", options->root, "Data set")->required();
  command->add_option("--models", options->models, "Manifest of the checkpoints")->required();
  command->add_option("--photos", options->photos, "Photographs a round")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option("--rounds", options->rounds, "How often each photograph is measured")
      ->check(CLI::Range(1, 999))
      ->capture_default_str();
  command->add_option("--warm-up", options->warm_up, "Photographs before the first that counts")
      ->check(CLI::Range(0, 9999))
      ->capture_default_str();
  add_network_flags(*command, options->common);
  add_flags(*command, options->common, {Flag::jpeg, Flag::threads, Flag::min_box_side});
  add_output_flags(*command, options->common);
  command->callback(
      [&run, options] { run = [options](const Streams& s) { return bench_latency(*options, s); }; });
}

}  // namespace skingauge::app
