// What a device's memory goes to, planned before any of it is allocated.
#pragma once

#include "runtime/device_api.hpp"
#include "runtime/device_network.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

/// A network that someone else owns, by the name it has in errors.
struct NamedNetwork {
  std::string name;
  DeviceNetwork* network{nullptr};
};

struct MemoryRequest {
  std::size_t largest_batch{128};  ///< tiles; 1 or more
  std::size_t lanes{0};            ///< batches that run side by side; 0: a lane for each network, 11 at most
  std::size_t free{0};             ///< bytes of the device
  std::size_t reserve{0};          ///< of them, left to CUDA, its graphs and others
  std::size_t waiting_tiles{0};    ///< that the host keeps in pinned memory at most
  std::size_t decoding{0};         ///< bytes of the device that JPEG decoders take at most
};

/// Of a device with so many bytes, what is left to CUDA, its graphs and others: a sixteenth, 1 GiB at most.
std::size_t usual_reserve(std::size_t total) noexcept;

/// Bytes that the batches of one lane use, one after another.
struct LaneMemory {
  std::size_t pixels{0};
  std::size_t scratch{0};
  std::size_t outputs{0};
  std::size_t tile{0};  ///< pixels of the largest tile
};

/// Each lane can hold two batches under way: their outputs on the host.
constexpr std::size_t kBatchesPerLane = 2;

struct MemoryPlan {
  std::vector<std::size_t> buckets;  ///< sizes of batches, ascending: 1, 2, 4, ... and the largest
  std::vector<std::size_t> lane_of;  ///< by network
  std::vector<std::size_t> weights;  ///< bytes, by network
  std::vector<LaneMemory> lanes;
  std::size_t waiting{0};   ///< bytes of the host's waiting tiles
  std::size_t decoding{0};  ///< as MemoryRequest::decoding

  [[nodiscard]] std::size_t device_bytes() const noexcept;
  [[nodiscard]] std::size_t pinned_bytes() const noexcept;  ///< of the host
  /// Place among the buckets of the smallest that holds so many tiles (1..largest).
  [[nodiscard]] std::size_t bucket_of(std::size_t tiles) const noexcept;
};

/// The wanted plan where it fits; else with fewer lanes; else with smaller batches in one lane. Throws
/// DeviceError device-unavailable with the figures where not even single tiles fit.
MemoryPlan plan_memory(std::span<const NamedNetwork> networks, const MemoryRequest& request);

/// Lets the networks plan their passes of all sizes of batch, up to this many tiles.
void make_plans(std::span<const NamedNetwork> networks, std::size_t largest_batch);

/// A line of the table for people.
struct MemoryRow {
  std::string purpose;
  std::size_t bytes{0};
  bool pinned{false};  ///< memory of the host; else of the device
};

/// What the plan's bytes are for: weights by network, lanes, the host's memory. Sums are the plan's.
std::vector<MemoryRow> memory_rows(const MemoryPlan& plan, std::span<const NamedNetwork> networks);

/// "1.5 GiB", "12.0 MiB", "300 bytes".
std::string bytes_text(std::size_t bytes);

}  // namespace skingauge
