// The run that made predictions, out of the summary.json that lies beside them.
#pragma once

#include "skingauge/report.hpp"

#include <filesystem>
#include <optional>

namespace skingauge {

/// Empty where the file is missing, is no summary.json of format 1 or tells of no run.
std::optional<RunFacts> read_run_facts(const std::filesystem::path& file);

}  // namespace skingauge
