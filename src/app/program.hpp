// The command-line program, callable from main() and from tests.
#pragma once

#include <iosfwd>

namespace skingauge::app {

/// Runs one command. Results go to `out`, all else to `err`. Answers the exit status (exit_code.hpp).
int run_program(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace skingauge::app
