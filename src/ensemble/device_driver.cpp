#include "ensemble/device_driver.hpp"

#include "runtime/device_network_engine.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace skingauge {

FinishedPart failed_part(BatchPart part, std::size_t width, const ItemError& error) {
  const auto count = part.count;
  return {std::move(part), std::vector<float>(count * width),
          std::vector<std::optional<ItemError>>(count, error)};
}

std::size_t tiles_to_take(const MemoryPlan& plan, std::size_t tiles, std::size_t most) {
  const auto some = std::min(tiles, most);
  const auto bucket = plan.bucket_of(some);
  const auto size = plan.buckets[bucket];
  const bool wasteful = 4 * (size - some) > size;
  return wasteful ? plan.buckets[bucket - 1] : some;
}

bool DeviceDriver::has_room(std::size_t model) const {
  return drives(model) && device_->runner->has_room(*device_->runner_model[model]);
}

std::size_t DeviceDriver::most_tiles(std::size_t model) const {
  return device_->runner->most_tiles(*device_->runner_model[model]);
}

std::size_t DeviceDriver::width(std::size_t model) const {
  return static_cast<std::size_t>(device_->models[model].spec->width());
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

void DeviceDriver::start(BatchPart part, std::vector<FinishedPart>& finished) {
  const auto model = part.batch->model;
  const auto& engine = *device_->models[model].engine->on_device();
  const auto bytes = engine.network().tile_bytes();
  const std::span pixels(part.batch->pixels.get() + part.first * bytes, part.count * bytes);
  const auto tag = next_tag_++;
  const auto kept = under_way_.emplace(tag, std::move(part)).first;
  try {
    device_->runner->start(*device_->runner_model[model], pixels, kept->second.count, tag);
  } catch (const std::bad_alloc&) {
    const auto refused = std::move(kept->second);
    under_way_.erase(kept);
    put_aside(refused, finished);
  }
}

void DeviceDriver::put_aside(const BatchPart& part, std::vector<FinishedPart>& finished) {
  if (part.count > 1) {
    aside_.push_back(part);  // the runner takes fewer of them at a time from now on
    return;
  }
  const auto& id = device_->models[part.batch->model].spec->id;
  finished.push_back(
      failed_part(part, width(part.batch->model), {ErrorCode::model_failed, id + ": out of memory"}));
}

void DeviceDriver::collect(std::vector<FinishedPart>& finished) {
  device_->runner->finish([&](const FinishedBatch& batch) {
    const auto part = under_way_.find(batch.tag);
    finished.push_back({part->second,
                        {batch.outputs.begin(), batch.outputs.end()},
                        std::vector<std::optional<ItemError>>(batch.count)});
    under_way_.erase(part);
  });
}

std::vector<BatchPart> DeviceDriver::abandon() {
  try {  // whatever may still run has its pixels until it is done
    while (busy() && device_->runner->under_way() > 0) {
      device_->runner->wait();
      device_->runner->finish([](const FinishedBatch&) {});
    }
  } catch (const DeviceError&) {
    // nothing runs on a lost device
  }
  std::vector<BatchPart> parts(aside_.begin(), aside_.end());
  for (auto& [tag, part] : under_way_) parts.push_back(std::move(part));
  aside_.clear();
  under_way_.clear();
  return parts;
}

}  // namespace skingauge
