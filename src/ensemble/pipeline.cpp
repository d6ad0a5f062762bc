#include "ensemble/pipeline.hpp"

#include "skingauge/error.hpp"
#include "skingauge/tiles.hpp"

#include "runtime/thread_clock.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <utility>

namespace skingauge {

namespace {

// Enough faces for a model that has one tile of each to gather a full batch while all workers decode.
std::size_t faces_in_flight(const EnsembleOptions& options, int threads) {
  constexpr int kMost = 1024;
  const int some = 2 * (options.batch + threads);
  return static_cast<std::size_t>(options.in_flight > 0 ? options.in_flight : std::min(some, kMost));
}

}  // namespace

Pipeline::Pipeline(const std::vector<LoadedModel>& models, const Preprocess& preprocess,
                   const EnsembleOptions& options, int threads)
    : models_(&models),
      preprocess_(&preprocess),
      options_(&options),
      in_flight_(faces_in_flight(options, threads)),
      staging_(models.size(), tile_bytes(preprocess), static_cast<std::size_t>(options.batch),
               static_cast<std::size_t>(threads)) {
  for (int i = 0; i < threads; ++i) workers_.emplace_back([this] { work(); });
}

Pipeline::~Pipeline() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
}

void Pipeline::submit(std::unique_ptr<FaceJob> job) {
  {
    Lock lock(mutex_);
    room_.wait(lock, [this] { return incoming_.size() + under_way_.size() < in_flight_; });
    incoming_.push_back(std::move(job));
  }
  wake_.notify_one();
}

Statistics Pipeline::statistics() const {
  const Lock lock(mutex_);
  return statistics_;
}

void Pipeline::work() {
  Lock lock(mutex_);
  for (;;) {
    if (step(lock)) continue;
    if (stopping_ && under_way_.empty() && incoming_.empty()) break;
    wake_.wait(lock);
  }
  wake_.notify_all();
}

// One piece of work, the most urgent first; false where there is none. Who takes work wakes another worker
// where there is more.
bool Pipeline::step(Lock& lock) {
  auto part = staging_.take_full();
  const bool prepare = !part && !incoming_.empty();
  if (!part && !prepare) part = staging_.take_some();
  if (!part && !prepare) return false;
  if (prepare) {
    prepare_next_face(lock);
  } else {
    if (staging_.ready() || !incoming_.empty()) wake_.notify_one();
    run_part(lock, *part);
  }
  return true;
}

void Pipeline::prepare_next_face(Lock& lock) {
  under_way_.push_back(std::move(incoming_.front()));
  incoming_.pop_front();
  if (staging_.ready() || !incoming_.empty()) wake_.notify_one();
  auto& job = *under_way_.back();
  lock.unlock();
  cut_face(job);
  lock.lock();
  if (--job.waiting == 0) deliver(lock, &job);
}

void Pipeline::cut_face(FaceJob& job) {
  FaceCutter cutter(job, *models_, *preprocess_, options_->limits);
  {
    const Lock lock(mutex_);
    job.waiting = static_cast<int>(job.passes.size()) + 1;
    for (const auto& pass : job.passes) staging_.expect(pass.model, pass.tiles);
  }
  for (const auto& region : cutter.regions()) {
    if (const auto crop = cutter.decode(region)) {
      cut_region(job, cutter, *crop, region);
    } else {
      const Lock lock(mutex_);
      give_up(job, region, 0);
    }
  }
  cutter.finish();
  job.request.image = Image();  // the full picture is not needed any more
  const Lock lock(mutex_);
  ++statistics_.photos;
  statistics_.decode_seconds += cutter.times().decode;
  statistics_.cut_seconds += cutter.times().cut;
}

void Pipeline::cut_region(FaceJob& job, FaceCutter& cutter, const Crop& crop, const RegionCut& region) {
  const auto places = reserve(job, region);
  const auto count = static_cast<std::size_t>(region.plan.count());
  const auto bytes = tile_bytes(*preprocess_);
  std::array<std::uint8_t*, 2> tiles{};
  for (std::size_t t = 0; t < std::min(count, places.size()); ++t) tiles[t] = places[t].pixels;
  const bool cut = !job.error && cutter.cut(crop, region, std::span<std::uint8_t* const>(tiles).first(count));
  for (std::size_t i = cut ? count : 0; i < places.size(); ++i) {
    if (cut) {
      std::memcpy(places[i].pixels, tiles[i % count], bytes);
    } else {
      std::memset(places[i].pixels, 0, bytes);  // of a face that has failed: nobody reads what comes of it
    }
  }
  {
    const Lock lock(mutex_);
    for (const auto& place : places) Staging::fill(place);
  }
  wake_.notify_one();
}

