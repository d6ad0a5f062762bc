#include "ensemble/staging.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace skingauge {
namespace {

bool takeable(const std::shared_ptr<Batch>& batch) { return batch->uncut == 0 && batch->left() > 0; }

bool takeable(const std::list<std::shared_ptr<Batch>>& open) {
  return !open.empty() && takeable(open.front());
}

bool may_take(const Taking& taking, std::size_t model) { return !taking.may || taking.may(model); }

BatchPart take(const std::shared_ptr<Batch>& batch, std::size_t count) {
  BatchPart part{batch, batch->taken, count};
  batch->taken += count;
  return part;
}

PixelMemory own_memory(std::size_t bytes) {
  return {new std::uint8_t[bytes], [](std::uint8_t* pixels) { delete[] pixels; }};
}

}  // namespace

Staging::Staging(std::size_t models, std::size_t tile_bytes, std::size_t batch, std::size_t workers,
                 PixelAllocator allocate)
    : tile_bytes_(tile_bytes),
      workers_(workers),
      allocate_(allocate ? std::move(allocate) : own_memory),
      lanes_(models, Lane{{}, batch, 0}) {}

void Staging::expect(std::size_t model, int tiles) { lanes_[model].expected += tiles; }

TilePlace Staging::reserve(std::size_t model, TileRef tile) {
  auto& lane = lanes_[model];
  if (lane.open.empty()) lane.open = new_batch(model);
  const auto& batch = lane.open.front();
  TilePlace place{batch, batch->pixels.get() + batch->tiles.size() * tile_bytes_};
  batch->tiles.push_back(tile);
  ++batch->uncut;
  --lane.expected;
  if (batch->tiles.size() >= lane.full) full_.splice(full_.end(), lane.open);
  return place;
}

Staging::Batches Staging::new_batch(std::size_t model) const {
  Batches made{std::make_shared<Batch>()};
  auto& batch = *made.front();
  batch.model = model;
  batch.tiles.reserve(lanes_[model].full);
  batch.pixels = allocate_(lanes_[model].full * tile_bytes_);
  return made;
}

std::optional<BatchPart> Staging::take_full(const Taking& taking) {
  const auto found = std::find_if(full_.begin(), full_.end(), [&](const auto& batch) {
    return takeable(batch) && may_take(taking, batch->model);
  });
  if (found == full_.end()) return std::nullopt;
  const auto batch = *found;
  const auto part = take(batch, taking.count ? taking.count(batch->model, batch->left()) : batch->left());
  if (batch->left() == 0) full_.erase(found);
  return part;
}

std::optional<BatchPart> Staging::take_some(const Taking& taking) {
  auto* lane = next_lane(taking);
  if (lane == nullptr) return std::nullopt;
  const auto batch = lane->open.front();
  const auto share = (left() + workers_ - 1) / workers_;
  const auto part =
      take(batch, taking.count ? taking.count(batch->model, batch->left()) : std::min(batch->left(), share));
  if (batch->left() == 0) lane->open.clear();
  return part;
}

bool Staging::ready() const {
  return std::any_of(full_.begin(), full_.end(), [](const auto& batch) { return takeable(batch); }) ||
         std::any_of(lanes_.begin(), lanes_.end(), [](const Lane& lane) { return takeable(lane.open); });
}

void Staging::limit(std::size_t model, std::size_t tiles) {
  lanes_[model].full = std::min(lanes_[model].full, std::max<std::size_t>(1, tiles));
}

Staging::Lane* Staging::next_lane(const Taking& taking) {
  Lane* best = nullptr;
  const auto rank = [](const Lane& lane) {
    return std::tuple(lane.expected == 0, lane.open.front()->left());
  };
  for (auto& lane : lanes_) {
    if (takeable(lane.open) && may_take(taking, lane.open.front()->model) &&
        (best == nullptr || rank(lane) > rank(*best)))
      best = &lane;
  }
  return best;
}

std::size_t Staging::left() const {
  std::size_t tiles = 0;
  for (const auto& lane : lanes_) {
    tiles += (lane.open.empty() ? 0 : lane.open.front()->left()) + static_cast<std::size_t>(lane.expected);
  }
  return tiles;
}

}  // namespace skingauge
