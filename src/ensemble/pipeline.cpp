#include "ensemble/pipeline.hpp"

#include "skingauge/error.hpp"
#include "skingauge/tiles.hpp"

#include "runtime/thread_clock.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace skingauge {

Pipeline::Pipeline(const std::vector<LoadedModel>& models, const Preprocess& preprocess,
                   const EnsembleOptions& options, int threads)
    : models_(&models),
      preprocess_(&preprocess),
      options_(&options),
      open_(models.size()),
      largest_(models.size(), static_cast<std::size_t>(options.batch)) {
  for (std::size_t m = 0; m < models.size(); ++m) open_[m].model = m;
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
    const Lock lock(mutex_);
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

// One piece of work, the most urgent first; false where there is none.
bool Pipeline::step(Lock& lock) {
  if (!ready_.empty()) {
    run_next_batch(lock);
  } else if (!incoming_.empty()) {
    prepare_next_face(lock);
  } else {
    return preparing_ == 0 && flush_fullest();
  }
  return true;
}

void Pipeline::run_next_batch(Lock& lock) {
  const Batch batch = std::move(ready_.front());
  ready_.pop_front();
  lock.unlock();
  const ThreadClock clock;
  const auto result = run(batch);
  const double seconds = clock.seconds();
  lock.lock();
  statistics_.network_seconds += seconds;
  statistics_.tiles += static_cast<std::int64_t>(batch.tiles.size());
  ++statistics_.batches;
  std::vector<FaceJob*> finished;
  scatter(batch, result, finished);
  for (auto* job : finished) deliver(lock, job);
}

void Pipeline::prepare_next_face(Lock& lock) {
  under_way_.push_back(std::move(incoming_.front()));
  incoming_.pop_front();
  auto* job = under_way_.back().get();
  ++preparing_;
  lock.unlock();
  const auto times = prepare_face(*job, *models_, *preprocess_, *options_);
  lock.lock();
  --preparing_;
  ++statistics_.photos;
  statistics_.decode_seconds += times.decode;
  statistics_.cut_seconds += times.cut;
  statistics_.crops += static_cast<std::int64_t>(job->passes.size());
  append_tiles(*job);
  if (job->waiting == 0) deliver(lock, job);
  wake_.notify_all();
}

bool Pipeline::flush_fullest() {
  const auto fullest = std::max_element(open_.begin(), open_.end(), [](const Batch& a, const Batch& b) {
    return a.tiles.size() < b.tiles.size();
  });
  if (fullest == open_.end() || fullest->tiles.empty()) return false;
  ready_.push_back(std::exchange(*fullest, Batch{fullest->model, {}, {}}));
  wake_.notify_one();  // another worker may flush the next one
  return true;
}

void Pipeline::append_tiles(FaceJob& job) {
  const auto bytes = tile_bytes(*preprocess_);
  for (std::size_t p = 0; p < job.passes.size(); ++p) {
    for (int t = 0; t < job.passes[p].tiles; ++t) {
      add_tile(job, p, job.pixels.data() + job.pixels_at[p] + static_cast<std::size_t>(t) * bytes);
    }
  }
  job.pixels = {};
}

void Pipeline::add_tile(FaceJob& job, std::size_t pass, const std::uint8_t* pixels) {
  const auto model = job.passes[pass].model;
  auto& batch = open_[model];
  const auto bytes = tile_bytes(*preprocess_);
  if (batch.tiles.empty()) batch.pixels.reserve(bytes * largest_[model]);
  batch.pixels.insert(batch.pixels.end(), pixels, pixels + bytes);
  batch.tiles.push_back({&job, pass});
  if (batch.tiles.size() >= largest_[model]) ready_.push_back(std::exchange(batch, Batch{model, {}, {}}));
}

Pipeline::BatchResult Pipeline::run(const Batch& batch) {
  const auto width = static_cast<std::size_t>((*models_)[batch.model].spec->width());
  BatchResult result{std::vector<float>(batch.tiles.size() * width), {}};
  result.errors.resize(batch.tiles.size());
  run_range(batch, 0, batch.tiles.size(), result);
  return result;
}

// Runs tiles [first, first + count). What memory does not allow is tried in halves, and the size that fits is
// kept; a tile that fails alone fails alone.
void Pipeline::run_range(const Batch& batch, std::size_t first, std::size_t count, BatchResult& result) {
  const auto& model = (*models_)[batch.model];
  const auto width = static_cast<std::size_t>(model.spec->width());
  const auto bytes = tile_bytes(*preprocess_);
  std::optional<ItemError> error;
  bool split = count > 1;
  try {
    model.engine->run(std::span(batch.pixels).subspan(first * bytes, count * bytes), count,
                      std::span(result.outputs).subspan(first * width, count * width));
    return;
  } catch (const std::bad_alloc&) {
    error = ItemError{ErrorCode::model_failed, model.spec->id + ": out of memory"};
    const Lock lock(mutex_);
    largest_[batch.model] = std::min(largest_[batch.model], std::max<std::size_t>(1, count / 2));
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
  run_range(batch, first, count / 2, result);
  run_range(batch, first + count / 2, count - count / 2, result);
}

// Adds each tile's outputs to its crop's; collects the faces that are complete with it.
void Pipeline::scatter(const Batch& batch, const BatchResult& result, std::vector<FaceJob*>& finished) {
  for (std::size_t t = 0; t < batch.tiles.size(); ++t) {
    auto& job = *batch.tiles[t].job;
    auto& pass = job.passes[batch.tiles[t].pass];
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
  owned->done(finish_face(*owned, *models_, options_->mode));
  lock.lock();
  if (stopping_) wake_.notify_all();
}

}  // namespace skingauge
