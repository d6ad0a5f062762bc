#include "skingauge/machine.hpp"

#include "app/bench_commands.hpp"
#include "app/bench_engines.hpp"
#include "app/bench_figures.hpp"
#include "app/bench_input.hpp"
#include "app/int8_options.hpp"
#include "app/pipeline_limit.hpp"
#include "app/progress.hpp"
#include "core/stopwatch.hpp"

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
  int rounds{3};
  double seconds{3.0};
};

// What an ensemble did with all requests.
struct StreamRound {
  double seconds{0};
  double core{0};  ///< processor time of the whole process
  Statistics did;
};

Statistics difference(const Statistics& after, const Statistics& before) {
  return {after.photos - before.photos,
          after.gpu_photos - before.gpu_photos,
          after.crops - before.crops,
          after.tiles - before.tiles,
          after.batches - before.batches,
          after.decode_seconds - before.decode_seconds,
          after.cut_seconds - before.cut_seconds,
          after.network_seconds - before.network_seconds};
}

// Labels are read beforehand, so that only the library's work is timed.
StreamRound stream(const Ensemble& ensemble, std::span<const Request> requests) {
  const auto before = ensemble.statistics();
  const double core = process_seconds();
  const Stopwatch wall;
  std::size_t next = 0;
  ensemble.stream([&]() { return next < requests.size() ? std::optional(requests[next++]) : std::nullopt; },
                  [](FacePrediction&&) { return true; });
  return {wall.seconds(), process_seconds() - core, difference(ensemble.statistics(), before)};
}

// Leaves only photographs that can be used; tells of the first of the others.
std::size_t drop_unusable(const Ensemble& ensemble, std::vector<Request>& requests, Progress& progress) {
  std::vector<Request> usable;
  std::optional<ItemError> first;
  std::size_t next = 0;
  ensemble.stream([&]() { return next < requests.size() ? std::optional(requests[next++]) : std::nullopt; },
                  [&, at = std::size_t{0}](const FacePrediction& face) mutable {
                    if (!face.error) usable.push_back(requests[at]);
                    if (face.error && !first) first = face.error;
                    ++at;
                    return true;
                  });
  const auto dropped = requests.size() - usable.size();
  if (usable.empty()) throw InputError(first->code, "no photograph can be used: " + first->message);
  if (first) progress.say(std::to_string(dropped) + " photographs left out: " + first->message);
  requests = std::move(usable);
  return dropped;
}

struct PipelineBench {
  std::vector<StreamRound> decoding;  ///< without networks
  std::vector<EngineRound> networks;  ///< full batches
  std::vector<EngineRound> as_met;    ///< batches of the size that the pipeline met on average
  std::vector<StreamRound> whole;
};

