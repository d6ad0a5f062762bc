// How far a slow command is: a bar on a terminal, a line now and then elsewhere.
#pragma once

#include <chrono>
#include <cstddef>
#include <iosfwd>
#include <string>

namespace skingauge::app {

/// Writes to `out` (standard error); says nothing where `quiet`. Not safe from several threads.
class Progress {
 public:
  /// `what` names the things counted: "photos". `terminal`: redraw one line; else a line every ten seconds.
  Progress(std::ostream& out, std::string what, std::size_t total, bool terminal, bool quiet);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();

  /// The counted work begins now, not when this was made.
  void start() { start_ = Clock::now(); }
  /// So many are done; beyond the total, that one grows with it.
  void update(std::size_t done);
  /// Writes a line of text without tearing the bar.
  void say(const std::string& text);

 private:
  using Clock = std::chrono::steady_clock;
  void draw(std::size_t done);
  void clear();

  std::ostream* out_;
  std::string what_;
  std::size_t total_;
  bool terminal_;
  bool quiet_;
  bool drawn_{false};
  Clock::time_point start_{Clock::now()};
  Clock::time_point last_{};
};

/// Whether standard error is a terminal.
bool stderr_is_terminal();

}  // namespace skingauge::app
