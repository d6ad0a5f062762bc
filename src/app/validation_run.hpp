// One validation: requests out of a data set, predictions into figures and files.
#pragma once

#include "skingauge/ensemble.hpp"
#include "skingauge/report.hpp"

#include "app/exit_code.hpp"
#include "app/photo_selection.hpp"
#include "app/progress.hpp"
#include "app/validation_files.hpp"

#include <cstddef>
#include <deque>
#include <optional>
#include <string>

namespace skingauge::app {

/// Tells of the first few problems on standard error, and counts all. `strict`: warnings are errors.
class Problems {
 public:
  Problems(Progress& progress, bool strict) : progress_(&progress), strict_(strict) {}
  void error(const std::string& message);
  void warning(const std::string& message);
  /// Says how many were not told.
  void close();
  [[nodiscard]] bool any_error() const { return errors_ > 0; }

 private:
  void tell(const std::string& text, std::size_t before);
  Progress* progress_;
  bool strict_;
  std::size_t errors_{0};
  std::size_t warnings_{0};
};

/// Runs the selected photographs through the ensemble, in order, labels read beside it. Used once, from one
/// thread.
class ValidationRun {
 public:
  ValidationRun(const Ensemble& ensemble, Selection selection, ValidationFiles& files, Progress& progress,
                bool strict);

  /// Ends early, in order, on a signal or where the device is lost. Throws DiskError where files cannot be
  /// written.
  ExitCode run();
  [[nodiscard]] const EvaluationData& data() const { return data_; }
  [[nodiscard]] const std::vector<PhotoEntry>& photos() const { return selection_.photos; }
  [[nodiscard]] RunFacts facts(Criterion criterion) const;

 private:
  std::optional<Request> next_request();
  bool take(const FacePrediction& face);
  void report(const PhotoEntry& photo, const FacePrediction& face, const PhotoLabels& labels);
  void report(const Label& label);
  void report_heads(const FacePrediction& face);
  [[nodiscard]] ExitCode status() const;

  const Ensemble* ensemble_;
  Selection selection_;
  ValidationFiles* files_;
  Progress* progress_;
  Problems problems_;
  EvaluationData data_;
  RunFacts facts_;
  std::deque<PhotoLabels> under_way_;
  std::size_t next_{0};   ///< photographs asked for
  std::size_t taken_{0};  ///< photographs answered
  bool device_failed_{false};
};

}  // namespace skingauge::app
