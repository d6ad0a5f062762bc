// Predictions out of files: predictions.jsonl, a CSV, a published log in either spelling.
#pragma once

#include "skingauge/evaluation_data.hpp"
#include "skingauge/report.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

struct InputOptions {
  /// What True stands for in a log of grades; empty: found out from its lines.
  std::optional<Criterion> criterion{};
  /// Which run of a log that holds several, from 1; 0: the last that reached "Finish!", else the last.
  int run{0};
  bool all_runs{false};           ///< every run of a log; a head that an earlier one had is a duplicate
  std::size_t problems_kept{10};  ///< of each code; all are counted
  /// Told now and then how many bytes were read, of how many; may be empty.
  std::function<void(std::int64_t done, std::int64_t total)> progress{};
};

/// What one or several files held. A line that cannot be used is a problem with its code and line number, and
/// leaves the others alone:
/// bad-line, field-missing, unknown-key, grade-out-of-range, value-invalid, duplicate (the first counts),
/// not-utf8, log-mixed (a line of the other task), log-truncated, flag-inconsistent, running-disagrees.
struct EvaluationInput {
  EvaluationData data;
  std::vector<InputFacts> files;
  std::vector<ReplayReport> replays;  ///< of the logs
  std::map<std::string, std::int64_t> problem_counts;
  std::vector<InputProblem> problems;
  std::vector<std::uint32_t> seen;  ///< by photograph, a bit for each head that was read: finds duplicates
};

/// Reads a file and adds it to `input`; its kind is detected from the first line that is of a known kind.
/// UTF-8 and UTF-16 are read, with or without byte order mark. Throws InputError: evaluation-missing,
/// evaluation-format (none of the three kinds; a CSV without its columns; another encoding); UsageError where
/// a log has no run of the number asked for.
///
/// Log: lines of other kinds are passed over and counted (InputFacts::foreign_lines).
///
/// CSV: a header with photo, key, prediction, truth; optional task (grade|measurement), facepart, top3 (a
/// list as Python, numpy, PyTorch, pandas or JSON writes it), confidence, subject, device
/// (camera|tablet|phone, or 1..3), angle, gender, age, skin_type, sensitive. Measurements are normalised
/// (value / scale). Comma, semicolon or tab. Whole numbers may be written "2.0"; a gap may be written NaN,
/// NA, None or null.
void read_evaluation_input(const std::filesystem::path& file, EvaluationInput& input,
                           const InputOptions& options = {});

/// Reads photos.csv (photo and any of the optional columns above) and adds what it knows of the photographs
/// that `input` has. What cannot be read of a photograph is not known, and a problem. Returns how many were
/// known. Throws InputError: evaluation-missing, evaluation-format (no column "photo").
std::int64_t read_photo_facts(const std::filesystem::path& file, EvaluationInput& input,
                              const InputOptions& options = {});

/// A line of photos.csv for each photograph, with a header. Fields that are not known stay empty.
void write_photo_facts(std::ostream& out, const std::vector<PhotoFacts>& photos);

}  // namespace skingauge
