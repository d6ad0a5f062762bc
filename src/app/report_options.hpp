// What `validate` and `evaluate` share: flags of the report, and its frame.
#pragma once

#include "skingauge/report.hpp"

#include "app/commands.hpp"
#include "app/progress.hpp"

#include <map>
#include <string>
#include <vector>

namespace skingauge::app {

struct ReportOptions {
  int rounds{1000};
  std::uint64_t seed{523};
  int gallery{0};  ///< worst misses per head that are shown; 0: none

  [[nodiscard]] EvaluationOptions evaluation() const;
};

/// --rounds, --seed, --gallery.
void add_report_flags(CLI::App& command, ReportOptions& options);

/// A report with everything but figures: title, version, command, date, options.
EvaluationReport report_frame(const std::string& title, const ReportOptions& options, const Streams& streams);
/// "2026-11-21 14:30", local.
std::string local_date();

/// The tasks that `data` holds, each evaluated with progress.
std::map<Task, TaskReport> evaluate_tasks(const EvaluationData& data, const EvaluationOptions& options,
                                          const Streams& streams, bool quiet);

}  // namespace skingauge::app
