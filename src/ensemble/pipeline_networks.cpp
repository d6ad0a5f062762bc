// The pipeline's way from waiting tiles to outputs.
#include "skingauge/error.hpp"
#include "skingauge/tiles.hpp"

#include "ensemble/pipeline.hpp"
#include "runtime/thread_clock.hpp"

#include <algorithm>
#include <chrono>
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

// Starts what can be started and collects what is finished; false where nothing was.
bool Pipeline::feed(Lock& lock, Station& station) {
  auto part = station.driver->next(station.staging);
  if (!part && !station.driver->busy()) return false;
  const bool starts = part.has_value();
  std::vector<FinishedPart> finished;
  std::string lost;
  lock.unlock();
  const ThreadClock clock;
  try {
    if (part) station.driver->start(std::move(*part), finished);
    station.driver->collect(finished);
  } catch (const std::exception& e) {
    lost = e.what();
  }
  const double seconds = clock.seconds();
  lock.lock();
  if (!lost.empty()) lose(station, lost);
  settle(lock, station, finished, seconds);
  return starts || !finished.empty() || !lost.empty();
}

// ---- Engines whose answers are waited for ----

void Pipeline::run_waiting(Station& station) {
  Lock lock(mutex_);
  for (;;) {
    auto part = station.staging.take_full(station.waiting);
    if (!part) part = station.staging.take_some(station.waiting);
    if (part) {
      run_part(lock, station, std::move(*part));
      continue;
    }
    if (over()) break;
    station.wake.wait(lock);
  }
  wake_all();
}

void Pipeline::run_part(Lock& lock, Station& station, BatchPart part) {
  std::vector<FinishedPart> finished;
  double seconds = 0;
  if (station.lost) {
    const auto width = static_cast<std::size_t>((*models_)[part.batch->model].spec->width());
    finished.push_back(failed_part(std::move(part), width, *station.lost));
  } else {
    lock.unlock();
    const ThreadClock clock;
    finished.push_back(run(station, std::move(part)));
    seconds = clock.seconds();
    lock.lock();
  }
  settle(lock, station, finished, seconds);
}

FinishedPart Pipeline::run(Station& station, BatchPart part) {
  const auto width = static_cast<std::size_t>((*models_)[part.batch->model].spec->width());
  const auto count = part.count;
  FinishedPart result{std::move(part), std::vector<float>(count * width), {}};
  result.errors.resize(count);
  run_range(station, 0, count, result);
  return result;
}

// Runs tiles [first, first + count) of the part. What memory does not allow is tried in halves, and the size
// that fits is kept; a tile that fails alone fails alone.
void Pipeline::run_range(Station& station, std::size_t first, std::size_t count, FinishedPart& result) {
  const auto& batch = *result.part.batch;
  const auto& model = station.device->models[batch.model];
  const auto width = static_cast<std::size_t>(model.spec->width());
  const auto bytes = tile_bytes(*preprocess_);
  std::optional<ItemError> error;
  bool split = count > 1;
  try {
    model.engine->run(std::span(batch.pixels.get() + (result.part.first + first) * bytes, count * bytes),
                      count, std::span(result.outputs).subspan(first * width, count * width));
    return;
  } catch (const std::bad_alloc&) {
    error = ItemError{ErrorCode::model_failed, model.spec->id + ": out of memory"};
    const Lock lock(mutex_);
    station.staging.limit(batch.model, count / 2);
  } catch (const DeviceError& e) {
    const Lock lock(mutex_);
    lose(station, e.what());
    error = station.lost;
    split = false;  // the device is gone for every tile
  } catch (const Error& e) {
    error = ItemError{e.code(), e.what()};
  } catch (const std::exception& e) {
    error = ItemError{ErrorCode::model_failed, model.spec->id + ": " + e.what()};
  }
  if (!split) {
    std::fill_n(result.errors.begin() + static_cast<std::ptrdiff_t>(first), count, error);
    return;
  }
  run_range(station, first, count / 2, result);
  run_range(station, first + count / 2, count - count / 2, result);
}

// ---- What went wrong, and what came out ----

// The first reason stays. Faces that come go to other devices.
void Pipeline::lose(Station& station, const std::string& why) {
  if (station.lost) return;
  station.lost = ItemError{ErrorCode::device_failed, why};
  station.wake.notify_all();
}

// Fails what a lost device's runner had under way, and what has been cut for it since.
bool Pipeline::fail_all(Lock& lock, Station& station) {
  auto parts = station.driver->abandon();
  const Taking all{[&](std::size_t model) { return station.driver->drives(model); },
                   [](std::size_t, std::size_t tiles) { return tiles; }};
  while (auto part = station.staging.take_full(all)) parts.push_back(std::move(*part));
  while (auto part = station.staging.take_some(all)) parts.push_back(std::move(*part));
  std::vector<FinishedPart> failed;
  for (auto& part : parts) {
    const auto width = static_cast<std::size_t>((*models_)[part.batch->model].spec->width());
    failed.push_back(failed_part(std::move(part), width, *station.lost));
  }
  settle(lock, station, failed, 0);
  return !failed.empty();
}

void Pipeline::settle(Lock& lock, Station& station, const std::vector<FinishedPart>& parts, double seconds) {
  statistics_.network_seconds += seconds;
  std::vector<FaceJob*> finished;
  for (const auto& result : parts) {
    statistics_.tiles += static_cast<std::int64_t>(result.part.count);
    ++statistics_.batches;
    scatter(station, result, finished);
  }
  for (auto* job : finished) deliver(lock, job);
}

// Adds each tile's outputs to its crop's; collects the faces that are complete with it.
void Pipeline::scatter(Station& station, const FinishedPart& result, std::vector<FaceJob*>& finished) {
  const auto tiles = result.part.tiles();
  station.load -= tiles.size();
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    auto& job = *tiles[t].job;
    auto& pass = job.passes[tiles[t].pass];
    const auto width = pass.outputs.size();
    for (std::size_t i = 0; i < width; ++i) pass.outputs[i] += result.outputs[t * width + i];
    if (result.errors[t]) pass.error = result.errors[t];
    if (--pass.waiting == 0 && --job.waiting == 0) finished.push_back(&job);
  }
}

}  // namespace skingauge
