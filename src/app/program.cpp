#include "app/program.hpp"

#include "skingauge/error.hpp"
#include "skingauge/version.hpp"

#include <new>
#include <ostream>
#include <string>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

constexpr const char* kExitCodes =
    "Exit status: 0 done; 1 done, but some items failed; 2 usage; 3 input; 4 model; 5 device; 6 disk;\n"
    "7 the program itself (out of memory, or a fault of its own).\n"
    "Not a medical device.";

void say(std::ostream& err, const char* what, ErrorCode code) {
  err << "skingauge: error: " << what << " [" << to_string(code) << "]" << std::endl;
}

// "skingauge validate 'my photos' --models m.json"
std::string command_line(int argc, const char* const* argv) {
  std::string line = "skingauge";
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const bool plain =
        !argument.empty() && argument.find_first_of(" \t\n'\"\\$&|;<>*?(){}") == std::string::npos;
    line += plain ? " " + argument : " '" + argument + "'";
  }
  return line;
}

}  // namespace

ExitCode run_guarded(const Run& run, const Streams& streams) noexcept {
  try {
    const auto status = run(streams);
    streams.out.flush();
    if (!streams.out) throw DiskError(ErrorCode::io_failed, "standard output cannot be written");
    return status;
  } catch (const Error& error) {
    say(streams.err, error.what(), error.code());
    return exit_code(error);
  } catch (const std::bad_alloc&) {
    say(streams.err, "out of memory", ErrorCode::out_of_memory);
  } catch (const std::exception& error) {
    say(streams.err, error.what(), ErrorCode::internal_error);
  } catch (...) {
    say(streams.err, "an exception that is no std::exception", ErrorCode::internal_error);
  }
  return ExitCode::internal;
}

std::unique_ptr<CLI::App> make_command_line(Run& run) {
  auto program = std::make_unique<CLI::App>(
      "skingauge: skin grades and measurements from photographs of faces", "skingauge");
  program->set_version_flag("--version", std::string(version()));
  program->require_subcommand(1);
  program->footer(kExitCodes);
  add_doctor(*program, run);
  add_models(*program, run);
  add_dataset(*program, run);
  add_predict(*program, run);
  add_validate(*program, run);
  add_evaluate(*program, run);
  add_bench(*program, run);
  return program;
}

int run_program(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  const auto parse_and_run = [&](const Streams& /*streams*/) {
    Run run;
    const auto program = make_command_line(run);
    try {
      program->parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      const int status = program->exit(error, out, err);
      return status == 0 ? ExitCode::done : ExitCode::usage;
    }
    return run({out, err, command_line(argc, argv)});
  };
  return static_cast<int>(run_guarded(parse_and_run, {out, err, {}}));
}

}  // namespace skingauge::app
