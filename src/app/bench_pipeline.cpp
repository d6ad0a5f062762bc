#include "skingauge/machine.hpp"

#include "app/bench_commands.hpp"
#include "app/bench_engines.hpp"
#include "app/bench_figures.hpp"
#include "app/bench_input.hpp"
#include "app/bench_stream.hpp"
#include "app/int8_options.hpp"
#include "app/pipeline_limit.hpp"
#include "app/progress.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

struct PipelineOptions {
  CommonOptions common;
  std::string root;
  std::string models;
  int photos{40};
  int rounds{5};
  double seconds{3.0};
};

// The parts alone, measured before each round of the whole and after the last.
struct PartsRound {
  StreamRound decoding;  ///< without networks
  EngineRound networks;  ///< full batches
  EngineRound as_met;    ///< batches of the size that the pipeline meets on average
};

using Tiles = std::map<std::string, std::int64_t>;  // by model

// Core-seconds of the networks of all photographs: each model's tile, measured alone, times its tiles.
double network_core_seconds(const EngineRound& round, const std::vector<BenchEngine>& engines,
                            const Tiles& tiles) {
  double sum = 0;
  for (std::size_t i = 0; i < engines.size(); ++i) {
    const auto found = tiles.find(engines[i].id);
    if (found == tiles.end()) continue;
    sum += static_cast<double>(found->second) * round.engines[i].core /
           static_cast<double>(round.engines[i].tiles);
  }
  return sum;
}

Json in_pipeline(const std::vector<StreamRound>& rounds, int cores) {
  const auto photo = [&](double Statistics::*seconds) {
    return median_of(
        rounds, [&](const StreamRound& r) { return r.did.*seconds / static_cast<double>(r.did.photos); });
  };
  const auto share = [&](double Statistics::*seconds) {
    return median_of(rounds, [&](const StreamRound& r) { return r.did.*seconds / r.core; });
  };
  const double decode = share(&Statistics::decode_seconds);
  const double cut = share(&Statistics::cut_seconds);
  const double network = share(&Statistics::network_seconds);
  const auto& did = rounds.front().did;
  const double photos_of_crop = static_cast<double>(did.photos) / static_cast<double>(did.crops);
  return {
      {"decode_core_s_per_photo_in_pipeline", photo(&Statistics::decode_seconds)},
      {"cut_core_s_per_photo_in_pipeline", photo(&Statistics::cut_seconds)},
      {"network_core_s_per_crop_in_pipeline", photo(&Statistics::network_seconds) * photos_of_crop},
      {"core_share",
       {{"decode", decode}, {"cut", cut}, {"network", network}, {"other", 1 - decode - cut - network}}},
      {"cores_busy", median_of(rounds, [&](const StreamRound& r) { return r.core / (cores * r.seconds); })}};
}

class PipelineRun {
 public:
  PipelineRun(const PipelineOptions& options, EnsembleOptions loading, Progress& progress)
      : options_(options),
        loading_(std::move(loading)),
        threads_(worker_count(options.common)),
        cores_(std::min(threads_, usable_threads())),
        decoder_(Ensemble::load(options.models, with_factory(counts_.factory()))),
        requests_(read_requests(options.root, options.photos)),
        skipped_(drop_unusable(decoder_, requests_, progress)),
        tiles_(counts_.tiles()),
        ensemble_(Ensemble::load(options.models, with_factory(ledger_.factory(loading_.engine)))),
        crew_(threads_),
        networks_(ledger_.engines(), ensemble_.manifest().preprocess, ensemble_.options().batch, crew_) {
    if (tiles_.empty())
      throw InputError(ErrorCode::dataset_empty,
                       options.root + ": its photographs give no crop to measure with");
    for (const auto& note : ensemble_.notes()) progress.say(note);
    for (const auto& note : ledger_.notes()) progress.say(note);
  }

  // Every worker runs every engine, and meets batches that are not full: of that size networks are measured
  // too.
  void warm_up() {
    networks_.warm_up();
    const auto did = stream(ensemble_, requests_).did;
    const auto batch = std::lround(static_cast<double>(did.tiles) / static_cast<double>(did.batches));
    as_met_.emplace(ledger_.engines(), ensemble_.manifest().preprocess, static_cast<int>(batch), crew_);
    as_met_->warm_up();
    measure_parts();
  }
  // Parts and whole by turns, so that what slows the machine down slows both.
  void round() {
    whole_.push_back(stream(ensemble_, requests_));
    measure_parts();
  }
  [[nodiscard]] Json figures() const;
  [[nodiscard]] bool all_used() const { return skipped_ == 0; }

 private:
  [[nodiscard]] EnsembleOptions with_factory(EngineFactory factory) const {
    auto options = loading_;
    options.factory = std::move(factory);
    return options;
  }
  void measure_parts() {
    auto decoding = stream(decoder_, requests_);
    auto networks = networks_.run(options_.seconds);
    parts_.push_back({decoding, std::move(networks), as_met_->run(options_.seconds)});
  }
  [[nodiscard]] double photos() const { return static_cast<double>(requests_.size()); }
  [[nodiscard]] std::vector<double> limits(EngineRound PartsRound::*networks) const;
  [[nodiscard]] Json shares() const;
  [[nodiscard]] Json alone() const;

  const PipelineOptions& options_;
  EnsembleOptions loading_;
  int threads_;
  int cores_;
  TileCounts counts_;
  EngineLedger ledger_;
  Ensemble decoder_;
  std::vector<Request> requests_;
  std::size_t skipped_;
  Tiles tiles_;  ///< of one pass over the requests
  Ensemble ensemble_;
  BenchCrew crew_;
  EngineBench networks_;
  std::optional<EngineBench> as_met_;
  std::vector<PartsRound> parts_;   ///< one more than of the whole
  std::vector<StreamRound> whole_;  ///< each between two of the parts
};

