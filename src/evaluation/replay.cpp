#include "evaluation/replay.hpp"

#include "evaluation/python_format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace skingauge {
namespace {

// An error is printed with three decimals, so a mean of errors is off by up to half of the last one; the
// figure with four.
constexpr double kPrintedError = 0.0005 + 0.00005 + 1e-9;

}  // namespace

void Replay::add(const nia_log::Head& head, Item item) {
  auto& sums = sums_[item];
  if (task_ == Task::measurement && !(head.defined() && std::isfinite(head.error))) {
    ++sums.undefined;
    return;
  }
  ++judged_;
  ++sums.judged;
  sums.error += head.error;
  sums.hits += head.hit ? 1 : 0;
  if (!head.defined()) return;
  ++defined_;
  const double distance = std::abs(head.answer - head.truth);
  follow_within1_ += (distance < 2) == head.hit ? 1 : 0;
  follow_exact_ += (distance == 0) == head.hit ? 1 : 0;
  contradict_top3_ += distance == 0 && !head.hit ? 1 : 0;
}

bool Replay::is_judged(Item item) const {
  const auto found = sums_.find(item);
  return found != sums_.end() && found->second.judged > 0;
}

double Replay::figure(Item item) const {
  if (!is_judged(item)) return 0.0;
  const auto found = sums_.find(item);
  const auto judged = static_cast<double>(found->second.judged);
  return task_ == Task::grade ? python_round(static_cast<double>(found->second.hits) / judged * 100, 2)
                              : python_round(found->second.error / judged, 4);
}

// An item of which nothing was judged prints as a whole 0.
std::string Replay::printed_figure(Item item) const {
  return is_judged(item) ? python_repr(figure(item)) : "0";
}

bool Replay::compare(const nia_log::Running::Item& printed, Item item) {
  const double value = std::strtod(printed.figure.c_str(), nullptr);
  const auto found = sums_.find(item);
  const Sums sums = found == sums_.end() ? Sums{} : found->second;
  if (std::isnan(value)) return sums.undefined > 0;
  const double difference = std::abs(value - figure(item));
  largest_difference_ = std::max(largest_difference_, difference);
  if (task_ == Task::measurement) return difference <= kPrintedError;
  const bool counts = printed.hits == sums.hits && printed.misses == sums.judged - sums.hits;
  return counts && (printed.figure == printed_figure(item) || (sums.judged == 0 && value == 0));
}

bool Replay::compare(const nia_log::Running& running, std::int64_t line) {
  ++running_lines_;
  running_agreed_ = running.items.size() == items(task_).size();
  double sum = 0;
  printed_items_.clear();
  std::string differs;
  for (std::size_t i = 0; i < std::min(running.items.size(), items(task_).size()); ++i) {
    const auto item = items(task_)[i];
    printed_items_.push_back(std::strtod(running.items[i].figure.c_str(), nullptr));
    sum += printed_items_.back();
    if (running.items[i].name == to_string(item) && compare(running.items[i], item)) continue;
    running_agreed_ = false;
    if (differs.empty())
      differs = running.items[i].name + " is " + running.items[i].figure + ", the lines before give " +
                std::string(to_string(item)) + " " + printed_figure(item);
  }
  mean_of_printed_ = sum / static_cast<double>(items(task_).size());
  if (!running_agreed_) disagree(line, differs.empty() ? "found other items than the protocol's" : differs);
  return running_agreed_;
}

bool Replay::compare(const nia_log::Total& total, std::int64_t line) {
  printed_total_ = std::strtod(total.figure.c_str(), nullptr);
  auto expected =
      mean_of_printed_ ? fixed(*mean_of_printed_, task_ == Task::grade ? 2 : 3) : std::string("nothing");
  if (mean_of_printed_ && std::isnan(*mean_of_printed_)) expected = "nan";
  const bool follows = total.figure == expected;
  agreed_ += follows && running_agreed_ ? 1 : 0;
  running_agreed_ = false;
  if (!follows) disagree(line, "the total is " + total.figure + ", the items before it give " + expected);
  return follows;
}

void Replay::disagree(std::int64_t line, const std::string& text) {
  last_disagreement_ = text;
  if (first_disagreement_.empty()) first_disagreement_ = "line " + std::to_string(line) + ": " + text;
}

double Replay::total() const {
  double sum = 0;
  for (const auto item : items(task_)) sum += figure(item);
  return sum / static_cast<double>(items(task_).size());
}

ReplayReport Replay::report(const std::string& file, bool finished,
                            std::optional<Criterion> criterion) const {
  ReplayReport report;
  report.file = file;
  report.task = task_;
  report.photos = photos_;
  report.judged = judged_;
  report.running_lines = running_lines_;
  report.agreed = agreed_;
  report.largest_difference = largest_difference_;
  report.first_disagreement = first_disagreement_;
  report.printed_items = printed_items_;
  if (printed_total_ && std::isfinite(*printed_total_)) report.printed_total = printed_total_;
  report.finished = finished;
  for (const auto item : items(task_))
    report.items.emplace_back(item, is_judged(item) ? std::optional(figure(item)) : std::nullopt);
  if (judged_ > 0) report.total = python_round(total(), task_ == Task::grade ? 2 : 3);
  if (task_ != Task::grade || judged_ == 0) return report;
  if (criterion) {
    report.criterion = to_string(*criterion);
  } else if (follow_within1_ == defined_) {
    report.criterion = to_string(Criterion::within1);
  } else if (follow_exact_ == defined_) {
    report.criterion = to_string(Criterion::exact);
  } else {
    report.criterion = contradict_top3_ == 0 ? std::string(to_string(Criterion::top3)) : "as printed";
  }
  return report;
}

}  // namespace skingauge
