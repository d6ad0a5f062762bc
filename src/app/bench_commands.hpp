// The benchmarks of the program, a source each. All of them write their figures through bench_figures.
#pragma once

#include "app/commands.hpp"

namespace skingauge::app {

void add_bench_decode(CLI::App& bench, Run& run);
void add_bench_limits(CLI::App& bench, Run& run);
void add_bench_networks(CLI::App& bench, Run& run);
void add_bench_pipeline(CLI::App& bench, Run& run);
void add_bench_latency(CLI::App& bench, Run& run);
void add_bench_startup(CLI::App& bench, Run& run);
void add_bench_precision(CLI::App& bench, Run& run);
void add_bench_device(CLI::App& bench, Run& run);

/// --rounds, --seconds.
void add_round_flags(CLI::App& command, int& rounds, double& seconds);

}  // namespace skingauge::app
