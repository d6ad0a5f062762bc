#include "ensemble/device_driver.hpp"

#include "ensemble/item_errors.hpp"
#include "runtime/device_network_engine.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace skingauge {

std::size_t tiles_to_take(const MemoryPlan& plan, std::size_t tiles, std::size_t most) {
  const auto some = std::min(tiles, most);
  const auto bucket = plan.bucket_of(some);
  const auto size = plan.buckets[bucket];
  const bool wasteful = 4 * (size - some) > size;
  return wasteful ? plan.buckets[bucket - 1] : some;
}

DeviceDriver::DeviceDriver(LoadedDevice& device) : device_(&device) {
  under_way_.reserve(device.runner->plan().lanes.size() * kBatchesPerLane);
}

bool DeviceDriver::has_room(std::size_t model) const {
  return drives(model) && device_->runner->has_room(*device_->runner_model[model]);
}

std::size_t DeviceDriver::most_tiles(std::size_t model) const {
  return device_->runner->most_tiles(*device_->runner_model[model]);
}

std::optional<BatchPart> DeviceDriver::next(Staging& staging) {
  if (auto part = next_put_aside()) return part;
  const Taking taking{[this](std::size_t model) { return has_room(model); },
                      [this](std::size_t model, std::size_t tiles) {
                        return tiles_to_take(device_->runner->plan(), tiles, most_tiles(model));
                      }};
  auto part = staging.take_full(taking);
  return part ? std::move(part) : staging.take_some(taking);
}

std::optional<BatchPart> DeviceDriver::next_put_aside() {
  const auto found = std::find_if(aside_.begin(), aside_.end(),
                                  [&](const BatchPart& part) { return has_room(part.batch->model); });
  if (found == aside_.end()) return std::nullopt;
  auto part = *found;
  part.count = std::min(part.count, most_tiles(part.batch->model));
  found->first += part.count;
  found->count -= part.count;
  if (found->count == 0) aside_.erase(found);
  return part;
}

std::optional<ItemError> DeviceDriver::start(const BatchPart& part) {
  const auto model = part.batch->model;
  const auto& engine = *device_->models[model].engine->on_device();
  const auto bytes = engine.network().tile_bytes();
  const std::span pixels(part.batch->pixels.get() + part.first * bytes, part.count * bytes);
  under_way_.push_back({next_tag_++, part});  // before the device has it: it keeps the pixels
  try {
    device_->runner->start(*device_->runner_model[model], pixels, part.count, under_way_.back().tag);
    return std::nullopt;
  } catch (const std::bad_alloc&) {
    under_way_.pop_back();
    return put_aside(part);
  }
}

// For start's handler: what cannot be put aside has failed for the reason that is handled there.
std::optional<ItemError> DeviceDriver::put_aside(const BatchPart& part) noexcept {
  if (part.count > 1) {
    try {
      aside_.push_back(part);  // the runner takes fewer of them at a time from now on
      return std::nullopt;
    } catch (const std::bad_alloc&) {
      // fails like a single tile
    }
  }
  return error_in_flight(device_->models[part.batch->model].spec->id, ErrorCode::internal_error);
}

bool DeviceDriver::collect(const UseOutputs& use) {
  const auto hand_out = [&](const FinishedBatch& batch) {
    const auto found = std::find_if(under_way_.begin(), under_way_.end(),
                                    [&](const Started& started) { return started.tag == batch.tag; });
    use(found->part, batch.outputs);
    under_way_.erase(found);
  };
  return device_->runner->finish(std::ref(hand_out)) > 0;
}

void DeviceDriver::abandon(const UsePart& use) {
  try {  // whatever may still run has its pixels until it is done
    while (busy() && device_->runner->under_way() > 0) {
      device_->runner->wait();
      device_->runner->finish([](const FinishedBatch&) {});
    }
  } catch (const std::exception&) {
    // nothing runs on a lost device
  }
  for (const auto& part : aside_) use(part);
  for (const auto& started : under_way_) use(started.part);
  aside_.clear();
  under_way_.clear();
}

}  // namespace skingauge
