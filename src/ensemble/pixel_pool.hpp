// Memory of the host that a device copies tiles from, kept and used again.
#pragma once

#include "ensemble/staging.hpp"
#include "runtime/device_resources.hpp"

#include <cstddef>
#include <mutex>
#include <vector>

namespace skingauge {

/// Blocks of one size. Safe from many threads; outlives what it lends.
class PixelPool {
 public:
  /// Nothing is allocated before it is asked for.
  PixelPool(DeviceApi& device, std::size_t block_bytes) : device_(&device), block_bytes_(block_bytes) {}

  /// At most block_bytes. Throws std::bad_alloc or DeviceError.
  PixelMemory lend(std::size_t bytes);

 private:
  PinnedMemory make();

  DeviceApi* device_;
  std::size_t block_bytes_;
  std::mutex mutex_;
  std::size_t made_{0};
  std::vector<PinnedMemory> free_;
};

}  // namespace skingauge
