// A device's network as an engine of its own.
#pragma once

#include "skingauge/engine.hpp"

#include "runtime/device_runner.hpp"

#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace skingauge {

/// The pipeline drives `network` by a runner that all models of a device share. `run` serves those who want
/// an answer at once: it makes a runner for this network alone at its first call, and takes one call at a
/// time.
class DeviceNetworkEngine final : public Engine {
 public:
  /// `id` stands in errors. Does not touch the device.
  DeviceNetworkEngine(std::shared_ptr<DeviceApi> device, std::unique_ptr<DeviceNetwork> network,
                      std::string id, std::optional<std::int64_t> multiply_adds = std::nullopt);

  [[nodiscard]] const std::shared_ptr<DeviceApi>& device() const noexcept { return device_; }
  [[nodiscard]] DeviceNetwork& network() const noexcept { return *network_; }

  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) override;
  [[nodiscard]] std::string_view name() const noexcept override { return "fused"; }
  [[nodiscard]] std::optional<std::int64_t> multiply_adds() const noexcept override { return multiply_adds_; }
  [[nodiscard]] DeviceNetworkEngine* on_device() noexcept override { return this; }

 private:
  void make_runner();
  void run_once(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs);

  std::shared_ptr<DeviceApi> device_;
  std::unique_ptr<DeviceNetwork> network_;
  std::string id_;
  std::optional<std::int64_t> multiply_adds_;
  std::mutex mutex_;
  PinnedMemory pixels_;
  std::unique_ptr<DeviceRunner> runner_;
};

}  // namespace skingauge
