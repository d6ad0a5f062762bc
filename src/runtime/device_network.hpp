// One network as a device's worker drives it: everything is queued, nothing waits.
#pragma once

#include "runtime/device_resources.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

/// A network for one device. Made without touching the device; `load` brings its weights there. After that it
/// is immutable, and batches of several streams may be queued by one thread, each with its own memory.
class DeviceNetwork {
 public:
  DeviceNetwork() = default;
  DeviceNetwork(const DeviceNetwork&) = delete;
  DeviceNetwork& operator=(const DeviceNetwork&) = delete;
  virtual ~DeviceNetwork() = default;

  [[nodiscard]] virtual std::size_t tile_bytes() const noexcept = 0;  ///< size x size x 3
  [[nodiscard]] virtual std::size_t width() const noexcept = 0;       ///< outputs a tile
  [[nodiscard]] virtual std::size_t weight_bytes() const noexcept = 0;
  /// Scratch memory of a batch of so many tiles, values and cuDNN's workspace together.
  [[nodiscard]] virtual std::size_t scratch_bytes(std::size_t tiles) const = 0;

  /// Allocates the weights' memory and copies them. Returns when they are there; does nothing where they
  /// were already. Where it throws, nothing is held and nothing is under way.
  virtual void load(DeviceApi& device) = 0;
  /// Queues a forward pass: tiles x tile_bytes() of 8-bit B, G, R at `pixels` become tiles x width() floats
  /// at `outputs`; all three pointers are device memory, `scratch` of scratch_bytes(tiles), aligned to 256
  /// bytes.
  virtual void queue(StreamView stream, std::size_t tiles, const std::uint8_t* pixels, float* outputs,
                     std::byte* scratch) const = 0;
  /// Called once every size of batch has run: keeps what makes the next start quicker. What a user should
  /// know of how it runs, a line each.
  [[nodiscard]] virtual std::vector<std::string> ready() { return {}; }
  /// A tile whose answer is known; tile_bytes() of it.
  [[nodiscard]] virtual std::span<const std::uint8_t> check_tile() const noexcept = 0;
  /// Why this is not its answer (width() floats), or empty.
  [[nodiscard]] virtual std::string difference(std::span<const float> outputs) const = 0;
};

}  // namespace skingauge
