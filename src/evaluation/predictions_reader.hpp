// The three kinds of input, one reader each.
#pragma once

#include "evaluation/input_problems.hpp"
#include "evaluation/line_source.hpp"

#include <string>

namespace skingauge {

/// `first` is the line that the kind was found out from; the rest follows from `lines`.
void read_predictions_jsonl(LineSource& lines, const std::string& first, InputSink& sink);
void read_predictions_csv(LineSource& lines, const std::string& first, InputSink& sink);
void read_published_log(LineSource& lines, const std::string& first, InputSink& sink,
                        const InputOptions& options);

/// Whether a line is one of a published log.
bool is_published_log_line(const std::string& line);

}  // namespace skingauge
