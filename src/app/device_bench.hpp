// A GPU's networks alone, driven by their runner as the ensemble drives them, and nothing else beside it.
#pragma once

#include "runtime/device_resources.hpp"
#include "runtime/device_runner.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace skingauge::app {

/// Tiles of one model and where they lie.
struct DeviceBatch {
  std::size_t model{0};
  std::size_t tiles{0};
};

struct DeviceRate {
  std::int64_t tiles{0};
  double seconds{0};
};

/// For one thread. Tiles are noise, pinned once: what is measured is copies, networks and the way back.
class DeviceBench {
 public:
  /// `tile_bytes` by model. Both outlive this.
  DeviceBench(DeviceApi& device, DeviceRunner& runner, std::size_t models, std::size_t tile_bytes);

  /// Batches of so many tiles of every model in turn, as many at once as there is room for. At least one of
  /// each.
  DeviceRate rate(std::size_t tiles, double seconds);
  /// Seconds from the first start until the last of these batches is finished: a photograph's, all at once.
  double together(const std::vector<DeviceBatch>& batches);

 private:
  bool start(const DeviceBatch& batch);

  DeviceRunner* runner_;
  std::size_t models_;
  std::size_t tile_bytes_;
  PinnedMemory tiles_;
};

}  // namespace skingauge::app
