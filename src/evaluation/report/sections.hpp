// The sections of report.html, in their order. Each writes nothing where there is nothing to say.
#pragma once

#include "skingauge/report.hpp"

#include "evaluation/report/page.hpp"

namespace skingauge::report {

void write_items(Page& page, const TaskReport& task);         ///< headline plot and the table of items
void write_heads(Page& page, const TaskReport& task);         ///< one row a head
void write_head_details(Page& page, const TaskReport& task);  ///< one fold a head, with its plots
void write_slices(Page& page, const TaskReport& task, const EvaluationOptions& options);
void write_not_judged(Page& page, const EvaluationReport& report);
void write_problems(Page& page, const std::map<std::string, std::int64_t>& counts,
                    const std::vector<InputProblem>& problems);
void write_replay_verdicts(Page& page, const EvaluationReport& report);  ///< one line a log
void write_replays(Page& page, const EvaluationReport& report);
void write_gallery(Page& page, const EvaluationReport& report);
void write_facts(Page& page, const EvaluationReport& report);
void write_glossary(Page& page, const EvaluationReport& report);

/// Tables that the comparison of two runs has too.
void write_inputs(Page& page, const std::vector<InputFacts>& inputs);
void write_definitions(Page& page, const std::vector<std::string>& figures);
/// One line where this build cannot draw plots.
void write_plots_note(Page& page);
/// What this software is not, and what the page holds of others' work.
void write_footer(Page& page, const std::string& version);

}  // namespace skingauge::report
