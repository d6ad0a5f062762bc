#include "app/bench_commands.hpp"

#include <CLI/CLI.hpp>

namespace skingauge::app {

void add_bench(CLI::App& program, Run& run) {
  auto* bench = program.add_subcommand("bench", "Measures the program's parts, the whole, and the machine");
  bench->require_subcommand(1);
  add_bench_limits(*bench, run);
  add_bench_decode(*bench, run);
  add_bench_networks(*bench, run);
  add_bench_pipeline(*bench, run);
  add_bench_latency(*bench, run);
  add_bench_startup(*bench, run);
  add_bench_precision(*bench, run);
  add_bench_device(*bench, run);
}

void add_round_flags(CLI::App& command, int& rounds, double& seconds) {
  command.add_option("--rounds", rounds, "Figures are medians over this many")
      ->check(CLI::Range(1, 999))
      ->capture_default_str();
  command.add_option("--seconds", seconds, "How long each part is measured in a round")
      ->check(CLI::Range(0.01, 600.0))
      ->capture_default_str();
}

}  // namespace skingauge::app
