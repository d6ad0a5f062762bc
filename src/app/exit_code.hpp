// The program's exit status: a contract.
#pragma once

#include "skingauge/error.hpp"

namespace skingauge::app {

enum class ExitCode : int {
  done = 0,
  some_failed = 1,  ///< done, but some items failed (or the run was stopped)
  usage = 2,
  input = 3,  ///< nothing could be done with the input
  model = 4,
  device = 5,
  disk = 6,
  internal = 7,  ///< the program itself: out of memory, or a fault of its own
};

/// The status for an error that ends the program.
ExitCode exit_code(const Error& error) noexcept;

}  // namespace skingauge::app
