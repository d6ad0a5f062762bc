// A network whose answers are exact and differ for every byte, place and output.
#pragma once

#include "runtime/device_network.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace skingauge::test {

/// Output j of a tile: its bytes weighted by 61 numbers turned by 7 j, mixed, 20 bits of it / 4096. Takes a
/// fill and three works, with their scratch memory between them, so stale or foreign bytes change answers.
class FakeNetwork final : public DeviceNetwork {
 public:
  FakeNetwork(std::size_t tile_bytes, std::size_t width, std::uint32_t seed);

  /// What the network answers to a tile.
  [[nodiscard]] std::vector<float> answer(std::span<const std::uint8_t> tile) const;
  /// The batches that were queued or captured, by their tiles. One thread at a time.
  [[nodiscard]] const std::vector<std::size_t>& queued() const noexcept { return queued_; }
  /// From now on its known answer differs.
  void make_wrong() noexcept { wrong_ = true; }

  [[nodiscard]] std::size_t tile_bytes() const noexcept override { return tile_bytes_; }
  [[nodiscard]] std::size_t width() const noexcept override { return width_; }
  [[nodiscard]] std::size_t weight_bytes() const noexcept override { return weights_.size(); }
  [[nodiscard]] std::size_t scratch_bytes(std::size_t tiles) const override;
  void load(DeviceApi& device) override;
  void queue(StreamView stream, std::size_t tiles, const std::uint8_t* pixels, float* outputs,
             std::byte* scratch) const override;
  [[nodiscard]] std::span<const std::uint8_t> check_tile() const noexcept override { return check_tile_; }
  [[nodiscard]] std::string difference(std::span<const float> outputs) const override;

 private:
  [[nodiscard]] std::size_t sums_bytes(std::size_t tiles) const noexcept;

  std::size_t tile_bytes_;
  std::size_t width_;
  std::uint32_t seed_;
  bool wrong_{false};
  std::vector<std::uint8_t> weights_;
  std::vector<std::uint8_t> check_tile_;
  DeviceMemory on_device_;
  mutable std::vector<std::size_t> queued_;
};

}  // namespace skingauge::test
