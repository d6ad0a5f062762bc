// The command-line program, callable from main() and from tests.
#pragma once

#include "app/commands.hpp"

#include <iosfwd>
#include <memory>

namespace skingauge::app {

/// The command line: parsing it sets `run`, which lives as long.
std::unique_ptr<CLI::App> make_command_line(Run& run);

/// Runs `run` and returns its status; what it throws is written to `streams.err` and becomes a status.
ExitCode run_guarded(const Run& run, const Streams& streams) noexcept;

/// Runs one command. Results go to `out`, all else to `err`. Answers the exit status (exit_code.hpp).
int run_program(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace skingauge::app
