// JSON that summary.json and comparison.json share.
#pragma once

#include "skingauge/report.hpp"

#include "core/json_file.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace skingauge {

Json inputs_json(const std::vector<InputFacts>& inputs);
/// {"counts": by code, "first": the first few of each}
Json problems_json(const std::map<std::string, std::int64_t>& counts,
                   const std::vector<InputProblem>& problems);
Json bootstrap_json(const BootstrapOptions& options);

}  // namespace skingauge
