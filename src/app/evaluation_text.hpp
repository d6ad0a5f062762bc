// A report as a person reads it on a terminal.
#pragma once

#include "skingauge/comparison.hpp"
#include "skingauge/protocol_evaluation.hpp"
#include "skingauge/report.hpp"

#include <string>

namespace skingauge::app {

std::string evaluation_text(const EvaluationReport& report);
std::string comparison_text(const ComparisonReport& report);
std::string protocol_text(const ProtocolEvaluation& evaluation);

}  // namespace skingauge::app
