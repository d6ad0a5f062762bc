#include "evaluation/log_runs.hpp"

#include "evaluation/log_fragments.hpp"

#include <algorithm>

namespace skingauge::nia_log {
namespace {

using Counter = Total::Counter;

struct Place {
  std::int64_t fragment{0};
  std::int64_t line{0};
};

class RunFinder {
 public:
  void take(Place at, const std::string& fragment) {
    at_ = at;
    const auto line = parse(fragment);
    if (line) std::visit([this](const auto& found) { take(found); }, *line);
    if (line && !std::holds_alternative<Start>(*line)) current_.last_line = at.line;
  }

  FoundRuns finish(Place end) {
    close(end);
    return std::move(found_);
  }

 private:
  struct Current {
    Place start;
    std::int64_t last_line{0};
    bool command{false};
    bool finished{false};
    std::int64_t heads{0};
    std::int64_t photos{0};
    std::string first_photo;
    std::optional<Counter> first_counter;
    std::optional<Counter> counter;  ///< the last
    std::int64_t judged{0};          ///< hits and misses of the last running line
  };
  // The lines since the last photograph ended.
  struct Unit {
    Place start;
    Place group;  ///< where the heads of the last photograph begin
    std::int64_t group_heads{0};
    std::string photo;
  };

  void take(const Broken& /*unused*/) {}

  void take(const Start& start) {
    if (current_.heads > 0 || current_.finished || (start.command && current_.command)) close(at_);
    current_.command = current_.command || start.command;
  }

  void take(const Head& head) {
    const bool again = !current_.counter && current_.judged == 0 && current_.photos > 1 &&
                       unit_.photo != head.photo && head.photo == current_.first_photo;
    if (current_.finished || again) close(at_);
    if (unit_.group_heads == 0 || unit_.photo != head.photo) {
      unit_.group = at_;
      unit_.group_heads = 0;
      unit_.photo = head.photo;
    }
    ++unit_.group_heads;
    ++current_.heads;
    if (current_.first_photo.empty()) current_.first_photo = head.photo;
  }

  void take(const Running& running) {
    std::int64_t judged = 0;
    for (const auto& item : running.items) judged += item.hits + item.misses;
    if (!current_.counter && judged < current_.judged && judged == unit_.group_heads) restart();
    current_.judged = judged;
  }

  void take(const Total& total) {
    if (total.counter && starts_anew(*total.counter)) restart();
    if (total.counter && !current_.first_counter) current_.first_counter = total.counter;
    if (total.counter) current_.counter = total.counter;
    end_photo();
  }

  // The last total may be printed twice.
  [[nodiscard]] bool starts_anew(const Counter& now) const {
    if (!current_.counter || current_.finished) return false;
    const auto& last = *current_.counter;
    const bool other = now.photos != last.photos;
    if (now.photo == last.photo && !other && unit_.group_heads == 0) return false;
    return now.photo <= (other ? std::int64_t{1} : current_.first_counter->photo);
  }

  void take(const Rule& /*unused*/) { end_photo(); }
  void take(const Finish& /*unused*/) { current_.finished = true; }

  void end_photo() {
    if (unit_.group_heads > 0) ++current_.photos;
    unit_ = {};
    unit_.start = {at_.fragment + 1, at_.line};
  }

  // The photograph that has just been read is the first of another run.
  void restart() {
    const auto unit = unit_;
    current_.heads -= unit.group_heads;
    close(unit.group_heads > 0 ? unit.group : unit.start);
    unit_ = unit;
    current_.heads = unit.group_heads;
    current_.first_photo = unit.photo;
  }

  void close(Place end) {
    if (current_.heads > 0) {
      LogRun facts;
      facts.number = static_cast<int>(found_.runs.size()) + 1;
      facts.first_line = current_.start.line;
      facts.last_line = std::clamp(end.line - 1, facts.first_line, current_.last_line);
      facts.photos = current_.photos;
      facts.finished = current_.finished;
      found_.runs.push_back({facts, current_.start.fragment, end.fragment});
    } else if (current_.command) {
      ++found_.empty;
    }
    current_ = {};
    current_.start = end;
    unit_ = {};
    unit_.start = end;
  }

  FoundRuns found_;
  Current current_;
  Unit unit_;
  Place at_;
};

}  // namespace

void visit_fragments(LineSource& lines,
                     const std::function<void(std::int64_t index, const std::string& fragment)>& take) {
  std::int64_t index = 0;
  for (std::string line; lines.next(line);) {
    for (const auto& fragment : fragments(line)) take(index++, fragment);
  }
}

FoundRuns find_runs(const std::filesystem::path& file) {
  LineSource lines(file);
  RunFinder finder;
  std::int64_t end = 0;
  visit_fragments(lines, [&](std::int64_t index, const std::string& fragment) {
    finder.take({index, lines.number()}, fragment);
    end = index + 1;
  });
  return finder.finish({end, lines.number() + 1});
}

}  // namespace skingauge::nia_log
