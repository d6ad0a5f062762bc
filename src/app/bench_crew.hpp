// Threads that do the same work at once while the clock runs.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace skingauge::app {

/// What one worker did in one run.
struct WorkerTimes {
  std::int64_t pieces{0};
  double wall{0};  ///< seconds until its last piece was done
  double core{0};  ///< seconds of processor time
};

/// A fixed number of threads that stay the same from run to run, so that what engines keep by thread is kept.
/// Used from one thread.
class BenchCrew {
 public:
  explicit BenchCrew(int threads);
  BenchCrew(const BenchCrew&) = delete;
  BenchCrew& operator=(const BenchCrew&) = delete;
  ~BenchCrew();

  /// Every worker calls `work(worker)` once, all at the same time; returns when all are done. The first
  /// exception is thrown.
  void each(const std::function<void(std::size_t worker)>& work);

  /// The workers take numbers 0, 1, 2, ... and call `work(worker, number)` for each, until `seconds` have
  /// passed and at least `least` numbers were taken.
  std::vector<WorkerTimes> run(double seconds, std::size_t least,
                               const std::function<void(std::size_t worker, std::size_t number)>& work);

  [[nodiscard]] std::size_t size() const noexcept { return threads_.size(); }

 private:
  void serve(std::size_t worker);
  void leave();

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void(std::size_t)>* work_{nullptr};
  std::size_t round_{0};
  std::size_t busy_{0};
  bool leaving_{false};
  std::exception_ptr failure_;
  std::vector<std::jthread> threads_;  ///< last: joined before the rest goes
};

/// Pieces a second of all workers, each by its own clock: who waits for the last one at the end of a run does
/// not count as slow.
double pieces_per_second(const std::vector<WorkerTimes>& times);
/// Processor time of all workers a piece; 0 where none was done.
double core_seconds_per_piece(const std::vector<WorkerTimes>& times);

}  // namespace skingauge::app
