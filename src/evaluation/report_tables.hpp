// The CSV tables of a report (docs/formats.md is their contract).
#pragma once

#include "skingauge/comparison.hpp"
#include "skingauge/report.hpp"

#include <string>
#include <utility>
#include <vector>

namespace skingauge {

/// (file name, text) of each table that has a row.
std::vector<std::pair<std::string, std::string>> report_tables(const EvaluationReport& report);

std::string comparison_table(const ComparisonReport& report);

}  // namespace skingauge
