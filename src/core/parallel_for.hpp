// A loop over threads whose failures reach the caller.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace skingauge {

/// Calls `work(i)` once for each i of 0..count-1 on at most `threads` threads (1 or more), none of them the
/// caller's, and waits for all. After a failure no further call begins; of what the calls throw, the
/// exception of the lowest i is thrown here. Throws std::system_error where not one thread can be started.
template <class Work>
void parallel_for(std::size_t count, std::size_t threads, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::size_t failed = count;  // the lowest i whose call threw
  std::exception_ptr failure;
  const auto run = [&]() noexcept {
    for (auto i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (i < failed) {
          failed = i;
          failure = std::current_exception();
        }
        next = count;
      }
    }
  };
  {
    std::vector<std::jthread> workers;
    workers.reserve(std::min(count, threads));
    try {
      while (workers.size() < std::min(count, threads)) workers.emplace_back(run);
    } catch (const std::exception&) {  // neither memory nor a thread for one more
      if (workers.empty()) throw;
    }
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace skingauge
