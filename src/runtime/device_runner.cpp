#include "runtime/device_runner.hpp"

#include "skingauge/error.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace skingauge {
namespace {

// The first passes choose algorithms and load code, which a capture forbids.
constexpr int kWarmUps = 2;

MemoryPlan plan_for(DeviceApi& device, std::span<const NamedNetwork> networks,
                    const DeviceRunnerOptions& options) {
  make_plans(networks, options.largest_batch);  // what they load is not free any more
  const auto memory = device.memory();
  const auto reserve = options.reserve.value_or(usual_reserve(memory.total));
  return plan_memory(networks, {options.largest_batch, options.lanes, memory.free, reserve,
                                options.waiting_tiles, options.decoding});
}

}  // namespace

DeviceRunner::DeviceRunner(DeviceApi& device, std::vector<NamedNetwork> networks,
                           const DeviceRunnerOptions& options)
    : plan_(plan_for(device, networks, options)) {
  for (const auto& memory : plan_.lanes) {
    lanes_.push_back(std::make_unique<DeviceLane>(device, memory));
    lanes_.back()->clear_pixels();
  }
  std::size_t done = 0;
  const auto all = networks.size() * plan_.buckets.size();
  const auto step = [&] {
    if (options.progress) options.progress(++done, all);
  };
  for (auto& named : networks) {
    named.network->load(device);
    models_.push_back({std::move(named), {}, plan_.buckets.back(), {}});
    auto& lane = *lanes_[plan_.lane_of[models_.size() - 1]];
    prepare(models_.back(), lane, step);
    for (auto& line : models_.back().named.network->ready()) {
      if (std::find(notes_.begin(), notes_.end(), line) == notes_.end()) notes_.push_back(std::move(line));
    }
  }
}

void DeviceRunner::prepare(Model& model, DeviceLane& lane, const std::function<void()>& step) {
  const auto& network = *model.named.network;
  for (const auto tiles : plan_.buckets) {
    try {
      for (int i = 0; i < kWarmUps; ++i) lane.warm(network, tiles);
      lane.settle();
      model.graphs.push_back(lane.capture(network, tiles));
    } catch (const ModelError&) {
      lane.settle();  // says so where the reason is a device that is lost
      throw;
    }
    const auto wrong = lane.check(model.graphs.back(), network, tiles);
    if (!wrong.empty() && model.difference.empty())
      model.difference = wrong + " (in a batch of " + std::to_string(tiles) + ")";
    step();
  }
}

void DeviceRunner::drop(std::size_t model) {
  models_[model].graphs.clear();
  models_[model].named.network = nullptr;
}

bool DeviceRunner::has_room(std::size_t model) const { return lanes_[plan_.lane_of[model]]->has_room(); }

void DeviceRunner::start(std::size_t model, std::span<const std::uint8_t> pixels, std::size_t count,
                         std::uint64_t tag) {
  auto& chosen = models_[model];
  const auto bucket = plan_.bucket_of(count);
  try {
    lanes_[plan_.lane_of[model]]->start(chosen.graphs[bucket],
                                        {model, count, tag, chosen.named.network->width(), pixels});
  } catch (const std::bad_alloc&) {
    if (bucket > 0) chosen.most_tiles = std::min(chosen.most_tiles, plan_.buckets[bucket - 1]);
    throw;
  }
  ++under_way_;
}

std::size_t DeviceRunner::finish(const std::function<void(const FinishedBatch&)>& use) {
  std::size_t finished = 0;
  for (auto& lane : lanes_) {
    while (lane->finish(use)) {
      ++finished;
      --under_way_;
    }
  }
  return finished;
}

// In a lane batches finish in their order; which lane is first, nobody knows.
void DeviceRunner::wait() {
  for (auto& lane : lanes_) {
    if (lane->busy()) return lane->wait();
  }
}

}  // namespace skingauge
