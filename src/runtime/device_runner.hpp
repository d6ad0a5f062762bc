// One device at work: networks loaded, warmed and captured once, then batches started and collected.
#pragma once

#include "runtime/device_lane.hpp"
#include "runtime/memory_plan.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

struct DeviceRunnerOptions {
  std::size_t largest_batch{128};        ///< tiles, where memory allows it
  std::size_t lanes{0};                  ///< as MemoryRequest::lanes
  std::optional<std::size_t> reserve{};  ///< bytes; empty: usual_reserve
  std::size_t waiting_tiles{0};          ///< as MemoryRequest::waiting_tiles
  std::size_t decoding{0};               ///< as MemoryRequest::decoding
  /// Called as (done, all) while it starts, for each model and size of batch.
  std::function<void(std::size_t, std::size_t)> progress{};
};

/// Drives the networks of one device, which all outlive it. A model always runs in the same lane, in batches
/// of the planned sizes alone (smaller ones are padded), each captured once as a graph. Nothing but `wait`,
/// the constructor and the destructor waits for the device. For one thread at a time, without one of its own.
///
/// A DeviceError of any function means that the device is lost, with all that is under way.
class DeviceRunner {
 public:
  /// Plans memory, allocates it, loads and warms the networks, captures a graph of each and every size, and
  /// compares their known answers. Throws DeviceError (device-unavailable with the figures where memory
  /// cannot suffice), std::bad_alloc where it runs short in spite of the plan, and what networks throw.
  DeviceRunner(DeviceApi& device, std::vector<NamedNetwork> networks, const DeviceRunnerOptions& options);
  DeviceRunner(const DeviceRunner&) = delete;
  DeviceRunner& operator=(const DeviceRunner&) = delete;
  ~DeviceRunner() = default;  ///< waits for what is under way

  [[nodiscard]] const MemoryPlan& plan() const noexcept { return plan_; }
  /// Why a network does not give its known answer; empty where it does. Such a model must not be started.
  [[nodiscard]] const std::string& difference(std::size_t model) const { return models_[model].difference; }
  /// What networks said of how they run, each line once.
  [[nodiscard]] const std::vector<std::string>& notes() const noexcept { return notes_; }
  /// Releases what belongs to this model; its network may go. Nothing may be under way.
  void drop(std::size_t model);

  [[nodiscard]] bool has_room(std::size_t model) const;
  /// The largest batch that the model takes: the plan's, or less once memory was short.
  [[nodiscard]] std::size_t most_tiles(std::size_t model) const { return models_[model].most_tiles; }
  /// Batches under way.
  [[nodiscard]] std::size_t under_way() const noexcept { return under_way_; }

  /// Queues 1..most_tiles tiles of a model that has room. `pixels` is pinned memory, untouched until the
  /// batch is handed out. Throws std::bad_alloc where memory is short: the batch has left nothing behind, and
  /// most_tiles is less than before (1 stays 1).
  void start(std::size_t model, std::span<const std::uint8_t> pixels, std::size_t count, std::uint64_t tag);
  /// Hands out the batches that are finished, of a model in the order in which they were started; outputs are
  /// valid during the call. How many there were.
  std::size_t finish(const std::function<void(const FinishedBatch&)>& use);
  /// Waits until finish would hand out a batch. Something is under way.
  void wait();

 private:
  struct Model {
    NamedNetwork named;
    std::vector<Graph> graphs{};  ///< by bucket
    std::size_t most_tiles{0};
    std::string difference{};
  };
  void prepare(Model& model, DeviceLane& lane, const std::function<void()>& step);

  MemoryPlan plan_;
  std::vector<std::string> notes_;
  std::vector<Model> models_;
  std::vector<std::unique_ptr<DeviceLane>> lanes_;  ///< after the models: gone, and so idle, before graphs go
  std::size_t under_way_{0};
};

}  // namespace skingauge
