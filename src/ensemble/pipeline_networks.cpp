// The pipeline's way from waiting tiles to outputs.
#include "skingauge/error.hpp"
#include "skingauge/tiles.hpp"

#include "ensemble/item_errors.hpp"
#include "ensemble/pipeline.hpp"
#include "runtime/thread_clock.hpp"

#include <chrono>
#include <functional>
#include <new>
#include <utility>

namespace skingauge {

// ---- A device with a runner: one thread starts batches and collects them ----

void Pipeline::drive(Station& station) {
  constexpr std::chrono::microseconds kPause{50};  // far less than a batch takes
  Lock lock(mutex_);
  for (;;) {
    if (station.lost ? fail_all(lock, station) : feed(lock, station)) continue;
    if (over()) break;
    if (station.driver->busy()) {
      station.wake.wait_for(lock, kPause);
    } else {
      station.wake.wait(lock);
    }
  }
  wake_all();
}

// Starts what can be started and collects what is finished; false where nothing was. Any exception but
// std::bad_alloc leaves the device in a state that nobody knows: it is lost.
bool Pipeline::feed(Lock& lock, Station& station) {
  const auto part = station.driver->next(station.staging);
  if (!part && !station.driver->busy()) return false;
  Jobs finished;
  const auto use = [&](const BatchPart& done, std::span<const float> outputs) {
    const Lock locked(mutex_);
    add_outputs(station, done, outputs, finished);
  };
  std::optional<ItemError> failed;
  std::optional<ItemError> lost;
  bool collected = false;
  lock.unlock();
  const ThreadClock clock;
  try {
    if (part) failed = station.driver->start(*part);
    collected = station.driver->collect(std::ref(use));
  } catch (...) {
    lost = error_in_flight({}, ErrorCode::device_failed);
  }
  const double seconds = clock.seconds();
  lock.lock();
  statistics_.network_seconds += seconds;
  if (failed) fail(station, *part, *failed, finished);
  if (lost) lose(station, std::move(*lost));
  deliver(lock, std::move(finished));
  return part || collected || station.lost;
}

// ---- Engines whose answers are waited for ----

void Pipeline::run_waiting(Station& station) {
  Lock lock(mutex_);
  for (;;) {
    auto part = station.staging.take_full(station.waiting);
    if (!part) part = station.staging.take_some(station.waiting);
    if (part) {
      run_part(lock, station, *part);
      continue;
    }
    if (over()) break;
    station.wake.wait(lock);
  }
  wake_all();
}

void Pipeline::run_part(Lock& lock, Station& station, const BatchPart& part) {
  Jobs finished;
  run_range(lock, station, part, finished);
  deliver(lock, std::move(finished));
}

// What memory does not allow is tried in halves, and the size that fits is kept; a tile that fails alone
// fails alone.
void Pipeline::run_range(Lock& lock, Station& station, const BatchPart& part, Jobs& finished) {
  if (station.lost) return fail(station, part, *station.lost, finished);
  const auto& model = station.device->models[part.batch->model];
  const auto bytes = tile_bytes(*preprocess_);
  const auto width = static_cast<std::size_t>(model.spec->width());
  std::vector<float> outputs;
  std::optional<RunError> failed;
  lock.unlock();
  const ThreadClock clock;
  try {
    outputs.resize(part.count * width);
    model.engine->run(std::span(part.batch->pixels.get() + part.first * bytes, part.count * bytes),
                      part.count, outputs);
  } catch (...) {
    failed = error_of_run(station, part);
  }
  const double seconds = clock.seconds();
  lock.lock();
  statistics_.network_seconds += seconds;
  if (!failed) {
    add_outputs(station, part, outputs, finished);
  } else if (failed->halves) {
    const auto half = part.count / 2;
    run_range(lock, station, {part.batch, part.first, half}, finished);
    run_range(lock, station, {part.batch, part.first + half, part.count - half}, finished);
  } else {
    fail(station, part, failed->error, finished);
  }
}

Pipeline::RunError Pipeline::error_of_run(Station& station, const BatchPart& part) noexcept {
  auto error = error_in_flight(models_->at(part.batch->model).spec->id, ErrorCode::model_failed);
  try {
    throw;
  } catch (const DeviceError&) {  // the device is gone for every tile
    const Lock lock(mutex_);
    lose(station, copy_of(error));
    return {copy_of(*station.lost), false};
  } catch (const std::bad_alloc&) {
    const Lock lock(mutex_);
    station.staging.limit(part.batch->model, part.count / 2);
  } catch (...) {
    // of one tile, perhaps
  }
  return {std::move(error), part.count > 1};
}

// ---- What went wrong, and what came out ----

// The first reason stays. Faces that come go to other devices.
void Pipeline::lose(Station& station, ItemError why) noexcept {
  if (station.lost) return;
  why.code = ErrorCode::device_failed;
  station.lost = std::move(why);
  station.wake.notify_all();
}

// Fails what a lost device's runner had under way, and what has been cut for it since.
bool Pipeline::fail_all(Lock& lock, Station& station) {
  bool any = false;
  Jobs finished;
  const auto fail_part = [&](const BatchPart& part) {
    any = true;
    fail(station, part, *station.lost, finished);
  };
  station.driver->abandon(std::ref(fail_part));
  const Taking all{[&](std::size_t model) { return station.driver->drives(model); },
                   [](std::size_t, std::size_t tiles) { return tiles; }};
  while (const auto part = station.staging.take_full(all)) fail_part(*part);
  while (const auto part = station.staging.take_some(all)) fail_part(*part);
  deliver(lock, std::move(finished));
  return any;
}

// Adds each tile's outputs (count x width) to its crop's.
void Pipeline::add_outputs(Station& station, const BatchPart& part, std::span<const float> outputs,
                           Jobs& finished) {
  const auto tiles = part.tiles();
  const auto width = outputs.size() / tiles.size();
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    auto& sums = tiles[t].job->passes[tiles[t].pass].outputs;
    for (std::size_t i = 0; i < width; ++i) sums[i] += outputs[t * width + i];
  }
  settle(station, part, finished);
}

void Pipeline::fail(Station& station, const BatchPart& part, const ItemError& error, Jobs& finished) {
  for (const auto& tile : part.tiles()) tile.job->passes[tile.pass].error = copy_of(error);
  settle(station, part, finished);
}

// The part's tiles are done; collects the faces that are complete with them.
void Pipeline::settle(Station& station, const BatchPart& part, Jobs& finished) {
  const auto tiles = part.tiles();
  statistics_.tiles += static_cast<std::int64_t>(tiles.size());
  ++statistics_.batches;
  station.load -= tiles.size();
  for (const auto& tile : tiles) {
    auto& job = *tile.job;
    if (--job.passes[tile.pass].waiting == 0 && --job.waiting == 0) finish(&job, finished);
  }
}

}  // namespace skingauge
