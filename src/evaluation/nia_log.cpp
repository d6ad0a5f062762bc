#include "skingauge/nia_log.hpp"

#include "evaluation/python_format.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <ostream>

namespace skingauge {
namespace {

constexpr std::size_t kRuleLength = 180;

// "Sub_0120_Equ_01_Angle_Ft_Area_6"
std::string place(const PhotoEntry& photo, Facepart facepart) {
  return "Sub_" + photo.subject + "_Equ_0" + std::to_string(static_cast<int>(photo.device)) + "_Angle_" +
         photo.angle + "_Area_" + std::to_string(number(facepart));
}

}  // namespace

NiaLog::NiaLog(std::ostream& out, Task task, std::size_t photos, Criterion criterion, Clock clock)
    : out_(&out), task_(task), photos_(photos), criterion_(criterion), clock_(std::move(clock)) {}

std::string NiaLog::local_time() {
  const auto now = std::chrono::system_clock::now();
  const auto seconds = std::chrono::system_clock::to_time_t(now);
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local);
  auto fraction = std::to_string(1000 + milliseconds);
  fraction[0] = ',';
  return text.data() + fraction;
}

void NiaLog::line(const std::string& text) { *out_ << clock_() << ' ' << text << '\n'; }

void NiaLog::add(const PhotoEntry& photo, const std::vector<HeadOutcome>& outcomes) {
  for (const auto& outcome : outcomes) {
    if (outcome.sign->task == task_ && outcome.judged()) head_line(photo, outcome);
  }
  running_lines();
  ++done_;
}

void NiaLog::head_line(const PhotoEntry& photo, const HeadOutcome& outcome) {
  auto& running = running_[outcome.sign->item];
  ++running.judged;
  const auto start =
      place(photo, outcome.sign->facepart) + "(" + std::string(to_string(outcome.sign->item)) + ")==> Pred: ";
  if (const auto* grade = std::get_if<GradePrediction>(&outcome.answer)) {
    const int truth = static_cast<int>(outcome.truth);
    const bool hit = is_hit(*grade, truth, criterion_);
    running.hits += hit ? 1 : 0;
    line(start + std::to_string(grade->grade) + "  /  Gt: " + std::to_string(truth) + "  ==> " +
         (hit ? "True " : "False "));
    return;
  }
  const double value = std::get<MeasurementPrediction>(outcome.answer).value;
  const double truth = outcome.normalised_truth();
  const double error = std::abs(value - truth);
  running.error += error;
  line(start + fixed(value, 3) + "  /  Gt: " + fixed(truth, 3) + "  ==> MAE: " + fixed(error, 3));
}

// An item of which nothing was judged yet prints as a whole 0 and counts as 0 in the total, as published.
void NiaLog::running_lines() {
  std::string text;
  double total = 0.0;
  const bool grades = task_ == Task::grade;
  for (const auto item : items(task_)) {
    const auto& running = running_[item];
    const double average = running.judged == 0 ? 0.0
                           : grades
                               ? static_cast<double>(running.hits) / static_cast<double>(running.judged) * 100
                               : running.error / static_cast<double>(running.judged);
    const double rounded = python_round(average, grades ? 2 : 4);
    total += rounded;
    text += (text.empty() ? "" : " // ") + std::string(to_string(item)) + ": ";
    text += running.judged == 0 ? "0" : python_repr(rounded);
    if (grades) {
      text += "%(T: " + std::to_string(running.hits) +
              " / F: " + std::to_string(running.judged - running.hits) + ")";
    }
  }
  const double mean = total / static_cast<double>(items(task_).size());
  const auto count = "[" + std::to_string(done_) + " / " + std::to_string(photos_) + "]";
  line(text);
  line(grades ? count + "Total Average Acc => " + fixed(mean, 2) + "%"
              : count + " Total Average MAE => " + fixed(mean, 3));
  line(std::string(kRuleLength, '='));
}

void NiaLog::finish() { line("Finish!"); }

}  // namespace skingauge