// Photographs a second, by round of the whole.
std::vector<double> PipelineRun::limits(EngineRound PartsRound::*networks) const {
  std::vector<PartsAlone> alone;
  const double tiles = static_cast<double>(whole_.front().did.tiles) / photos();  // of one photograph
  for (const auto& round : parts_) {
    const auto& measured = round.*networks;
    alone.push_back({round.decoding.did.decode_seconds / photos(),
                     network_core_seconds(measured, networks_.engines(), tiles_) / photos(),
                     photos() / round.decoding.seconds, measured.tiles_per_s / tiles});
  }
  const bool on_cpu = ensemble_.device().kind == ComputeDevice::Kind::cpu;
  return limits_between(alone, cores_, on_cpu ? NetworksOn::shared_cores : NetworksOn::own_device);
}

// The whole beside what its parts allow it, by round.
Json PipelineRun::shares() const {
  Json json;
  std::vector<double> rates;
  for (const auto& round : whole_) rates.push_back(photos() / round.seconds);
  add_spread(json, "photos_per_s", rates);
  json["photos_per_s_by_round"] = rates;
  for (const auto& [suffix, networks] :
       {std::pair{"", &PartsRound::networks}, std::pair{"_at_mean_batch", &PartsRound::as_met}}) {
    const auto allowed = limits(networks);
    const auto reached = shares_of_limits(rates, allowed);
    add_spread(json, std::string("limit_photos_per_s") + suffix, allowed);
    add_spread(json, std::string("efficiency") + suffix, reached);
    const auto why = why_above_limit(reached);
    if (!why.empty()) json[std::string("efficiency") + suffix + "_note"] = why;
  }
  return json;
}

// The parts, each measured alone.
Json PipelineRun::alone() const {
  const double crops = static_cast<double>(whole_.front().did.crops) / photos();  // of one photograph
  const auto of_photo = [&](const auto& figure) { return median_of(parts_, figure) / photos(); };
  const double network = of_photo(
      [&](const PartsRound& r) { return network_core_seconds(r.networks, networks_.engines(), tiles_); });
  return {{"decode_core_s_per_photo",
           of_photo([](const PartsRound& r) { return r.decoding.did.decode_seconds; })},
          {"cut_core_s_per_photo", of_photo([](const PartsRound& r) { return r.decoding.did.cut_seconds; })},
          {"network_core_s_per_photo", network},
          {"network_core_s_per_crop", network / crops},
          {"network_alone_tiles_per_s",
           median_of(parts_, [](const PartsRound& r) { return r.networks.tiles_per_s; })},
          {"decode_alone_photos_per_s",
           median_of(parts_, [&](const PartsRound& r) { return photos() / r.decoding.seconds; })}};
}

Json PipelineRun::figures() const {
  const auto& did = whole_.front().did;
  const double seconds = median_of(whole_, [](const StreamRound& r) { return r.seconds; });
  auto json = ensemble_settings(ensemble_);
  json.update(Json{{"mode", options_.common.mode},
                   {"threads", threads_},
                   {"in_flight", options_.common.in_flight},
                   {"rounds", options_.rounds},
                   {"seconds", options_.seconds},
                   {"file_cache", "warm"},
                   {"photos", requests_.size()},
                   {"photos_skipped", skipped_},
                   {"jpeg", options_.common.jpeg},
                   {"photos_decoded_on_gpu", did.gpu_photos},
                   {"crops_per_photo", static_cast<double>(did.crops) / photos()},
                   {"tiles_per_photo", static_cast<double>(did.tiles) / photos()},
                   {"tiles_per_batch", static_cast<double>(did.tiles) / static_cast<double>(did.batches)},
                   {"crops_per_s", static_cast<double>(did.crops) / seconds},
                   {"tiles_per_s", static_cast<double>(did.tiles) / seconds}});
  json.update(shares());
  json.update(alone());
  json.update(in_pipeline(whole_, cores_));
  json.update(memory_figures(ensemble_.device()));
  return json;
}

ExitCode bench_pipeline(const PipelineOptions& options, const Streams& streams) {
  Progress progress(streams.err, "rounds", static_cast<std::size_t>(options.rounds), stderr_is_terminal(),
                    options.common.quiet);
  PipelineRun bench(
      options, ensemble_options(options.common, options.models, photos_of(options.root), streams), progress);
  bench.warm_up();
  for (int round = 0; round < options.rounds; ++round) {
    bench.round();
    progress.update(static_cast<std::size_t>(round) + 1);
  }
  auto json = bench_object("pipeline");
  json.update(bench.figures());
  write_figures(json, options.common, streams);
  return bench.all_used() ? ExitCode::done : ExitCode::some_failed;
}

}  // namespace

void add_bench_pipeline(CLI::App& bench, Run& run) {
  auto options = std::make_shared<PipelineOptions>();
  auto* command = bench.add_subcommand(
      "pipeline", "Files to answers, beside decoding alone and networks alone, in the same run");
  command->add_option("ROOT", options->root, "Data set")->required();
  command->add_option("--models", options->models, "Manifest of the checkpoints")->required();
  command->add_option("--photos", options->photos, "Photographs a round")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  add_round_flags(*command, options->rounds, options->seconds);
  add_ensemble_flags(*command, options->common);
  add_output_flags(*command, options->common);
  command->callback(
      [&run, options] { run = [options](const Streams& s) { return bench_pipeline(*options, s); }; });
}

}  // namespace skingauge::app
