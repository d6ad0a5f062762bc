// Recomputing a published log's running figures from its own lines.
#pragma once

#include "skingauge/report.hpp"

#include "evaluation/nia_log_line.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

/// Follows a log of one task line by line. Grades agree where hits, misses and the printed percentage are
/// exactly ours. Measurements agree within the rounding of what is printed: three decimals of each error,
/// four of the figure; a printed nan agrees where a line before it has one, and lines with a nan count in no
/// other figure. A total agrees where it is exactly what the five printed figures before it give.
class Replay {
 public:
  explicit Replay(Task task) : task_(task) {}
  [[nodiscard]] Task task() const noexcept { return task_; }

  void add(const nia_log::Head& head, Item item);
  void photo_ended() { ++photos_; }
  /// False where the line does not follow from the lines before it.
  bool compare(const nia_log::Running& running, std::int64_t line);
  bool compare(const nia_log::Total& total, std::int64_t line);
  [[nodiscard]] const std::string& last_disagreement() const noexcept { return last_disagreement_; }

  /// `criterion`: what True stands for, where the user says so.
  [[nodiscard]] ReplayReport report(const std::string& file, bool finished,
                                    std::optional<Criterion> criterion) const;

 private:
  struct Sums {
    std::int64_t judged{0};
    std::int64_t hits{0};
    double error{0};
    std::int64_t undefined{0};  ///< measurements without a number: a mean with them is nan
  };
  [[nodiscard]] bool is_judged(Item item) const;
  [[nodiscard]] double figure(Item item) const;  ///< rounded as printed
  [[nodiscard]] std::string printed_figure(Item item) const;
  bool compare(const nia_log::Running::Item& printed, Item item);
  void disagree(std::int64_t line, const std::string& text);
  [[nodiscard]] double total() const;

  Task task_;
  std::map<Item, Sums> sums_;
  std::int64_t judged_{0};
  std::int64_t defined_{0};  ///< of the judged, those whose prediction and truth are numbers
  std::int64_t photos_{0};
  std::int64_t running_lines_{0};
  std::int64_t agreed_{0};
  std::int64_t follow_within1_{0};  ///< lines whose True is that of the criterion
  std::int64_t follow_exact_{0};
  std::int64_t contradict_top3_{0};  ///< lines with prediction = truth and False
  double largest_difference_{0};
  std::optional<double> mean_of_printed_;  ///< of the running line before a total
  bool running_agreed_{false};
  std::vector<double> printed_items_;
  std::optional<double> printed_total_;
  std::string first_disagreement_;
  std::string last_disagreement_;
};

}  // namespace skingauge
