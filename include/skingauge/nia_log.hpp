// The published program's log, line for line (protocol, section 7).
#pragma once

#include "skingauge/dataset.hpp"
#include "skingauge/outcome.hpp"

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace skingauge {

/// Writes class_test.txt (Task::grade) or regression_test.txt (Task::measurement) to a stream: a line per
/// judged head, the running figures after each photograph, "Finish!" at the end. Not safe from several
/// threads.
class NiaLog {
 public:
  /// Answers the local time as "YYYY-mm-dd HH:MM:SS,mmm"; injected so that tests need no clock.
  using Clock = std::function<std::string()>;

  NiaLog(std::ostream& out, Task task, std::size_t photos, Criterion criterion = Criterion::top3,
         Clock clock = local_time);

  /// The next photograph's outcomes, in order; those of the other task are passed over.
  void add(const PhotoEntry& photo, const std::vector<HeadOutcome>& outcomes);
  void finish();

  static std::string local_time();

 private:
  struct Running {
    std::int64_t judged{0};
    std::int64_t hits{0};
    double error{0.0};
  };
  void line(const std::string& text);
  void head_line(const PhotoEntry& photo, const HeadOutcome& outcome);
  void running_lines();

  std::ostream* out_;
  Task task_;
  std::size_t photos_;
  std::size_t done_{0};
  Criterion criterion_;
  Clock clock_;
  std::map<Item, Running> running_;
};

}  // namespace skingauge
