// The three kinds of input, one reader each.
#pragma once

#include "evaluation/csv_table.hpp"
#include "evaluation/input_problems.hpp"
#include "evaluation/line_source.hpp"

#include <string>

namespace skingauge {

/// `first` is the line that the kind was found out from; the rest follows from `lines`.
void read_predictions_jsonl(LineSource& lines, const std::string& first, InputSink& sink);
void read_predictions_csv(CsvTable& table, InputSink& sink);
/// The log is read from its first line, which `lines` stands before; `facts` gets the lines of other kinds.
void read_published_log(LineSource& lines, InputSink& sink, const InputOptions& options, InputFacts& facts);

/// Whether a line holds one that only a published log has: a head's, a running figure's or a total's.
bool is_published_log_line(const std::string& line);

}  // namespace skingauge
