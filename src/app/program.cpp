#include "app/program.hpp"

#include "skingauge/version.hpp"

#include "app/commands.hpp"

#include <ostream>
#include <string>

#include <CLI/CLI.hpp>

namespace skingauge::app {
namespace {

constexpr const char* kExitCodes =
    "Exit status: 0 done; 1 done, but some items failed; 2 usage; 3 input; 4 model; 5 device; 6 disk.\n"
    "Not a medical device.";

ExitCode fail(std::ostream& err, const Error& error) {
  err << "skingauge: error: " << error.what() << " [" << to_string(error.code()) << "]" << std::endl;
  return exit_code(error);
}

ExitCode guarded(const Run& run, const Streams& streams) {
  try {
    const auto status = run(streams);
    streams.out.flush();
    if (!streams.out) throw DiskError(ErrorCode::io_failed, "standard output cannot be written");
    return status;
  } catch (const Error& error) {
    return fail(streams.err, error);
  } catch (const std::bad_alloc&) {
    return fail(streams.err, InputError(ErrorCode::image_too_large, "out of memory"));
  } catch (const std::exception& error) {
    streams.err << "skingauge: error: " << error.what() << " [unexpected]" << std::endl;
    return ExitCode::input;
  }
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

int run_program(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  CLI::App program{"skingauge: skin grades and measurements from photographs of faces", "skingauge"};
  program.set_version_flag("--version", std::string(version()));
  program.require_subcommand(1);
  program.footer(kExitCodes);
  Run run;
  add_doctor(program, run);
  add_models(program, run);
  add_dataset(program, run);
  add_predict(program, run);
  add_validate(program, run);
  add_evaluate(program, run);
  add_bench(program, run);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = program.exit(error, out, err);
    return static_cast<int>(status == 0 ? ExitCode::done : ExitCode::usage);
  }
  return static_cast<int>(guarded(run, {out, err, command_line(argc, argv)}));
}

}  // namespace skingauge::app
