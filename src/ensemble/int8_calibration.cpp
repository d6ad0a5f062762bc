#include "skingauge/int8_calibration.hpp"

#include "skingauge/error.hpp"

#include "ensemble/int8_samples.hpp"
#include "runtime/network_ranges.hpp"

#include <algorithm>
#include <mutex>

namespace skingauge {
namespace {

using Sample = Int8Sample;

class Collector {
 public:
  explicit Collector(std::size_t tiles) : wanted_(tiles) {}

  std::shared_ptr<Sample> add(const EngineRequest& request) {
    auto sample = std::make_shared<Sample>(Sample{request.model, lowered_network(request), {}, 0});
    const std::lock_guard lock(mutex_);
    samples.push_back(sample);
    return sample;
  }
  void take(Sample& sample, std::span<const std::uint8_t> tiles, std::size_t count) {
    const std::lock_guard lock(mutex_);
    const auto some = std::min(count, wanted_ - sample.count);
    const auto wanted = tiles.first(some * (tiles.size() / count));
    sample.tiles.insert(sample.tiles.end(), wanted.begin(), wanted.end());
    sample.count += some;
  }
  bool full() {
    const std::lock_guard lock(mutex_);
    return std::all_of(samples.begin(), samples.end(), [&](const auto& s) { return s->count == wanted_; });
  }

  std::vector<std::shared_ptr<Sample>> samples;

 private:
  std::mutex mutex_;
  std::size_t wanted_;
};

// Answers nothing; keeps the tiles that a model would see.
class CollectingEngine final : public Engine {
 public:
  CollectingEngine(std::shared_ptr<Collector> collector, const EngineRequest& request)
      : collector_(std::move(collector)), sample_(collector_->add(request)) {}
  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) override {
    collector_->take(*sample_, tiles, count);
    std::fill(outputs.begin(), outputs.end(), 0.0F);
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "collecting"; }

 private:
  std::shared_ptr<Collector> collector_;
  std::shared_ptr<Sample> sample_;
};

// One batch in flight: which tiles a model gets does not depend on which worker was faster.
EnsembleOptions collecting(const std::shared_ptr<Collector>& collector,
                           const Int8CalibrationOptions& options) {
  EnsembleOptions made;
  made.device = "cpu";
  made.mode = options.mode;
  made.batch = 1;
  made.threads = 1;
  made.in_flight = 1;
  made.limits = options.limits;
  made.factory = [collector](const EngineRequest& request) {
    return std::make_unique<CollectingEngine>(collector, request);
  };
  return made;
}

}  // namespace

void Int8CalibrationOptions::validate() const {
  constexpr int kMost = 4096;
  if (tiles < 1 || tiles > kMost)
    throw UsageError(ErrorCode::bad_option,
                     "tiles: " + std::to_string(tiles) + " is not in 1.." + std::to_string(kMost));
}

Int8Ranges find_int8_ranges(const std::filesystem::path& manifest, const Ensemble::Source& photos,
                            const Int8CalibrationOptions& options) {
  options.validate();
  const auto collector = std::make_shared<Collector>(static_cast<std::size_t>(options.tiles));
  const auto ensemble = Ensemble::load(manifest, collecting(collector, options));
  ensemble.stream([&] { return collector->full() ? std::nullopt : photos(); },
                  [](FacePrediction&&) { return true; });
  auto& samples = collector->samples;
  std::sort(samples.begin(), samples.end(),
            [](const auto& a, const auto& b) { return a->model.id < b->model.id; });
  for (const auto& sample : samples) {
    if (sample->count == 0)
      throw UsageError(ErrorCode::bad_option, "no photograph has a tile for " + sample->model.id);
  }
  return {ranges_of(samples, ensemble.manifest().preprocess, options)};
}

}  // namespace skingauge
