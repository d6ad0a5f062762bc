// Two runs on the same crops, side by side.
#pragma once

#include "skingauge/evaluation.hpp"
#include "skingauge/report.hpp"

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

/// One figure of both runs. The difference is b - a; its interval comes from a bootstrap in which both runs
/// see the same people.
struct ComparedFigure {
  std::string name;
  std::optional<double> a;
  std::optional<double> b;
  std::optional<double> difference;
  std::optional<Interval> interval;
};

struct ComparedGroup {
  std::string name;
  std::int64_t judged{0};  ///< crops that both runs judged
  std::int64_t photos{0};
  std::int64_t people{0};
  std::vector<ComparedFigure> figures;
};

struct TaskComparison {
  Task task{};
  std::vector<ComparedGroup> heads;
  std::vector<ComparedGroup> items;
  ComparedGroup mean_of_items;
  ComparedGroup pooled;
};

struct Comparison {
  std::map<Task, TaskComparison> tasks;
  std::int64_t only_a{0};  ///< crops that only one run judged: left out
  std::int64_t only_b{0};
  std::int64_t truths_differ{0};    ///< crops whose truths disagree: left out
  std::int64_t subjects_differ{0};  ///< photographs on which the runs name different people: a's counts
};

/// Matches by (photo, head). Both runs have one table of people: what either says of a photograph (its own
/// `subject` before what the name tells) holds for both. Throws InputError evaluation-empty where no crop is
/// common.
Comparison compare_runs(const EvaluationData& a, const EvaluationData& b,
                        const EvaluationOptions& options = {});

struct ComparisonReport {
  std::string name_a, name_b;  ///< as the user named the files
  std::vector<InputFacts> inputs;
  std::string version, command, date;
  double seconds{0};
  EvaluationOptions options;
  Comparison comparison;
  std::map<std::string, std::int64_t> problem_counts;  ///< of both inputs, by code
  std::vector<InputProblem> problems;
};

/// comparison.json (format 1).
std::string comparison_json(const ComparisonReport& report);
/// One self-contained HTML file, as report.html.
void write_comparison_html(std::ostream& out, const ComparisonReport& report);
/// report.html, comparison.json and comparison.csv in one folder, which is made. Throws DiskError.
void write_comparison(const std::filesystem::path& folder, const ComparisonReport& report);

}  // namespace skingauge
