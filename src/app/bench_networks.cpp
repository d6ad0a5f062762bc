#include "app/bench_commands.hpp"
#include "app/bench_engines.hpp"
#include "app/bench_figures.hpp"
#include "app/bench_limits.hpp"
#include "app/int8_options.hpp"
#include "app/progress.hpp"
#include "core/stopwatch.hpp"
#include "ensemble/engine_loading.hpp"
#include "runtime/compute_device.hpp"

#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

struct NetworksOptions {
  CommonOptions common;
  std::string models;
  int rounds{3};
  double seconds{3.0};
};

// Multiply-adds of one tile by model; empty where its engine does not know.
using MultiplyAdds = std::vector<std::optional<std::int64_t>>;

MultiplyAdds multiply_adds_of(const std::vector<LoadedModel>& models) {
  MultiplyAdds found;
  for (const auto& model : models) found.push_back(model.engine->multiply_adds());
  return found;
}

std::optional<double> mean(const MultiplyAdds& known) {
  double sum = 0;
  for (const auto& value : known) {
    if (!value) return std::nullopt;
    sum += static_cast<double>(*value);
  }
  return sum / static_cast<double>(known.size());
}

struct NetworksBench {
  std::vector<EngineRound> rounds;
  std::vector<double> limits;  ///< GFLOP/s, by round; empty where unknown
};

// Interleaved: what slows the machine down slows both.
NetworksBench measure(EngineBench& bench, const std::optional<MultiplyAddLoop>& loop, int threads,
                      const NetworksOptions& options, Progress& progress) {
  NetworksBench result;
  bench.warm_up();
  for (int i = 0; i < options.rounds; ++i) {
    if (loop) result.limits.push_back(multiply_add_gflops(*loop, threads, std::min(1.0, options.seconds)));
    result.rounds.push_back(bench.run(options.seconds));
    progress.update(result.rounds.size());
  }
  return result;
}

Json models_json(const NetworksBench& bench, const std::vector<LoadedModel>& models, const MultiplyAdds& adds,
                 int threads) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < models.size(); ++i) {
    std::int64_t tiles = 0;
    for (const auto& round : bench.rounds) tiles += round.engines[i].tiles;
    const auto a_tile = [&](double EngineTimes::*seconds) {
      return median_of(bench.rounds, [&](const EngineRound& round) {
        return round.engines[i].*seconds / static_cast<double>(round.engines[i].tiles);
      });
    };
    rows.push_back({{"id", models[i].spec->id},
                    {"engine", models[i].engine->name()},
                    {"crops", tiles},
                    {"crops_per_s", threads / a_tile(&EngineTimes::wall)},
                    {"core_s_per_crop", a_tile(&EngineTimes::core)},
                    {"multiply_adds_per_crop", adds[i] ? Json(*adds[i]) : Json()}});
  }
  return rows;
}

Json rates_json(const NetworksBench& bench, const std::optional<double>& adds) {
  std::vector<double> rates;
  std::int64_t tiles = 0;
  for (const auto& round : bench.rounds) {
    rates.push_back(round.tiles_per_s);
    for (const auto& engine : round.engines) tiles += engine.tiles;
  }
  Json json{
      {"crops", tiles},
      {"crops_per_s_by_round", rates},
      {"core_s_per_crop", median_of(bench.rounds, [](const EngineRound& r) { return r.core_s_per_tile; })},
      {"multiply_adds_per_crop", adds ? Json(*adds) : Json()},
      {"multiply_add_gflops", adds ? Json(2e-9 * *adds * median(rates)) : Json()},
      {"multiply_add_limit_gflops", bench.limits.empty() ? Json() : Json(median(bench.limits))}};
  add_spread(json, "crops_per_s", rates);
  return json;
}

// Each round beside the limit that was measured just before it; null where either is not known.
Json share_json(const NetworksBench& bench, const std::optional<double>& adds,
                const std::optional<MultiplyAddLoop>& loop, Precision precision) {
  Json json{{"multiply_add_instructions", loop ? Json(loop->instructions) : Json()},
            {"share_of_limit", Json()}};
  if (!adds || bench.limits.empty()) return json;
  std::vector<double> shares;
  for (std::size_t i = 0; i < bench.rounds.size(); ++i)
    shares.push_back(2e-9 * *adds * bench.rounds[i].tiles_per_s / bench.limits[i]);
  add_spread(json, "share_of_limit", shares);
  const auto why = why_above_limit(median(shares), precision);
  if (!why.empty()) json["share_of_limit_note"] = why;
  return json;
}

std::vector<BenchEngine> engines_of(const std::vector<LoadedModel>& models) {
  std::vector<BenchEngine> engines;
  engines.reserve(models.size());
  for (const auto& model : models)
    engines.push_back({model.spec->id, model.spec->width(), model.engine.get()});
  return engines;
}

ExitCode bench_networks(const NetworksOptions& options, const Streams& streams) {
  const auto manifest = read_manifest(options.models);
  const auto choice = choose_device(options.common.device, query_cuda());
  const auto ensemble = ensemble_options(options.common, options.models, drawn_faces(), streams);
  const int threads = worker_count(options.common);
  Progress progress(streams.err, "rounds", static_cast<std::size_t>(options.rounds), stderr_is_terminal(),
                    options.common.quiet);
  if (!choice.note.empty()) progress.say(choice.note);
  const auto& device = choice.devices.front();
  const int batch = ensemble.batch_on(device);
  const Stopwatch loading;
  const auto models = load_models(manifest, device, ensemble);
  const double load_seconds = loading.seconds();
  if (models.empty())
    throw ModelError(ErrorCode::manifest_field, options.models + ": has no model for this mode");
  for (const auto& model : models) {
    if (!model.note.empty()) progress.say(model.note);
  }
  BenchCrew crew(threads);
  EngineBench bench(engines_of(models), manifest.preprocess, batch, crew);
  const auto loop = limiting_loop(ensemble.precision, device);
  const auto measured = measure(bench, loop, threads, options, progress);
  const auto memory = memory_figures(device);
  const auto adds = multiply_adds_of(models);
  auto json = bench_object("networks");
  json.update(Json{{"manifest", manifest.name},
                   {"demo", manifest.demo},
                   {"mode", options.common.mode},
                   {"engine", engine_names(models)},
                   {"device", to_string(device)},
                   {"precision", to_string(ensemble.precision)},
                   {"batch", batch},
                   {"threads", threads},
                   {"rounds", options.rounds},
                   {"seconds", options.seconds},
                   {"tiles", "cut from a drawn face"},
                   {"models_measured", models.size()},
                   {"models_skipped", manifest.models.size() - models.size()}});
  json.update(rates_json(measured, mean(adds)));
  json.update(share_json(measured, mean(adds), loop, ensemble.precision));
  json["load_s"] = load_seconds;
  json.update(memory);
  json["models"] = models_json(measured, models, adds, threads);
  write_figures(json, options.common, streams);
  return ExitCode::done;
}

}  // namespace

void add_bench_networks(CLI::App& bench, Run& run) {
  auto options = std::make_shared<NetworksOptions>();
  auto* command = bench.add_subcommand("networks", "Networks alone, beside the machine's multiply-add limit");
  command->add_option("--models", options->models, "Manifest of the checkpoints")->required();
  add_round_flags(*command, options->rounds, options->seconds);
  add_network_flags(*command, options->common);
  add_flags(*command, options->common, {Flag::threads});
  add_output_flags(*command, options->common);
  command->callback(
      [&run, options] { run = [options](const Streams& s) { return bench_networks(*options, s); }; });
}

}  // namespace skingauge::app
