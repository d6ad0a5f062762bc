#include "app/device_bench.hpp"

#include "core/stopwatch.hpp"

#include <algorithm>
#include <random>
#include <span>

namespace skingauge::app {

DeviceBench::DeviceBench(DeviceApi& device, DeviceRunner& runner, std::size_t models, std::size_t tile_bytes)
    : runner_(&runner),
      models_(models),
      tile_bytes_(tile_bytes),
      tiles_(device, runner.plan().buckets.back() * tile_bytes) {
  std::mt19937 random(523);
  for (std::size_t i = 0; i < tiles_.bytes(); ++i) tiles_.get()[i] = static_cast<std::byte>(random() >> 24U);
}

bool DeviceBench::start(const DeviceBatch& batch) {
  if (!runner_->has_room(batch.model)) return false;
  const std::span pixels(reinterpret_cast<const std::uint8_t*>(tiles_.get()), batch.tiles * tile_bytes_);
  runner_->start(batch.model, pixels, batch.tiles, 0);
  return true;
}

DeviceRate DeviceBench::rate(std::size_t tiles, double seconds) {
  DeviceRate rate;
  const auto count = [&](const FinishedBatch& batch) {
    rate.tiles += static_cast<std::int64_t>(batch.count);
  };
  const Stopwatch clock;
  for (std::size_t next = 0; next < models_ || clock.seconds() < seconds;) {
    // Models of one lane stand in each other's way, and the next one's lane may be free.
    const auto before = next;
    for (std::size_t i = 0; i < models_; ++i) next += start({(before + i) % models_, tiles}) ? 1U : 0U;
    if (runner_->finish(count) == 0 && next == before) runner_->wait();
  }
  while (runner_->under_way() > 0) {
    runner_->wait();
    runner_->finish(count);
  }
  rate.seconds = clock.seconds();
  return rate;
}

double DeviceBench::together(const std::vector<DeviceBatch>& batches) {
  const auto drop = [](const FinishedBatch&) {};
  const Stopwatch clock;
  for (const auto& batch : batches) {
    while (!start(batch)) {
      runner_->wait();
      runner_->finish(drop);
    }
  }
  while (runner_->under_way() > 0) {
    runner_->wait();
    runner_->finish(drop);
  }
  return clock.seconds();
}

}  // namespace skingauge::app
