// The runs that one log file holds: the program appends, and runs are cut short.
#pragma once

#include "skingauge/report.hpp"

#include "evaluation/line_source.hpp"
#include "evaluation/nia_log_line.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace skingauge::nia_log {

/// A run with at least one prediction.
struct FoundRun {
  LogRun facts;
  std::int64_t first_fragment{0};  ///< counted over the file
  std::int64_t end_fragment{0};    ///< one after the last
};

struct FoundRuns {
  std::vector<FoundRun> runs;
  std::int64_t empty{0};  ///< runs that were started and hold no prediction
};

/// Calls `take` with each fragment of each line, counted over the file from 0.
void visit_fragments(LineSource& lines,
                     const std::function<void(std::int64_t index, const std::string& fragment)>& take);

/// Reads the file and tells its runs apart. A run begins with "Command Line:" or what else the program prints
/// first, with the head after a "Finish!", and where the counter [n / N] starts anew; in older logs without
/// counter, where the hits and misses do, or the first photograph comes again. Throws as LineSource does.
FoundRuns find_runs(const std::filesystem::path& file);

}  // namespace skingauge::nia_log
