// A report: an evaluation, what it must be read with, and the files it is written to. docs/formats.md is the
// contract of the files.
#pragma once

#include "skingauge/evaluation.hpp"
#include "skingauge/input_facts.hpp"

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

/// A checkpoint of the manifest.
struct ModelFacts {
  std::string id;  ///< "grade/forehead"
  std::string sha256;
};

/// The run that made the predictions.
struct RunFacts {
  std::string version;
  std::string manifest_name;
  std::string manifest_sha256;
  bool demo{false};
  std::string device;
  std::string precision;
  std::string engine;
  int min_box_side{0};
  std::string split;                         ///< "all", "test of the published split, seed 523", ...
  std::vector<std::string> shared_subjects;  ///< people who also stand in another part of the split
  Criterion criterion{};                     ///< of the log's True and False
  std::int64_t photos{0};
  std::int64_t photos_failed{0};
  std::int64_t gpu_photos{0};     ///< decoded by a GPU, whose pixels are not libjpeg-turbo's
  std::int64_t labels_failed{0};  ///< label files that could not be used
  std::string first_label_error;  ///< why the first of these could not
  std::int64_t photos_without_labels{0};
  std::int64_t boxes{0};            ///< of usable labels
  std::int64_t swapped_corners{0};  ///< of those, sorted
  PassedOver passed_over;           ///< of the whole data set
  bool stopped{false};              ///< by a signal, before the end
  double seconds{0};                ///< from the first photograph to the last
  std::int64_t crops{0};            ///< (crop, model) pairs
  std::int64_t tiles{0};
  double decode_core_seconds{0};
  double cut_core_seconds{0};
  double network_core_seconds{0};
  std::vector<ModelFacts> models;            ///< as the manifest lists them
  std::map<std::string, std::string> files;  ///< SHA-256 of what the run wrote, by file name
};

/// What a reader must not overlook.
struct Warning {
  std::string code;  ///< kebab-case: "demo-checkpoints", "always-the-same", "people-in-two-parts", ...
  std::string text;
};

/// One of a head's worst misses, with its picture.
struct GalleryEntry {
  std::string photo;
  const Sign* sign{nullptr};
  double truth{0};  ///< the grade, or value / scale
  double answer{0};
  std::string jpeg;  ///< bytes of a JPEG
};

struct EvaluationReport {
  std::string title;               ///< "Validation of nia-2023 on ..."
  std::optional<RunFacts> run;     ///< where it is known which run made the predictions
  std::vector<InputFacts> inputs;  ///< of `evaluate`
  std::string version;             ///< of skingauge that evaluated
  std::string command;             ///< as typed
  std::string date;                ///< local, "2026-11-21 14:30"
  double seconds{0};               ///< the evaluation itself took
  EvaluationOptions options;
  std::map<Task, TaskReport> tasks;
  std::vector<ReplayReport> replays;
  std::vector<Warning> warnings;
  std::map<std::string, std::int64_t> problem_counts;  ///< by code
  std::vector<InputProblem> problems;                  ///< the first few of each code
  std::vector<GalleryEntry> gallery;                   ///< empty unless asked for: faces are personal
};

/// "class" or "regression": the published program's names of the tasks.
std::string mode_name(Task task);

/// The documented figure of a task (protocol, section 8) that a figure may be read beside, or empty: top3
/// 0.79 and mae 0.28 by the guideline, within1 0.8088 by the published log.
struct DocumentedFigure {
  double value{0};
  std::string source;
};
std::optional<DocumentedFigure> documented_figure(Task task, const std::string& figure);

/// Adds the warnings that follow from figures and facts: demo checkpoints, heads that always (or nearly
/// always) answer the same, figures not better than the best constant, people in two parts of the split, few
/// people, failed photographs, an interrupted run, problems in the input.
void add_warnings(EvaluationReport& report);

/// summary.json (format 1).
std::string summary_json(const EvaluationReport& report);
/// One self-contained HTML file: no network, readable without JavaScript save for its plots.
void write_report_html(std::ostream& out, const EvaluationReport& report);
/// heads.csv, items.csv, slices.csv, confusion.csv, calibration.csv, skipped.csv, as far as there is anything
/// to say. Throws DiskError.
void write_tables(const std::filesystem::path& folder, const EvaluationReport& report);
/// report.html, summary.json and the tables in one folder, which is made. Throws DiskError.
void write_report(const std::filesystem::path& folder, const EvaluationReport& report);

}  // namespace skingauge
