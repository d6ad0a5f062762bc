// summary.json and the text table of a validation (format 1; docs/formats.md is its contract).
#pragma once

#include "skingauge/evaluation.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace skingauge {

/// What a figure must be read with.
struct RunFacts {
  std::string version;
  std::string manifest_name;
  std::string manifest_sha256;
  bool demo{false};
  std::string device;
  std::string precision;
  std::string engine;
  int min_box_side{0};
  std::string split;                         ///< "all", "test of the published split, seed 523", ...
  std::vector<std::string> shared_subjects;  ///< people who also stand in another part of the split
  Criterion criterion{};                     ///< of the log's True and False
  std::int64_t photos{0};
  std::int64_t photos_failed{0};
  std::int64_t labels_failed{0};  ///< label files that could not be used
  bool stopped{false};            ///< by a signal, before the end
  double seconds{0};              ///< from the first photograph to the last
  std::int64_t crops{0};          ///< (crop, model) pairs
  std::int64_t tiles{0};
  double decode_core_seconds{0};
  double cut_core_seconds{0};
  double network_core_seconds{0};
};

using Evaluations = std::map<Task, TaskEvaluation>;

/// "class" or "regression": the published program's names of the tasks.
std::string mode_name(Task task);

std::string summary_json(const RunFacts& facts, const Evaluations& evaluations);

}  // namespace skingauge
