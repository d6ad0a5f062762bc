#include "ensemble/pipeline.hpp"

#include "skingauge/error.hpp"
#include "skingauge/tiles.hpp"

#include "core/stopwatch.hpp"
#include "ensemble/item_errors.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <utility>

namespace skingauge {

namespace {

// Threads that call engines of a GPU which wait for their answers.
constexpr int kWaitingThreads = 4;

std::size_t decoders_of(const std::vector<LoadedDevice>& devices) {
  std::size_t decoders = 0;
  for (const auto& device : devices) decoders += device.decoders.size();
  return decoders;
}

PixelAllocator lender(std::optional<PixelPool>& pool) {
  if (!pool) return {};
  return [&pool](std::size_t bytes) { return pool->lend(bytes); };
}

}  // namespace

Pipeline::Station::Station(LoadedDevice& loaded, const Preprocess& preprocess, std::size_t batch,
                           std::size_t workers)
    : device(&loaded),
      shared(loaded.device.kind == ComputeDevice::Kind::cpu),
      pool(loaded.runner
               ? std::optional<PixelPool>(std::in_place, *loaded.api, batch * tile_bytes(preprocess))
               : std::nullopt),
      staging(loaded.models.size(), tile_bytes(preprocess), batch, workers, lender(pool)) {
  if (loaded.runner) driver.emplace(loaded);
  for (auto& decoder : loaded.decoders) decoders.emplace_back(decoder.get(), preprocess, loaded.api.get());
  waiting.may = [this](std::size_t model) { return waits_for(model); };
}

Pipeline::Pipeline(std::vector<LoadedDevice>& devices, const Preprocess& preprocess,
                   const EnsembleOptions& options, int threads)
    : models_(&devices.front().models),
      preprocess_(&preprocess),
      options_(&options),
      in_flight_(
          static_cast<std::size_t>(options.in_flight_on(devices.front().device, devices.size(), threads))),
      share_(static_cast<std::size_t>(threads), decoders_of(devices)) {
  for (auto& device : devices) {
    const auto batch = static_cast<std::size_t>(options.batch_on(device.device));
    const bool cpu = device.device.kind == ComputeDevice::Kind::cpu;
    stations_.push_back(std::make_unique<Station>(device, preprocess, batch,
                                                  static_cast<std::size_t>(cpu ? threads : kWaitingThreads)));
    if (cpu) shared_ = stations_.back().get();
  }
  try {
    start_threads(threads);
  } catch (...) {  // the members' destructors wait for the threads that there are
    stop();
    throw;
  }
}

void Pipeline::start_threads(int threads) {
  for (int i = 0; i < threads; ++i) workers_.emplace_back([this] { work(); });
  for (const auto& owned : stations_) {
    auto* station = owned.get();
    if (station->driver) workers_.emplace_back([this, station] { drive(*station); });
    for (auto& batch : station->decoders)
      workers_.emplace_back([this, station, &batch] { decode(*station, batch); });
    bool waits = false;
    for (std::size_t m = 0; m < models_->size(); ++m) waits = waits || station->waits_for(m);
    for (int i = 0; waits && !station->shared && i < kWaitingThreads; ++i)
      workers_.emplace_back([this, station] { run_waiting(*station); });
  }
}

Pipeline::~Pipeline() { stop(); }

void Pipeline::stop() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
  }
  wake_all();
}

void Pipeline::submit(std::unique_ptr<FaceJob> job) {
  Jobs node;
  node.push_back(std::move(job));
  {
    Lock lock(mutex_);
    room_.wait(lock, [this] { return incoming_.size() + under_way_.size() < in_flight_; });
    incoming_.splice(incoming_.end(), node);
  }
  wake_.notify_one();
  decoders_wake_.notify_one();
}

Statistics Pipeline::statistics() const {
  const Lock lock(mutex_);
  return statistics_;
}

bool Pipeline::over() const { return stopping_ && under_way_.empty() && incoming_.empty(); }

void Pipeline::wake_all() {
  wake_.notify_all();
  decoders_wake_.notify_all();
  for (const auto& station : stations_) station->wake.notify_all();
}

// There are tiles for the station.
void Pipeline::wake(Station& station) {
  if (station.shared) wake_.notify_one();
  station.wake.notify_all();
}

void Pipeline::work() {
  Lock lock(mutex_);
  for (;;) {
    if (step(lock)) continue;
    if (over()) break;
    ++idle_;
    wake_.wait(lock);
    --idle_;
  }
  wake_all();
}

// One piece of work, the most urgent first; false where there is none. Who takes work wakes another worker
// where there is more.
bool Pipeline::step(Lock& lock) {
  std::optional<BatchPart> part;
  if (shared_ != nullptr) part = shared_->staging.take_full(shared_->waiting);
  const bool prepare = !part && !incoming_.empty();
  if (!part && !prepare && shared_ != nullptr) part = shared_->staging.take_some(shared_->waiting);
  if (!part && !prepare) return false;
  if (prepare) {
    prepare_next_face(lock);
  } else {
    if (shared_->staging.ready() || !incoming_.empty()) wake_.notify_one();
    run_part(lock, *shared_, *part);
  }
  return true;
}

