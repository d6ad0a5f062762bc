// The workers: they decode and cut faces, batch tiles per model across faces, and run networks.
#pragma once

#include "ensemble/face_job.hpp"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace skingauge {

/// A pool of workers that all do whatever is most urgent: run a full batch, else prepare the next face, else
/// run the fullest of the partly filled batches. So networks and decoding overlap on every core without a
/// thread too many, and a lone face does not wait for company. Safe from many threads.
class Pipeline {
 public:
  Pipeline(const std::vector<LoadedModel>& models, const Preprocess& preprocess,
           const EnsembleOptions& options, int threads);
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  ~Pipeline();  ///< finishes what was accepted

  /// Accepts a face; `job->done` is called from a worker, never under a lock.
  void submit(std::unique_ptr<FaceJob> job);

  [[nodiscard]] Statistics statistics() const;

 private:
  /// Where a tile's outputs belong.
  struct TileRef {
    FaceJob* job;
    std::size_t pass;
  };
  struct Batch {
    std::size_t model{0};
    std::vector<std::uint8_t> pixels;
    std::vector<TileRef> tiles;
  };
  struct BatchResult {
    std::vector<float> outputs;
    std::vector<std::optional<ItemError>> errors;  ///< per tile
  };
  using Lock = std::unique_lock<std::mutex>;

  void work();
  bool step(Lock& lock);
  void run_next_batch(Lock& lock);
  void prepare_next_face(Lock& lock);
  bool flush_fullest();
  void append_tiles(FaceJob& job);
  void add_tile(FaceJob& job, std::size_t pass, const std::uint8_t* pixels);
  BatchResult run(const Batch& batch);
  void run_range(const Batch& batch, std::size_t first, std::size_t count, BatchResult& result);
  void scatter(const Batch& batch, const BatchResult& result, std::vector<FaceJob*>& finished);
  void deliver(Lock& lock, FaceJob* job);

  const std::vector<LoadedModel>* models_;
  const Preprocess* preprocess_;
  const EnsembleOptions* options_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_{false};
  int preparing_{0};  ///< faces being decoded and cut right now
  std::deque<std::unique_ptr<FaceJob>> incoming_;
  std::vector<std::unique_ptr<FaceJob>> under_way_;
  std::vector<Batch> open_;  ///< per model
  std::deque<Batch> ready_;
  std::vector<std::size_t> largest_;  ///< per model: the batch size that memory has allowed
  Statistics statistics_;
  std::vector<std::jthread> workers_;  ///< last: joined before the rest goes
};

}  // namespace skingauge
