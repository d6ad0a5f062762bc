// What is known of the files that predictions were read from: what they held, what was odd, and whether a log
// follows from itself. docs/formats.md is the contract of their JSON.
#pragma once

#include "skingauge/sign.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace skingauge {

/// A file the predictions were read from.
struct InputFacts {
  std::string file;  ///< as the user named it
  std::string kind;  ///< "predictions.jsonl", "csv", "published log"
  std::string sha256;
  std::int64_t lines{0};
  std::string encoding{"utf-8"};  ///< "utf-16le", "not utf-8, perhaps cp949": docs/formats.md
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

}  // namespace skingauge
