// report.html with assets of one's own: tests leave plotly.js out.
#pragma once

#include "skingauge/comparison.hpp"
#include "skingauge/report.hpp"

#include "evaluation/report/page.hpp"

#include <iosfwd>

namespace skingauge::report {

void write_report_html(std::ostream& out, const EvaluationReport& report, const Assets& assets);
void write_comparison_html(std::ostream& out, const ComparisonReport& report, const Assets& assets);

}  // namespace skingauge::report
