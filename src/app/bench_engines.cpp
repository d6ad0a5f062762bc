#include "app/bench_engines.hpp"

#include "app/bench_input.hpp"
#include "core/stopwatch.hpp"
#include "runtime/thread_clock.hpp"

#include <algorithm>
#include <utility>

namespace skingauge::app {
namespace {

class CountingEngine final : public Engine {
 public:
  CountingEngine(TileCounts& counts, std::string model) : counts_(&counts), model_(std::move(model)) {}

  void run(std::span<const std::uint8_t> /*tiles*/, std::size_t count, std::span<float> outputs) override {
    std::fill(outputs.begin(), outputs.end(), 0.0F);
    counts_->add(model_, count);
  }
  [[nodiscard]] std::string_view name() const noexcept override { return "none"; }

 private:
  TileCounts* counts_;
  std::string model_;
};

}  // namespace

EngineBench::EngineBench(std::vector<BenchEngine> engines, const Preprocess& preprocess, int batch,
                         BenchCrew& crew)
    : engines_(std::move(engines)),
      batch_(static_cast<std::size_t>(batch)),
      tiles_(picture_tiles(preprocess, batch_)),
      crew_(&crew) {}

void EngineBench::run_batch(std::size_t engine) {
  thread_local std::vector<float> outputs;
  outputs.resize(batch_ * static_cast<std::size_t>(engines_[engine].width));
  engines_[engine].engine->run(tiles_, batch_, outputs);
}

void EngineBench::warm_up() {
  crew_->each([this](std::size_t) {
    for (std::size_t i = 0; i < engines_.size(); ++i) run_batch(i);
  });
}

EngineRound EngineBench::run(double seconds) {
  std::vector<std::vector<EngineTimes>> by_worker(crew_->size(), std::vector<EngineTimes>(engines_.size()));
  const auto times = crew_->run(seconds, engines_.size(), [&](std::size_t worker, std::size_t number) {
    const auto engine = number % engines_.size();
    const Stopwatch wall;
    const ThreadClock core;
    run_batch(engine);
    auto& sum = by_worker[worker][engine];
    sum.tiles += static_cast<std::int64_t>(batch_);
    sum.wall += wall.seconds();
    sum.core += core.seconds();
  });
  const auto batch = static_cast<double>(batch_);
  EngineRound round{pieces_per_second(times) * batch, core_seconds_per_piece(times) / batch,
                    std::vector<EngineTimes>(engines_.size())};
  for (const auto& worker : by_worker) {
    for (std::size_t i = 0; i < worker.size(); ++i) {
      round.engines[i].tiles += worker[i].tiles;
      round.engines[i].wall += worker[i].wall;
      round.engines[i].core += worker[i].core;
    }
  }
  return round;
}

EngineFactory EngineLedger::factory(EngineKind kind) {
  return [this, kind](const EngineRequest& request) {
    auto choice = make_engine(request, kind);
    const std::lock_guard lock(mutex_);
    engines_[request.model.id] = {request.model.id, request.model.width(), choice.engine.get()};
    if (!choice.note.empty()) notes_.push_back(choice.note);
    return std::move(choice.engine);
  };
}

std::vector<BenchEngine> EngineLedger::engines() const {
  std::vector<BenchEngine> engines;
  engines.reserve(engines_.size());
  for (const auto& [id, engine] : engines_) engines.push_back(engine);
  return engines;
}

EngineFactory TileCounts::factory() {
  return [this](const EngineRequest& request) {
    return std::make_unique<CountingEngine>(*this, request.model.id);
  };
}

std::map<std::string, std::int64_t> TileCounts::tiles() const {
  const std::lock_guard lock(mutex_);
  return tiles_;
}

void TileCounts::add(const std::string& model, std::size_t count) {
  const std::lock_guard lock(mutex_);
  tiles_[model] += static_cast<std::int64_t>(count);
}

}  // namespace skingauge::app
