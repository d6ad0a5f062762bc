// The command-line program in the test's own process.
#pragma once

#include "app/program.hpp"

#include <sstream>
#include <string>
#include <vector>

namespace skingauge::test {

struct Outcome {
  int status;
  std::string out;
  std::string err;
};

inline Outcome run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "skingauge");
  std::vector<const char*> argv;
  for (const auto& argument : arguments) argv.push_back(argument.c_str());
  std::ostringstream out;
  std::ostringstream err;
  const int status = app::run_program(static_cast<int>(argv.size()), argv.data(), out, err);
  return {status, out.str(), err.str()};
}

}  // namespace skingauge::test
