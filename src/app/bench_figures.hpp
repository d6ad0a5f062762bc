// What the benchmarks share: medians, the machine, and one JSON object or a text of the same figures.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/machine.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"
#include "core/json_file.hpp"

#include <string>
#include <utility>
#include <vector>

namespace skingauge::app {

/// The value below which `percent` (0..100) of the values lie; between two of them in a straight line, as
/// numpy does by default. std::invalid_argument for no values or another percentage.
double percentile(std::vector<double> values, double percent);
double median(std::vector<double> values);
/// The median of one figure of each round.
template <class Rounds, class Figure>
double median_of(const Rounds& rounds, const Figure& figure) {
  std::vector<double> values;
  values.reserve(rounds.size());
  for (const auto& round : rounds) values.push_back(figure(round));
  return median(std::move(values));
}

/// `name`: the median of the rounds; `name`_min and `name`_max: how far they lie apart.
void add_spread(Json& json, const std::string& name, const std::vector<double>& rounds);

/// a / b; null where b is 0, so that no figure is infinite.
Json ratio(double a, double b);

/// `peak_memory_gib`, the most that this process has held since it was started, and `device_memory_gib`, what
/// all processes hold of the GPU now (LibTorch gives nothing back before it ends); null for the CPU.
Json memory_figures(const ComputeDevice& device);
Json device_memory_gib(const ComputeDevice& device, const CudaStatus& cuda);

/// Processor time of this process so far, in seconds, of all its threads.
double process_seconds();

/// The first fields of every benchmark's object: format, bench, versions and machine.
Json bench_object(const char* bench);

/// The fields that say how an ensemble was loaded.
Json ensemble_settings(const Ensemble& ensemble);

/// `threads` workers at most; 0: all this process may use.
int worker_count(const CommonOptions& options);

/// Writes the object as JSON or, for people, one figure a line and lists of objects as tables.
void write_figures(const Json& figures, const CommonOptions& options, const Streams& streams);
std::string figures_text(const Json& figures);

}  // namespace skingauge::app
