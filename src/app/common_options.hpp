// Flags that several commands share.
#pragma once

#include "skingauge/ensemble.hpp"
#include "skingauge/gpu_preparation.hpp"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace skingauge::app {

enum class Format { text, json };

/// As given on the command line.
struct CommonOptions {
  std::string device{"auto"};
  std::string precision{"fp32"};
  std::string engine{"auto"};
  std::string jpeg{"cpu"};
  std::string cache;        ///< folder of prepared networks; empty: none
  std::string int8_ranges;  ///< file; empty: the one beside the manifest
  std::string mode{"both"};
  int batch{0};  ///< 0: what suits the device
  int threads{0};
  int in_flight{0};     ///< 0: what the library likes
  int min_box_side{0};  ///< 0: the manifest's
  std::string format{"text"};
  bool quiet{false};

  [[nodiscard]] Format output() const { return format == "json" ? Format::json : Format::text; }
  [[nodiscard]] EnsembleOptions ensemble() const;
  /// For a GPU that is yet to be named.
  [[nodiscard]] GpuPreparationOptions gpu_preparation() const;
};

/// The flags that commands share, by the fields of CommonOptions.
enum class Flag : std::uint8_t {
  device,
  precision,
  int8_ranges,
  cache,
  engine,
  jpeg,
  batch,
  threads,
  in_flight,
  mode,
  min_box_side,
};

/// A command gets the flags that it reads, and no other: one that it would ignore is refused by the parser.
void add_flags(CLI::App& command, CommonOptions& options, std::initializer_list<Flag> flags);
/// All of them: what an ensemble that predicts photographs reads.
void add_ensemble_flags(CLI::App& command, CommonOptions& options);
/// What loading the networks of an ensemble reads: --device, --precision, --int8-ranges, --cache, --engine,
/// --batch, --mode.
void add_network_flags(CLI::App& command, CommonOptions& options);
/// --format and --quiet.
void add_output_flags(CLI::App& command, CommonOptions& options);

/// The tasks a mode stands for, grades first.
std::vector<Task> tasks(Mode mode);

}  // namespace skingauge::app
