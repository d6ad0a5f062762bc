#include "app/progress.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>

#include <fmt/format.h>
#include <unistd.h>

namespace skingauge::app {
namespace {

using Seconds = std::chrono::duration<double>;

std::string clock_text(double seconds) {
  const auto whole = std::llround(seconds);
  if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
  return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

constexpr int kBarWidth = 24;

}  // namespace

Progress::Progress(std::ostream& out, std::string what, std::size_t total, bool terminal, bool quiet)
    : out_(&out), what_(std::move(what)), total_(total), terminal_(terminal), quiet_(quiet) {}

Progress::~Progress() { clear(); }

void Progress::update(std::size_t done) {
  if (quiet_) return;
  const auto now = Clock::now();
  const Seconds pause(terminal_ ? 0.1 : 10.0);
  const auto since = last_ == Clock::time_point{} ? now - start_ : now - last_;
  if (since < pause && !(terminal_ && done == total_)) return;
  last_ = now;
  draw(done);
}

void Progress::draw(std::size_t done) {
  total_ = std::max(total_, done);  // more than was announced
  const double seconds = Seconds(Clock::now() - start_).count();
  const double rate = seconds > 0 ? static_cast<double>(done) / seconds : 0;
  const auto left = rate > 0 ? clock_text(static_cast<double>(total_ - done) / rate) : "?";
  const auto text = fmt::format("{} / {} {}  {:.1f}/s  {} left", done, total_, what_, rate, left);
  if (!terminal_) {
    *out_ << text << std::endl;
    return;
  }
  const auto filled = static_cast<int>(total_ == 0 ? 0 : static_cast<std::size_t>(kBarWidth) * done / total_);
  *out_ << fmt::format("\r\033[K[{}{}] {}", std::string(static_cast<std::size_t>(filled), '#'),
                       std::string(static_cast<std::size_t>(kBarWidth - filled), '.'), text)
        << std::flush;
  drawn_ = true;
}

void Progress::clear() {
  if (drawn_) *out_ << "\r\033[K" << std::flush;
  drawn_ = false;
}

void Progress::say(const std::string& text) {
  if (quiet_) return;
  clear();
  *out_ << text << std::endl;
}

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

}  // namespace skingauge::app
