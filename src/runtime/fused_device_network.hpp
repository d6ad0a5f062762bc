// A lowered network on a device: weights, memory of a pass and its steps; who computes them is DeviceLayers.
#pragma once

#include "runtime/device_layers.hpp"
#include "runtime/device_network.hpp"
#include "runtime/device_weights.hpp"
#include "runtime/prepared_network.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace skingauge {

/// See DeviceNetwork. Values that are never needed together share scratch memory, planned once for each
/// number of tiles. In int8 the first layer is a bare convolution in fp16 of what fp16 reads, and its sums
/// become bytes as those of other bare convolutions do.
class FusedDeviceNetwork final : public DeviceNetwork {
 public:
  /// `prepared` is prepare_for_device's, in the layers' precision; the network reads size x size x 3 bytes,
  /// of which `check_tile` is the tile with the known answer. Throws std::invalid_argument where they do not
  /// fit together.
  FusedDeviceNetwork(PreparedNetwork prepared, std::shared_ptr<DeviceLayers> layers, int size,
                     const Normalisation& normalisation, std::vector<std::uint8_t> check_tile);

  ~FusedDeviceNetwork() override;

  [[nodiscard]] std::size_t tile_bytes() const noexcept override;
  [[nodiscard]] std::size_t width() const noexcept override;
  [[nodiscard]] std::size_t weight_bytes() const noexcept override { return weight_bytes_; }
  [[nodiscard]] std::size_t scratch_bytes(std::size_t tiles) const override;
  void load(DeviceApi& device) override;
  void queue(StreamView stream, std::size_t tiles, const std::uint8_t* pixels, float* outputs,
             std::byte* scratch) const override;
  [[nodiscard]] std::vector<std::string> ready() override { return layers_->ready(); }
  [[nodiscard]] std::span<const std::uint8_t> check_tile() const noexcept override { return check_tile_; }
  [[nodiscard]] std::string difference(std::span<const float> outputs) const override;

  /// How many of a pass's convolutions are bare; in int8 the first is always.
  [[nodiscard]] std::size_t bare_convolutions(std::size_t tiles) const;

 private:
  struct Step;
  struct Pass;
  class Planner;
  struct Places;
  [[nodiscard]] const Pass& pass_of(std::size_t tiles) const;
  [[nodiscard]] DeviceRange weights_of(std::size_t layer, DeviceArray kind) const;
  [[nodiscard]] const float* floats_of(std::size_t layer, DeviceArray kind) const;
  [[nodiscard]] DeviceWork work_of(const Pass& pass, const Step& step, const Places& places) const;
  [[nodiscard]] DeviceWork normalising(const Pass& pass, const Places& places) const;
  [[nodiscard]] DeviceWork convolving(const Pass& pass, const Step& step, const Places& places) const;
  [[nodiscard]] DeviceWork finishing(const Step& step, const Places& places) const;
  [[nodiscard]] DeviceWork finishing_bytes(const Step& step, const Places& places) const;

  PreparedNetwork prepared_;
  std::shared_ptr<DeviceLayers> layers_;
  int size_;
  Normalisation normalisation_;
  std::vector<std::uint8_t> check_tile_;
  int input_channels_;
  std::size_t weight_bytes_{0};
  std::map<std::pair<std::size_t, DeviceArray>, std::size_t> arrays_;  ///< by layer and kind: its number
  std::vector<std::size_t> offsets_;                                   ///< by array: where it lies in memory_
  DeviceMemory memory_;
  mutable std::mutex mutex_;
  mutable std::map<std::size_t, std::unique_ptr<const Pass>> passes_;  ///< by tiles
};

}  // namespace skingauge
