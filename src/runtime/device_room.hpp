// Memory that grows as it is needed.
#pragma once

#include "runtime/device_resources.hpp"

#include <cstddef>
#include <cstdint>

namespace skingauge {

/// Places in a device's memory begin at multiples of this.
constexpr std::size_t kRoomAlignment = 256;

constexpr std::size_t aligned(std::size_t bytes) noexcept {
  return (bytes + kRoomAlignment - 1) / kRoomAlignment * kRoomAlignment;
}

/// DeviceMemory or PinnedMemory that keeps the most that was asked for. Nothing uses it while it is asked for
/// more: what was in it is lost then.
template <class Memory>
class DeviceRoom {
 public:
  /// Null for no bytes at first. Throws std::bad_alloc.
  std::byte* of(DeviceApi& device, std::size_t bytes) {
    if (memory_.bytes() < bytes) {
      memory_ = {};  // first: both may not fit
      memory_ = Memory(device, aligned(bytes));
    }
    return memory_.get();
  }
  std::uint8_t* pixels(DeviceApi& device, std::size_t bytes) {
    return reinterpret_cast<std::uint8_t*>(of(device, bytes));
  }

 private:
  Memory memory_;
};

}  // namespace skingauge
