// Engines that a benchmark can reach, measured without anything around them.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/preprocess.hpp"

#include "app/bench_crew.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace skingauge::app {

/// An engine somebody else owns.
struct BenchEngine {
  std::string id;  ///< of its model
  int width{0};
  Engine* engine{nullptr};
};

/// What one engine did in a round, by all workers.
struct EngineTimes {
  std::int64_t tiles{0};
  double wall{0};  ///< seconds of its batches, one after the other
  double core{0};  ///< seconds of processor time
};

struct EngineRound {
  double tiles_per_s{0};             ///< of all workers and engines
  double core_s_per_tile{0};         ///< mean over all
  std::vector<EngineTimes> engines;  ///< in the order of the engines
};

/// Networks alone: the workers run full batches, each at a time another engine's.
class EngineBench {
 public:
  /// `crew` outlives this.
  EngineBench(std::vector<BenchEngine> engines, const Preprocess& preprocess, int batch, BenchCrew& crew);

  /// Every worker runs a batch of every engine, unmeasured.
  void warm_up();
  /// At least one batch of each engine.
  EngineRound run(double seconds);
  [[nodiscard]] const std::vector<BenchEngine>& engines() const noexcept { return engines_; }

 private:
  void run_batch(std::size_t engine);

  std::vector<BenchEngine> engines_;
  std::size_t batch_;
  std::vector<std::uint8_t> tiles_;
  BenchCrew* crew_;
};

/// For an ensemble whose engines shall be known: they are the library's and the ensemble's, and listed here.
class EngineLedger {
 public:
  /// Lives no longer than the ledger.
  [[nodiscard]] EngineFactory factory(EngineKind kind);
  /// Why engines are not those that `automatic` prefers.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }
  /// By model; valid as long as the ensemble that owns them.
  [[nodiscard]] std::vector<BenchEngine> engines() const;

 private:
  std::mutex mutex_;
  std::map<std::string, BenchEngine> engines_;
  std::vector<std::string> notes_;
};

/// For an ensemble without networks: its engines answer zeros at once, and count.
class TileCounts {
 public:
  /// Lives no longer than the counts.
  [[nodiscard]] EngineFactory factory();
  /// Tiles so far, by model.
  [[nodiscard]] std::map<std::string, std::int64_t> tiles() const;
  void add(const std::string& model, std::size_t count);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::int64_t> tiles_;
};

}  // namespace skingauge::app
