// A stream with memory of its own, which batches use one after another.
#pragma once

#include "runtime/device_network.hpp"
#include "runtime/memory_plan.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace skingauge {

/// A batch whose outputs are on the host.
struct FinishedBatch {
  std::size_t model{0};
  std::size_t count{0};            ///< tiles
  std::uint64_t tag{0};            ///< as given
  std::span<const float> outputs;  ///< count x width
};

/// A batch to be started.
struct LaneBatch {
  std::size_t model{0};
  std::size_t count{0};
  std::uint64_t tag{0};
  std::size_t width{0};
  std::span<const std::uint8_t> pixels;  ///< pinned, and untouched until the batch is finished
};

/// For one thread. Graphs captured here hold this lane's addresses: launch them here alone, and release them
/// while nothing is under way.
class DeviceLane {
 public:
  /// Throws std::bad_alloc or DeviceError.
  DeviceLane(DeviceApi& device, const LaneMemory& memory);
  DeviceLane(const DeviceLane&) = delete;
  DeviceLane& operator=(const DeviceLane&) = delete;
  ~DeviceLane() = default;  ///< waits for what is under way

  /// Pixels become zeros: batches are padded with whatever lies there.
  void clear_pixels();
  /// Runs a batch of this size as it will be captured.
  void warm(const DeviceNetwork& network, std::size_t tiles);
  Graph capture(const DeviceNetwork& network, std::size_t tiles);
  /// Why the graph's answer to the network's known tile, as the last of the batch, is not the known one; or
  /// empty.
  std::string check(const Graph& graph, const DeviceNetwork& network, std::size_t tiles);

  [[nodiscard]] bool has_room() const noexcept { return under_way_ < kBatchesPerLane; }
  [[nodiscard]] bool busy() const noexcept { return under_way_ > 0; }
  /// Queues copy, graph and copy back. Where it throws std::bad_alloc, the batch has left nothing behind.
  void start(const Graph& graph, const LaneBatch& batch);
  /// Hands out the batch started first, if it is finished; its outputs are valid during the call. Whether
  /// there was one.
  bool finish(const std::function<void(const FinishedBatch&)>& use);
  /// Waits until the batch started first is finished. There is one.
  void wait();
  /// Waits for everything.
  void settle() { settler_.settle(); }

 private:
  struct Slot {
    PinnedMemory outputs;
    Event done;
    LaneBatch batch;
  };
  void queue(const DeviceNetwork& network, std::size_t tiles);

  std::size_t first_{0};      ///< slot of the batch started first
  std::size_t under_way_{0};  ///< batches
  Stream stream_;
  DeviceMemory pixels_;
  DeviceMemory scratch_;
  DeviceMemory outputs_;
  PinnedMemory check_tile_;
  std::array<Slot, kBatchesPerLane> slots_;
  StreamSettler settler_;
};

}  // namespace skingauge
