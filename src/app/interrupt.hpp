// Ctrl-C ends a long command in order.
#pragma once

#include <csignal>

namespace skingauge::app {

/// While it lives, SIGINT and SIGTERM only set a flag: what was begun is finished and kept. A second one
/// kills. One at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();

  [[nodiscard]] static bool interrupted() noexcept;

 private:
  struct sigaction before_int_ {};
  struct sigaction before_term_ {};
};

}  // namespace skingauge::app
