// Processor time of the calling thread.
#pragma once

#include <ctime>

namespace skingauge {

/// Seconds since construction that the calling thread spent on a processor.
class ThreadClock {
 public:
  ThreadClock() : start_(now()) {}
  [[nodiscard]] double seconds() const { return now() - start_; }

 private:
  static double now() {
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
  }
  double start_;
};

}  // namespace skingauge
