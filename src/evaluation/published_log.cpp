#include "skingauge/error.hpp"

#include "evaluation/log_fragments.hpp"
#include "evaluation/log_runs.hpp"
#include "evaluation/predictions_reader.hpp"
#include "evaluation/replay.hpp"

#include <algorithm>
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

// One run's lines. Its grades can only be taken once the whole run has told what its True stands for.
class RunReader {
 public:
  RunReader(LineSource& lines, InputSink& sink, const InputOptions& options, const LogRun& run)
      : lines_(lines), sink_(sink), options_(options), run_(run) {}

  void read(const nia_log::Line& line) {
    std::visit([this](const auto& found) { take(found); }, line);
  }
  void broken(const std::string& text) {
    sink_.problem("bad-line", lines_.number(), "found " + brief_text(text) + ", expected a line of a log");
  }

  void finish(const nia_log::FoundRuns& found) {
    if (!replay_) return;
    auto report = replay_->report(sink_.file(), finished_, options_.criterion);
    report.run = run_.number;
    for (const auto& run : found.runs) report.runs.push_back(run.facts);
    report.empty_runs = found.empty;
    if (!finished_) {
      sink_.problem("log-truncated", run_.last_line,
                    "ends without \"Finish!\" after " + std::to_string(report.photos) + " photographs");
    }
    add_grades(report.criterion);
    sink_.input().replays.push_back(std::move(report));
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

  void take(const nia_log::Start& /*unused*/) {}
  void take(const nia_log::Broken& /*unused*/) {}
  void take(const nia_log::Rule& /*unused*/) {
    if (replay_) replay_->photo_ended();
  }
  void take(const nia_log::Finish& /*unused*/) { finished_ = true; }

  void take(const nia_log::Head& head) {
    if (!is_ours(head.task)) return;
    const auto* sign = sign_of(head);
    if (sign == nullptr)
      return sink_.problem("unknown-key", lines_.number(),
                           brief_text(head.item) + " of area " + std::to_string(head.facepart) + " is no " +
                               std::string(to_string(head.task)));
    replay_->add(head, sign->item);
    if (!head.defined())
      return sink_.problem("value-invalid", lines_.number(),
                           std::string(sign->key) + ": prediction or truth is nan, expected a number");
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

  void add_grades(const std::string& criterion) {
    for (const auto& grade : grades_) {
      GradeSample sample{grade.answer, grade.truth};
      if (criterion == to_string(Criterion::top3)) sample.rank = rank_of(grade);
      if (criterion == "as printed" && grade.answer == grade.truth && !grade.hit)
        sink_.problem("flag-inconsistent", grade.line, "prediction and truth agree, but the line says False");
      sink_.add_grade(grade.line, grade.photo, *grade.sign, sample);
    }
  }

  // All that a log by Top-3 tells: among the first three, or not.
  static int rank_of(const Grade& grade) {
    if (grade.answer == grade.truth) return 0;
    return grade.hit ? 2 : 3;
  }

  LineSource& lines_;
  InputSink& sink_;
  const InputOptions& options_;
  LogRun run_;
  std::optional<Replay> replay_;
  std::vector<Grade> grades_;
  bool finished_{false};
};

// The runs that are asked for, in the order of the file.
std::vector<nia_log::FoundRun> chosen(const nia_log::FoundRuns& found, const InputOptions& options,
                                      const std::string& file) {
  const auto& runs = found.runs;
  if (options.run > static_cast<int>(runs.size()))
    throw UsageError(ErrorCode::bad_option, "run " + std::to_string(options.run) + ": " + file + " holds " +
                                                std::to_string(runs.size()));
  if (options.all_runs || runs.empty()) return runs;
  if (options.run > 0) return {runs[static_cast<std::size_t>(options.run) - 1]};
  const auto finished =
      std::find_if(runs.rbegin(), runs.rend(), [](const auto& run) { return run.facts.finished; });
  return {finished == runs.rend() ? runs.back() : *finished};
}

// Deals a file's fragments to its chosen runs, and counts what is no line of a log.
class LogReader {
 public:
  LogReader(LineSource& lines, InputSink& sink, const InputOptions& options, InputFacts& facts)
      : lines_(lines),
        sink_(sink),
        options_(options),
        facts_(facts),
        found_(nia_log::find_runs(lines.file())),
        chosen_(chosen(found_, options, sink.file())),
        next_(chosen_.begin()) {
    for (const auto& run : chosen_)
      found_.runs[static_cast<std::size_t>(run.facts.number) - 1].facts.evaluated = true;
  }

  void read() {
    nia_log::visit_fragments(
        lines_, [this](std::int64_t index, const std::string& fragment) { take(index, fragment); });
    end_run();
  }

 private:
  void take(std::int64_t index, const std::string& fragment) {
    if (run_ && index >= end_) end_run();
    if (!run_ && next_ != chosen_.end() && index >= next_->first_fragment) {
      end_ = next_->end_fragment;
      run_.emplace(lines_, sink_, options_, (next_++)->facts);
    }
    const auto line = nia_log::parse(fragment);
    const bool cut = !line && index + 1 == end_ && !lines_.ended();
    if (run_ && line) run_->read(*line);
    if (run_ && (cut || (line && std::holds_alternative<nia_log::Broken>(*line))))
      return run_->broken(fragment);
    if (!line || std::holds_alternative<nia_log::Start>(*line))
      add_foreign_line(facts_, lines_.number(), fragment);
  }

  void end_run() {
    if (run_) run_->finish(found_);
    run_.reset();
  }

  LineSource& lines_;
  InputSink& sink_;
  const InputOptions& options_;
  InputFacts& facts_;
  nia_log::FoundRuns found_;
  std::vector<nia_log::FoundRun> chosen_;
  std::vector<nia_log::FoundRun>::const_iterator next_;
  std::optional<RunReader> run_;
  std::int64_t end_{0};
};

}  // namespace

bool is_published_log_line(const std::string& line) {
  const auto found = nia_log::fragments(line);
  return std::any_of(found.begin(), found.end(), [](const std::string& fragment) {
    const auto parsed = nia_log::parse(fragment);
    return parsed && (std::holds_alternative<nia_log::Head>(*parsed) ||
                      std::holds_alternative<nia_log::Running>(*parsed) ||
                      std::holds_alternative<nia_log::Total>(*parsed));
  });
}

void read_published_log(LineSource& lines, InputSink& sink, const InputOptions& options, InputFacts& facts) {
  LogReader(lines, sink, options, facts).read();
}

}  // namespace skingauge
