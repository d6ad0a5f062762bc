// The program's commands: each adds itself to the command line and, where it was chosen, leaves what to run.
#pragma once

#include "app/exit_code.hpp"

#include <functional>
#include <iosfwd>
#include <string>

namespace CLI {
class App;
}

namespace skingauge::app {

/// Where a command writes, and how it was called.
struct Streams {
  std::ostream& out;
  std::ostream& err;
  std::string command;  ///< as typed, for reports
};

/// Set by the command that the user chose.
using Run = std::function<ExitCode(const Streams&)>;

void add_doctor(CLI::App& program, Run& run);
void add_models(CLI::App& program, Run& run);
void add_models_prepare(CLI::App& models, Run& run);  ///< below `models`
void add_dataset(CLI::App& program, Run& run);
void add_predict(CLI::App& program, Run& run);
void add_validate(CLI::App& program, Run& run);
void add_evaluate(CLI::App& program, Run& run);
void add_bench(CLI::App& program, Run& run);

}  // namespace skingauge::app