void Pipeline::prepare_next_face(Lock& lock) {
  under_way_.splice(under_way_.end(), incoming_, incoming_.begin());
  if ((shared_ != nullptr && shared_->staging.ready()) || !incoming_.empty()) wake_.notify_one();
  if (!incoming_.empty()) decoders_wake_.notify_one();
  auto& job = *under_way_.back();
  lock.unlock();
  const Stopwatch clock;
  cut_face(job);
  lock.lock();
  share_.worker_took(clock.seconds());
  Jobs finished;
  if (--job.waiting == 0) finish(&job, finished);
  deliver(lock, std::move(finished));
}

void Pipeline::cut_face(FaceJob& job) {
  FaceCutter cutter(job, *models_, *preprocess_, options_->limits);
  if (deal(job)) {
    for (const auto& region : cutter.regions()) {
      if (const auto crop = cutter.decode(region)) {
        const auto put = [&](auto tiles) { return cutter.cut(*crop, region, tiles); };
        cut_region(job, region, std::ref(put));  // which needs no memory
      } else {
        const Lock lock(mutex_);
        give_up(job, region, 0);
      }
    }
    cutter.finish();
  }
  job.request.image = Image();  // the full picture is not needed any more
  const Lock lock(mutex_);
  ++statistics_.photos;
  statistics_.decode_seconds += cutter.times().decode;
  statistics_.cut_seconds += cutter.times().cut;
}

// To the device with the fewest tiles to do. Where all are lost, the face has failed, and false is answered.
bool Pipeline::deal(FaceJob& job) {
  const Lock lock(mutex_);
  std::size_t best = 0;
  for (std::size_t s = 1; s < stations_.size(); ++s) {
    const bool better = stations_[best]->lost.has_value() || stations_[s]->load < stations_[best]->load;
    if (!stations_[s]->lost && better) best = s;
  }
  auto& station = *stations_[best];
  job.device = best;
  job.waiting = static_cast<int>(station.lost ? 0 : job.passes.size()) + 1;
  for (auto& pass : job.passes) {
    if (station.lost) {
      pass.error = copy_of(*station.lost);
      pass.waiting = 0;
    } else {
      station.staging.expect(pass.model, pass.tiles);
      station.load += static_cast<std::size_t>(pass.tiles);
    }
  }
  return !station.lost;
}

void Pipeline::cut_region(FaceJob& job, const RegionCut& region, const PutTiles& put) {
  const auto places = reserve(job, region);
  const auto count = static_cast<std::size_t>(region.plan.count());
  const auto bytes = tile_bytes(*preprocess_);
  std::array<std::uint8_t*, 2> tiles{};
  for (std::size_t t = 0; t < std::min(count, places.size()); ++t) tiles[t] = places[t].pixels;
  const bool cut = !job.error && put(std::span<std::uint8_t* const>(tiles).first(count));
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
  wake(*stations_[job.device]);
}

// Room for the region's tiles, pass by pass; where memory is short or the device lost, for fewer, and the
// face has failed.
std::vector<TilePlace> Pipeline::reserve(FaceJob& job, const RegionCut& region) {
  const Lock lock(mutex_);
  auto& station = *stations_[job.device];
  std::vector<TilePlace> places;
  try {
    places.reserve(region.tiles());
    for (std::size_t i = 0; i < region.tiles(); ++i)
      places.push_back(
          station.staging.reserve(job.passes[region.pass_of(i)].model, {&job, region.pass_of(i)}));
    statistics_.crops += static_cast<std::int64_t>(region.passes);
  } catch (const DeviceError&) {
    lose(station, error_in_flight({}, ErrorCode::device_failed));
    job.error = copy_of(*station.lost);
    give_up(job, region, places.size());
  } catch (const std::exception&) {
    job.error = error_in_flight(job.request.file.native(), ErrorCode::internal_error);
    give_up(job, region, places.size());
  }
  return places;
}

// The region's tiles from the n-th on do not come; the job says why.
void Pipeline::give_up(FaceJob& job, const RegionCut& region, std::size_t n) {
  auto& station = *stations_[job.device];
  for (std::size_t i = n; i < region.tiles(); ++i) {
    auto& pass = job.passes[region.pass_of(i)];
    station.staging.expect(pass.model, -1);
    --station.load;
    if (--pass.waiting == 0) --job.waiting;
  }
}

// A face whose work is all done.
void Pipeline::finish(FaceJob* job, Jobs& finished) {
  const auto found =
      std::find_if(under_way_.begin(), under_way_.end(), [&](const auto& j) { return j.get() == job; });
  finished.splice(finished.end(), under_way_, found);
}

void Pipeline::deliver(Lock& lock, Jobs finished) {
  if (finished.empty()) return;
  lock.unlock();
  for (const auto& job : finished) {
    room_.notify_one();
    FacePrediction face;
    try {
      face = finish_face(*job, *models_, options_->mode);
    } catch (...) {
      face = FacePrediction{};
      face.error = error_in_flight(job->request.file.native(), ErrorCode::internal_error);
    }
    job->done(std::move(face));
  }
  finished.clear();  // photographs
  lock.lock();
  if (stopping_) wake_all();
}

}  // namespace skingauge
