// The workers: they decode and cut faces, batch tiles per model across faces, and run networks.
#pragma once

#include "ensemble/face_cutter.hpp"
#include "ensemble/face_job.hpp"
#include "ensemble/staging.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

namespace skingauge {

/// A pool of workers that all do whatever is most urgent: run a full batch, else decode and cut the next
/// face, else run some of the tiles that are there. A tile can run as soon as the rows under its box are
/// decoded. So networks and decoding overlap on every core without a thread too many, and a lone face waits
/// for no company. Safe from many threads.
///
/// Memory: photographs decoded at a time: one a worker, of each the part that its boxes span. Tiles: at most
/// those of `in_flight` faces, and a part-filled batch per model.
class Pipeline {
 public:
  Pipeline(const std::vector<LoadedModel>& models, const Preprocess& preprocess,
           const EnsembleOptions& options, int threads);
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  ~Pipeline();  ///< finishes what was accepted

  /// Accepts a face; waits while as many as `in_flight` allows are under way. `job->done` is called from a
  /// worker, never under a lock.
  void submit(std::unique_ptr<FaceJob> job);

  [[nodiscard]] Statistics statistics() const;
  /// Faces under way at most: the option's value, or what stands for 0.
  [[nodiscard]] std::size_t in_flight() const noexcept { return in_flight_; }

 private:
  struct BatchResult {
    std::vector<float> outputs;
    std::vector<std::optional<ItemError>> errors;  ///< per tile
  };
  using Lock = std::unique_lock<std::mutex>;

  void work();
  bool step(Lock& lock);
  void prepare_next_face(Lock& lock);
  void cut_face(FaceJob& job);
  void cut_region(FaceJob& job, FaceCutter& cutter, const Crop& crop, const RegionCut& region);
  std::vector<TilePlace> reserve(FaceJob& job, const RegionCut& region);
  void give_up(FaceJob& job, const RegionCut& region, std::size_t n);
  void run_part(Lock& lock, const BatchPart& part);
  BatchResult run(const BatchPart& part);
  void run_range(const BatchPart& part, std::size_t first, std::size_t count, BatchResult& result);
  void scatter(const BatchPart& part, const BatchResult& result, std::vector<FaceJob*>& finished);
  void deliver(Lock& lock, FaceJob* job);

  const std::vector<LoadedModel>* models_;
  const Preprocess* preprocess_;
  const EnsembleOptions* options_;
  std::size_t in_flight_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;  ///< workers: there is something to do
  std::condition_variable room_;  ///< callers: a face more may come
  bool stopping_{false};
  std::deque<std::unique_ptr<FaceJob>> incoming_;
  std::vector<std::unique_ptr<FaceJob>> under_way_;
  Staging staging_;
  Statistics statistics_;
  std::vector<std::jthread> workers_;  ///< last: joined before the rest goes
};

}  // namespace skingauge
