#include "app/interrupt.hpp"

#include <atomic>

namespace skingauge::app {
namespace {

std::atomic<bool> signalled{false};

extern "C" void on_interrupt(int) { signalled = true; }

}  // namespace

InterruptGuard::InterruptGuard() {
  signalled = false;
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, &before_int_);
  sigaction(SIGTERM, &action, &before_term_);
}

InterruptGuard::~InterruptGuard() {
  sigaction(SIGINT, &before_int_, nullptr);
  sigaction(SIGTERM, &before_term_, nullptr);
}

bool InterruptGuard::interrupted() noexcept { return signalled; }

}  // namespace skingauge::app
