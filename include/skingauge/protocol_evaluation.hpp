// Figures of other protocols out of a CSV of vectors.
#pragma once

#include "skingauge/evaluation_input.hpp"
#include "skingauge/figure.hpp"
#include "skingauge/metric_protocol.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

struct ProtocolEvaluation {
  MetricProtocol protocol{};
  int classes{0};           ///< grades, classes or labels; 0 for gaze
  std::int64_t samples{0};  ///< judged
  std::vector<Figure> figures;
  InputFacts file;
  std::map<std::string, std::int64_t> problem_counts;  ///< bad-line, value-invalid
  std::vector<InputProblem> problems;                  ///< the first ten of each
};

/// Reads a CSV with the columns prediction and truth, each a list of numbers parted by blanks; what they hold
/// is said by info(protocol). `classes`: how many there are; else as many as the first prediction has
/// numbers, which segmentation cannot tell. Bad records are counted. Throws InputError: evaluation-missing,
/// evaluation-format, evaluation-empty where no record could be judged; UsageError where classes are needed.
ProtocolEvaluation evaluate_protocol(const std::filesystem::path& file, MetricProtocol protocol,
                                     std::optional<int> classes = {});

/// {"format": 1, "protocol", "classes", "samples", "figures", "best_constant", "input", "problems"}
std::string protocol_json(const ProtocolEvaluation& evaluation);

}  // namespace skingauge