// Room for the region's tiles, pass by pass; where memory is short, for fewer, and the face has failed.
std::vector<TilePlace> Pipeline::reserve(FaceJob& job, const RegionCut& region) {
  const Lock lock(mutex_);
  std::vector<TilePlace> places;
  try {
    places.reserve(region.tiles());
    for (std::size_t i = 0; i < region.tiles(); ++i)
      places.push_back(staging_.reserve(job.passes[region.pass_of(i)].model, {&job, region.pass_of(i)}));
    statistics_.crops += static_cast<std::int64_t>(region.passes);
  } catch (const std::bad_alloc&) {
    job.error = ItemError{ErrorCode::image_too_large, job.request.file.string() + ": out of memory"};
    give_up(job, region, places.size());
  }
  return places;
}

// The region's tiles from the n-th on do not come; the job says why.
void Pipeline::give_up(FaceJob& job, const RegionCut& region, std::size_t n) {
  for (std::size_t i = n; i < region.tiles(); ++i) {
    auto& pass = job.passes[region.pass_of(i)];
    staging_.expect(pass.model, -1);
    if (--pass.waiting == 0) --job.waiting;
  }
}

void Pipeline::run_part(Lock& lock, const BatchPart& part) {
  lock.unlock();
  const ThreadClock clock;
  const auto result = run(part);
  const double seconds = clock.seconds();
  lock.lock();
  statistics_.network_seconds += seconds;
  statistics_.tiles += static_cast<std::int64_t>(part.count);
  ++statistics_.batches;
  std::vector<FaceJob*> finished;
  scatter(part, result, finished);
  for (auto* job : finished) deliver(lock, job);
}

Pipeline::BatchResult Pipeline::run(const BatchPart& part) {
  const auto width = static_cast<std::size_t>((*models_)[part.batch->model].spec->width());
  BatchResult result{std::vector<float>(part.count * width), {}};
  result.errors.resize(part.count);
  run_range(part, 0, part.count, result);
  return result;
}

// Runs tiles [first, first + count) of the part. What memory does not allow is tried in halves, and the size
// that fits is kept; a tile that fails alone fails alone.
void Pipeline::run_range(const BatchPart& part, std::size_t first, std::size_t count, BatchResult& result) {
  const auto& model = (*models_)[part.batch->model];
  const auto width = static_cast<std::size_t>(model.spec->width());
  const auto bytes = tile_bytes(*preprocess_);
  std::optional<ItemError> error;
  bool split = count > 1;
  try {
    model.engine->run(std::span(part.batch->pixels.get() + (part.first + first) * bytes, count * bytes),
                      count, std::span(result.outputs).subspan(first * width, count * width));
    return;
  } catch (const std::bad_alloc&) {
    error = ItemError{ErrorCode::model_failed, model.spec->id + ": out of memory"};
    const Lock lock(mutex_);
    staging_.limit(part.batch->model, count / 2);
  } catch (const DeviceError& e) {
    error = ItemError{ErrorCode::device_failed, e.what()};
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
  run_range(part, first, count / 2, result);
  run_range(part, first + count / 2, count - count / 2, result);
}

// Adds each tile's outputs to its crop's; collects the faces that are complete with it.
void Pipeline::scatter(const BatchPart& part, const BatchResult& result, std::vector<FaceJob*>& finished) {
  const auto tiles = part.tiles();
  for (std::size_t t = 0; t < tiles.size(); ++t) {
    auto& job = *tiles[t].job;
    auto& pass = job.passes[tiles[t].pass];
    const auto width = pass.outputs.size();
    for (std::size_t i = 0; i < width; ++i) pass.outputs[i] += result.outputs[t * width + i];
    if (result.errors[t]) pass.error = result.errors[t];
    if (--pass.waiting == 0 && --job.waiting == 0) finished.push_back(&job);
  }
}

void Pipeline::deliver(Lock& lock, FaceJob* job) {
  const auto found =
      std::find_if(under_way_.begin(), under_way_.end(), [&](const auto& j) { return j.get() == job; });
  const auto owned = std::move(*found);
  under_way_.erase(found);
  lock.unlock();
  room_.notify_one();
  owned->done(finish_face(*owned, *models_, options_->mode));
  lock.lock();
  if (stopping_) wake_.notify_all();
}

}  // namespace skingauge