// Core-seconds of the networks of all photographs: each model's tile, measured alone, times its tiles.
double network_core_seconds(const std::vector<EngineRound>& rounds, const std::vector<BenchEngine>& engines,
                            const std::map<std::string, std::int64_t>& tiles) {
  double sum = 0;
  for (std::size_t i = 0; i < engines.size(); ++i) {
    const auto found = tiles.find(engines[i].id);
    if (found == tiles.end()) continue;
    sum += static_cast<double>(found->second) * median_of(rounds, [&](const EngineRound& round) {
             return round.engines[i].core / static_cast<double>(round.engines[i].tiles);
           });
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

  // Every worker runs every engine, and meets batches that are not full.
  void warm_up() {
    networks_.warm_up();
    stream(ensemble_,
           std::span(requests_).first(std::min(requests_.size(), static_cast<std::size_t>(2 * threads_))));
  }
  void round() {
    bench_.decoding.push_back(stream(decoder_, requests_));
    bench_.networks.push_back(networks_.run(options_.seconds));
    bench_.whole.push_back(stream(ensemble_, requests_));
    if (!as_met_) {
      as_met_.emplace(ledger_.engines(), ensemble_.manifest().preprocess, mean_batch(), crew_);
      as_met_->warm_up();
    }
    bench_.as_met.push_back(as_met_->run(options_.seconds));
  }
  [[nodiscard]] Json figures() const;
  [[nodiscard]] bool all_used() const { return skipped_ == 0; }

 private:
  [[nodiscard]] EnsembleOptions with_factory(EngineFactory factory) const {
    auto options = loading_;
    options.factory = std::move(factory);
    return options;
  }
  [[nodiscard]] int mean_batch() const {
    const auto& did = bench_.whole.front().did;
    return static_cast<int>(std::lround(static_cast<double>(did.tiles) / static_cast<double>(did.batches)));
  }
  [[nodiscard]] Json alone() const;
  [[nodiscard]] double decoded_alone() const;
  [[nodiscard]] double limit(double decode, const std::vector<EngineRound>& networks) const;

  const PipelineOptions& options_;
  EnsembleOptions loading_;
  int threads_;
  int cores_;
  TileCounts counts_;
  EngineLedger ledger_;
  Ensemble decoder_;
  std::vector<Request> requests_;
  std::size_t skipped_;
  std::map<std::string, std::int64_t> tiles_;  ///< of one pass over the requests, by model
  Ensemble ensemble_;
  BenchCrew crew_;
  EngineBench networks_;
  std::optional<EngineBench> as_met_;
  PipelineBench bench_;
};

double PipelineRun::decoded_alone() const {
  const auto photos = static_cast<double>(requests_.size());
  return median_of(bench_.decoding, [&](const StreamRound& r) { return photos / r.seconds; });
}

// Photographs a second, of what decoding takes and what the networks did alone.
double PipelineRun::limit(double decode, const std::vector<EngineRound>& networks) const {
  const auto photos = static_cast<double>(requests_.size());
  if (ensemble_.device().kind == ComputeDevice::Kind::cpu)
    return shared_cores_limit(cores_, decode,
                              network_core_seconds(networks, networks_.engines(), tiles_) / photos);
  const double rate = median_of(networks, [](const EngineRound& r) { return r.tiles_per_s; });
  return own_device_limit(decoded_alone(),
                          rate * photos / static_cast<double>(bench_.whole.front().did.tiles));
}

// The parts, each measured alone, and what they allow the whole.
Json PipelineRun::alone() const {
  const auto photos = static_cast<double>(requests_.size());
  const auto& did = bench_.whole.front().did;
  const double decode =
      median_of(bench_.decoding, [](const StreamRound& r) { return r.did.decode_seconds; }) / photos;
  const double cut =
      median_of(bench_.decoding, [](const StreamRound& r) { return r.did.cut_seconds; }) / photos;
  const double network = network_core_seconds(bench_.networks, networks_.engines(), tiles_) / photos;
  const double rate = median_of(bench_.networks, [](const EngineRound& r) { return r.tiles_per_s; });
  const double full = limit(decode, bench_.networks);
  const double as_met = limit(decode, bench_.as_met);
  const double reached = median_of(bench_.whole, [&](const StreamRound& r) { return photos / r.seconds; });
  return {{"decode_core_s_per_photo", decode},
          {"cut_core_s_per_photo", cut},
          {"network_core_s_per_photo", network},
          {"network_core_s_per_crop", network * photos / static_cast<double>(did.crops)},
          {"network_alone_tiles_per_s", rate},
          {"decode_alone_photos_per_s", decoded_alone()},
          {"limit_photos_per_s", full},
          {"efficiency", reached / full},
          {"limit_photos_per_s_at_mean_batch", as_met},
          {"efficiency_at_mean_batch", reached / as_met}};
}

Json PipelineRun::figures() const {
  const auto photos = static_cast<double>(requests_.size());
  const auto& did = bench_.whole.front().did;
  const double seconds = median_of(bench_.whole, [](const StreamRound& r) { return r.seconds; });
  std::vector<double> rates;
  for (const auto& round : bench_.whole) rates.push_back(photos / round.seconds);
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
                   {"crops_per_photo", static_cast<double>(did.crops) / photos},
                   {"tiles_per_photo", static_cast<double>(did.tiles) / photos},
                   {"tiles_per_batch", static_cast<double>(did.tiles) / static_cast<double>(did.batches)},
                   {"photos_per_s", photos / seconds},
                   {"photos_per_s_by_round", rates},
                   {"crops_per_s", static_cast<double>(did.crops) / seconds},
                   {"tiles_per_s", static_cast<double>(did.tiles) / seconds}});
  json.update(alone());
  json.update(in_pipeline(bench_.whole, cores_));
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
  add_prediction_flags(*command, options->common);
  add_compute_flags(*command, options->common);
  add_output_flags(*command, options->common);
  command->callback(
      [&run, options] { run = [options](const Streams& s) { return bench_pipeline(*options, s); }; });
}

}  // namespace skingauge::app
