// A report: an evaluation, what it must be read with, and the files it is written to. docs/formats.md is the
// contract of the files.
#pragma once

#include "skingauge/evaluation.hpp"

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
  bool stopped{false};            ///< by a signal, before the end
  double seconds{0};              ///< from the first photograph to the last
  std::int64_t crops{0};          ///< (crop, model) pairs
  std::int64_t tiles{0};
  double decode_core_seconds{0};
  double cut_core_seconds{0};
  double network_core_seconds{0};
  std::vector<ModelFacts> models;            ///< as the manifest lists them
  std::map<std::string, std::string> files;  ///< SHA-256 of what the run wrote, by file name
};

/// A file the predictions were read from.
struct InputFacts {
  std::string file;  ///< as the user named it
  std::string kind;  ///< "predictions.jsonl", "csv", "published log"
  std::string sha256;
  std::int64_t lines{0};
  std::string encoding{"utf-8"};  ///< "utf-8", "utf-16le", "utf-16be", "utf-8, partly utf-16le", "not utf-8"
  std::int64_t foreign_lines{0};  ///< of other kinds, passed over: what a log's program prints besides
  std::int64_t foreign_line{0};   ///< the number of the first
  std::string foreign_example{};  ///< its text, shortened
};

/// Something in an input that could not be used, or was odd.
struct InputProblem {
  std::string code;  ///< kebab-case: "unknown-key", "grade-out-of-range", "duplicate", ...
  std::string file;
  std::int64_t line{0};  ///< 1-based
  std::string message;
};

/// What a reader must not overlook.
struct Warning {
  std::string code;  ///< kebab-case: "demo-checkpoints", "always-the-same", "people-in-two-parts", ...
  std::string text;
};

/// One of the runs that a log file holds.
struct LogRun {
  int number{1};  ///< from 1, in the order of the file; those without a prediction are not counted
  std::int64_t first_line{0};
  std::int64_t last_line{0};
  std::int64_t photos{0};
  bool finished{false};   ///< reached "Finish!"
  bool evaluated{false};  ///< else it was passed over
};

/// Whether a published log's running lines follow from its own (prediction, truth) pairs.
struct ReplayReport {
  std::string file;
  Task task{};
  std::string
      criterion;  ///< grades: what the log's True stands for: "within1", "exact", "top3", "as printed"
  std::int64_t photos{0};
  std::int64_t judged{0};
  std::int64_t running_lines{0};   ///< running figures compared, five items each
  std::int64_t agreed{0};          ///< of those, all five items and the total agree
  double largest_difference{0};    ///< of an item's figure: percent points, or MAE
  std::string first_disagreement;  ///< with its line number; empty where all agree
  std::vector<std::pair<Item, std::optional<double>>> items;  ///< at the end; percent, or MAE
  std::vector<double> printed_items;    ///< the log's last five; empty where it has none
  std::optional<double> total;          ///< recomputed, rounded as printed: 80.88, 0.194
  std::optional<double> printed_total;  ///< the log's last
  bool finished{false};                 ///< the run ends with "Finish!"
  int run{1};                           ///< the run of the file that this is about
  std::vector<LogRun> runs;             ///< all that the file holds
  std::int64_t empty_runs{0};           ///< besides, started without a prediction
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
