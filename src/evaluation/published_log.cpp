#include "evaluation/nia_log_line.hpp"
#include "evaluation/predictions_reader.hpp"
#include "evaluation/replay.hpp"

#include <vector>

namespace skingauge {
namespace {

const Sign* sign_of(const nia_log::Head& head) {
  if (head.facepart < 0 || head.facepart > 8) return nullptr;
  for (const auto& sign : signs()) {
    if (number(sign.facepart) == head.facepart && sign.task == head.task && to_string(sign.item) == head.item)
      return &sign;
  }
  return nullptr;
}

// A log's grades can only be taken once the whole log has told what its True stands for.
class LogReader {
 public:
  LogReader(LineSource& lines, InputSink& sink, const InputOptions& options)
      : lines_(lines), sink_(sink), options_(options) {}

  void read(std::string line) {
    do {
      const auto parsed = nia_log::parse(line);
      if (parsed) {
        std::visit([this](const auto& found) { take(found); }, *parsed);
      } else {
        sink_.problem("bad-line", lines_.number(),
                      "found " + brief_text(line) + ", expected a line of a log");
      }
    } while (lines_.next(line));
    finish();
  }

 private:
  struct Grade {
    std::int64_t line;
    PhotoFacts photo;
    const Sign* sign;
    int answer;
    int truth;
    bool hit;
  };

  // The first line that tells a task decides on the log's.
  bool is_ours(Task task) {
    if (!replay_) replay_.emplace(task);
    if (replay_->task() == task) return true;
    sink_.problem("log-mixed", lines_.number(),
                  "a line of " + mode_name(task) + " in a log of " + mode_name(replay_->task()));
    return false;
  }

  void take(const nia_log::Blank&) {}
  void take(const nia_log::Rule&) {
    if (replay_) replay_->photo_ended();
  }
  void take(const nia_log::Finish&) { finished_ = true; }

  void take(const nia_log::Head& head) {
    if (!is_ours(head.task)) return;
    const auto* sign = sign_of(head);
    if (sign == nullptr)
      return sink_.problem("unknown-key", lines_.number(),
                           brief_text(head.item) + " of area " + std::to_string(head.facepart) + " is no " +
                               std::string(to_string(head.task)));
    replay_->add(head, sign->item);
    const auto photo = facts_from_name(head.photo);
    if (head.task == Task::measurement) {
      sink_.add_measurement(lines_.number(), photo, *sign, head.answer, head.truth);
    } else {
      grades_.push_back({lines_.number(), photo, sign, static_cast<int>(head.answer),
                         static_cast<int>(head.truth), head.hit});
    }
  }

  void take(const nia_log::Running& running) {
    if (!is_ours(running.task)) return;
    if (!replay_->compare(running, lines_.number())) disagreed();
  }
  void take(const nia_log::Total& total) {
    if (!is_ours(total.task)) return;
    if (!replay_->compare(total, lines_.number())) disagreed();
  }
  void disagreed() { sink_.problem("running-disagrees", lines_.number(), replay_->last_disagreement()); }

  void finish() {
    if (!replay_) return;
    auto report = replay_->report(sink_.file(), finished_, options_.criterion);
    if (!finished_) {
      sink_.problem("log-truncated", lines_.number(),
                    "ends without \"Finish!\" after " + std::to_string(report.photos) + " photographs");
    }
    for (const auto& grade : grades_) {
      GradeSample sample{grade.answer, grade.truth};
      if (report.criterion == to_string(Criterion::top3)) sample.rank = rank_of(grade);
      if (report.criterion == "as printed" && grade.answer == grade.truth && !grade.hit)
        sink_.problem("flag-inconsistent", grade.line, "prediction and truth agree, but the line says False");
      sink_.add_grade(grade.line, grade.photo, *grade.sign, sample);
    }
    sink_.input().replays.push_back(std::move(report));
  }

  // All that a log by Top-3 tells: among the first three, or not.
  static int rank_of(const Grade& grade) {
    if (grade.answer == grade.truth) return 0;
    return grade.hit ? 2 : 3;
  }

  LineSource& lines_;
  InputSink& sink_;
  const InputOptions& options_;
  std::optional<Replay> replay_;
  std::vector<Grade> grades_;
  bool finished_{false};
};

}  // namespace

bool is_published_log_line(const std::string& line) { return nia_log::parse(line).has_value(); }

void read_published_log(LineSource& lines, const std::string& first, InputSink& sink,
                        const InputOptions& options) {
  LogReader(lines, sink, options).read(first);
}

}  // namespace skingauge
