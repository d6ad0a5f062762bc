// The pipeline's way from waiting photographs to tiles through the decoders of GPUs.
#include "skingauge/error.hpp"
#include "skingauge/tiles.hpp"

#include "core/stopwatch.hpp"
#include "ensemble/item_errors.hpp"
#include "ensemble/pipeline.hpp"
#include "runtime/thread_clock.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <iterator>
#include <new>
#include <utility>

namespace skingauge {
namespace {

bool is_for_decoders(const FaceJob& job) { return !job.for_cpu && job.request.image.empty(); }

}  // namespace

void Pipeline::decode(Station& station, GpuFaceBatch& batch) {
  Lock lock(mutex_);
  while (!station.lost) {
    if (const auto jobs = take_for(batch); !jobs.empty()) {
      decode_faces(lock, station, batch, jobs);
      continue;
    }
    if (over()) break;
    decoders_wake_.wait(lock);
  }
  wake_all();
}

// A decoder's share of the faces that wait, which are under way from now on.
std::vector<FaceJob*> Pipeline::take_for(const GpuFaceBatch& batch) {
  const auto waiting = std::count_if(incoming_.begin(), incoming_.end(),
                                     [](const auto& job) { return is_for_decoders(*job); });
  const auto share = share_.of(static_cast<std::size_t>(waiting), batch.most(), idle_ > 0);
  if (share == 0) return {};
  std::vector<FaceJob*> taken;
  try {
    taken.reserve(share);
  } catch (const std::bad_alloc&) {
    return {};  // the workers take them
  }
  for (auto job = incoming_.begin(); taken.size() < share && job != incoming_.end();) {
    const auto next = std::next(job);
    if (is_for_decoders(**job)) {
      taken.push_back(job->get());
      under_way_.splice(under_way_.end(), incoming_, job);
    }
    job = next;
  }
  return taken;
}

void Pipeline::decode_faces(Lock& lock, Station& station, GpuFaceBatch& batch,
                            std::span<FaceJob* const> jobs) {
  lock.unlock();
  const Stopwatch wall;
  const ThreadClock core;
  std::list<BatchedFace>* faces = nullptr;
  std::optional<ItemError> lost;
  try {
    faces = &batch.cut(jobs, *models_, options_->limits);
  } catch (const DeviceError&) {
    lost = error_in_flight({}, ErrorCode::device_failed);
  } catch (...) {
    faces = nullptr;  // memory of the host: a worker needs less
  }
  const double seconds = wall.seconds();
  lock.lock();
  statistics_.decode_seconds += core.seconds();
  share_.decoder_took(jobs.size(), seconds);
  if (lost) lose(station, std::move(*lost));
  if (faces == nullptr) {
    for (auto* job : jobs) leave_to_workers(job);
    return;
  }
  for (const auto& face : *faces) {
    if (face.outcome) leave_to_workers(face.job);
  }
  for (const auto& face : *faces) {
    if (!face.outcome) deal_tiles(lock, face);
  }
  lock.unlock();
  faces->clear();  // files of photographs
  lock.lock();
}

// A face whose tiles are all cut.
void Pipeline::deal_tiles(Lock& lock, const BatchedFace& face) {
  auto& job = *face.job;
  lock.unlock();
  const auto bytes = tile_bytes(*preprocess_);
  const auto regions = face.cutter.regions();
  const bool dealt = deal(job);
  for (std::size_t i = 0; dealt && i < regions.size(); ++i) {
    const auto put = [&](auto tiles) {
      for (std::size_t t = 0; t < tiles.size(); ++t) std::memcpy(tiles[t], face.places[i][t], bytes);
      return true;
    };
    cut_region(job, regions[i], std::ref(put));
  }
  lock.lock();
  ++statistics_.photos;
  ++statistics_.gpu_photos;
  Jobs finished;
  if (--job.waiting == 0) finish(&job, finished);
  deliver(lock, std::move(finished));
}

// As if no decoder had seen it, and before the others: it has waited longest.
void Pipeline::leave_to_workers(FaceJob* job) {
  const auto found =
      std::find_if(under_way_.begin(), under_way_.end(), [&](const auto& j) { return j.get() == job; });
  job->for_cpu = true;
  job->error.reset();
  job->passes.clear();
  job->skipped = {};
  incoming_.splice(incoming_.begin(), under_way_, found);
  wake_.notify_one();
}

}  // namespace skingauge
