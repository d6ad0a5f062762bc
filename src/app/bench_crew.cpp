#include "app/bench_crew.hpp"

#include "core/stopwatch.hpp"
#include "runtime/thread_clock.hpp"

#include <atomic>
#include <utility>

namespace skingauge::app {

BenchCrew::BenchCrew(int threads) {
  const auto count = static_cast<std::size_t>(threads);
  threads_.reserve(count);
  try {
    for (std::size_t worker = 0; worker < count; ++worker)
      threads_.emplace_back([this, worker] { serve(worker); });
  } catch (...) {  // the members' destructors wait for the threads that there are
    leave();
    throw;
  }
}

BenchCrew::~BenchCrew() { leave(); }

void BenchCrew::leave() {
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
  }
  changed_.notify_all();
}

void BenchCrew::each(const std::function<void(std::size_t)>& work) {
  std::unique_lock lock(mutex_);
  work_ = &work;
  busy_ = threads_.size();
  ++round_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return busy_ == 0; });
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void BenchCrew::serve(std::size_t worker) {
  std::unique_lock lock(mutex_);
  for (std::size_t done = 0;; ++done) {
    changed_.wait(lock, [&] { return leaving_ || round_ > done; });
    if (leaving_) return;
    const auto& work = *work_;
    lock.unlock();
    std::exception_ptr failure;
    try {
      work(worker);
    } catch (...) {
      failure = std::current_exception();
    }
    lock.lock();
    if (failure && !failure_) failure_ = failure;
    if (--busy_ == 0) changed_.notify_all();
  }
}

std::vector<WorkerTimes> BenchCrew::run(double seconds, std::size_t least,
                                        const std::function<void(std::size_t, std::size_t)>& work) {
  std::vector<WorkerTimes> times(size());
  std::atomic<std::size_t> next{0};
  const Stopwatch since_start;
  each([&](std::size_t worker) {
    const Stopwatch wall;
    const ThreadClock core;
    while (since_start.seconds() < seconds || next < least) {
      work(worker, next++);
      times[worker] = {times[worker].pieces + 1, wall.seconds(), core.seconds()};
    }
  });
  return times;
}

double pieces_per_second(const std::vector<WorkerTimes>& times) {
  double rate = 0;
  for (const auto& worker : times) {
    if (worker.wall > 0) rate += static_cast<double>(worker.pieces) / worker.wall;
  }
  return rate;
}

double core_seconds_per_piece(const std::vector<WorkerTimes>& times) {
  double seconds = 0;
  std::int64_t pieces = 0;
  for (const auto& worker : times) {
    seconds += worker.core;
    pieces += worker.pieces;
  }
  return pieces == 0 ? 0 : seconds / static_cast<double>(pieces);
}

}  // namespace skingauge::app
