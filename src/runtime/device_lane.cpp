#include "runtime/device_lane.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace skingauge {
namespace {

const std::uint8_t* bytes_at(const DeviceMemory& memory) {
  return reinterpret_cast<const std::uint8_t*>(memory.get());
}
float* floats_at(const DeviceMemory& memory) { return reinterpret_cast<float*>(memory.get()); }

// No memory is asked for zero bytes.
std::size_t at_least_one(std::size_t bytes) { return std::max<std::size_t>(1, bytes); }

}  // namespace

DeviceLane::DeviceLane(DeviceApi& device, const LaneMemory& memory)
    : stream_(device),
      pixels_(device, at_least_one(memory.pixels)),
      scratch_(device, at_least_one(memory.scratch)),
      outputs_(device, at_least_one(memory.outputs)),
      check_tile_(device, at_least_one(memory.tile)),
      settler_(stream_.view()) {
  for (auto& slot : slots_) slot = {PinnedMemory(device, at_least_one(memory.outputs)), Event(device), {}};
}

void DeviceLane::clear_pixels() { stream_.view().fill_zero(pixels_.get(), pixels_.bytes()); }

void DeviceLane::queue(const DeviceNetwork& network, std::size_t tiles) {
  network.queue(stream_.view(), tiles, bytes_at(pixels_), floats_at(outputs_), scratch_.get());
}

void DeviceLane::warm(const DeviceNetwork& network, std::size_t tiles) { queue(network, tiles); }

Graph DeviceLane::capture(const DeviceNetwork& network, std::size_t tiles) {
  return {stream_.view(), [&] { queue(network, tiles); }};
}

std::string DeviceLane::check(const Graph& graph, const DeviceNetwork& network, std::size_t tiles) {
  const auto tile = network.check_tile();
  const auto width = network.width();
  const auto& found = slots_.front().outputs;
  std::memcpy(check_tile_.get(), tile.data(), tile.size());
  stream_.view().copy_in(pixels_.get() + (tiles - 1) * network.tile_bytes(), check_tile_.get(), tile.size());
  graph.launch(stream_.view());
  stream_.view().copy_out(found.get(), floats_at(outputs_) + (tiles - 1) * width, width * sizeof(float));
  settle();
  return network.difference({reinterpret_cast<const float*>(found.get()), width});
}

void DeviceLane::start(const Graph& graph, const LaneBatch& batch) {
  auto& slot = slots_[(first_ + under_way_) % kBatchesPerLane];
  try {
    stream_.view().copy_in(pixels_.get(), batch.pixels.data(), batch.pixels.size());
    graph.launch(stream_.view());
    stream_.view().copy_out(slot.outputs.get(), outputs_.get(), batch.count * batch.width * sizeof(float));
    slot.done.record(stream_.view());
  } catch (const std::bad_alloc&) {
    settle();  // part of it may be queued, and use the caller's pixels
    throw;
  }
  slot.batch = batch;
  ++under_way_;
}

bool DeviceLane::finish(const std::function<void(const FinishedBatch&)>& use) {
  if (under_way_ == 0 || !slots_[first_].done.reached()) return false;
  const auto& slot = slots_[first_];
  use({slot.batch.model,
       slot.batch.count,
       slot.batch.tag,
       {reinterpret_cast<const float*>(slot.outputs.get()), slot.batch.count * slot.batch.width}});
  first_ = (first_ + 1) % kBatchesPerLane;
  --under_way_;
  return true;
}

void DeviceLane::wait() { slots_[first_].done.synchronize(); }

}  // namespace skingauge
