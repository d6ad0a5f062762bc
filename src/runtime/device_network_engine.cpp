#include "runtime/device_network_engine.hpp"

#include "skingauge/error.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

namespace skingauge {

DeviceNetworkEngine::DeviceNetworkEngine(std::shared_ptr<DeviceApi> device,
                                         std::unique_ptr<DeviceNetwork> network, std::string id,
                                         std::optional<std::int64_t> multiply_adds)
    : device_(std::move(device)),
      network_(std::move(network)),
      id_(std::move(id)),
      multiply_adds_(multiply_adds) {}

void DeviceNetworkEngine::make_runner() {
  auto runner = std::make_unique<DeviceRunner>(*device_, std::vector<NamedNetwork>{{id_, network_.get()}},
                                               DeviceRunnerOptions{});
  if (!runner->difference(0).empty())
    throw ModelError(ErrorCode::model_failed, id_ + ": " + runner->difference(0));
  pixels_ = PinnedMemory(*device_, runner->most_tiles(0) * network_->tile_bytes());
  runner_ = std::move(runner);
}

void DeviceNetworkEngine::run(std::span<const std::uint8_t> tiles, std::size_t count,
                              std::span<float> outputs) {
  const std::lock_guard lock(mutex_);
  if (!runner_) make_runner();
  for (std::size_t first = 0; first < count;) {
    const auto some = std::min(count - first, runner_->most_tiles(0));
    try {
      run_once(tiles.subspan(first * network_->tile_bytes(), some * network_->tile_bytes()), some,
               outputs.subspan(first * network_->width(), some * network_->width()));
      first += some;
    } catch (const std::bad_alloc&) {
      if (some == 1) throw;  // else the runner takes fewer at a time from now on
    }
  }
}

void DeviceNetworkEngine::run_once(std::span<const std::uint8_t> tiles, std::size_t count,
                                   std::span<float> outputs) {
  std::memcpy(pixels_.get(), tiles.data(), tiles.size());
  runner_->start(0, {reinterpret_cast<const std::uint8_t*>(pixels_.get()), tiles.size()}, count, 0);
  runner_->wait();
  runner_->finish([&](const FinishedBatch& batch) {
    std::copy(batch.outputs.begin(), batch.outputs.end(), outputs.begin());
  });
}

}  // namespace skingauge
