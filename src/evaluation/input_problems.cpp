#include "evaluation/input_problems.hpp"

#include "core/ascii.hpp"
#include "core/json_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <string_view>

namespace skingauge {
namespace {

std::uint32_t bit_of(const Sign& sign) {
  static_assert(sizeof(std::uint32_t) * 8 >= 24);
  return std::uint32_t{1} << static_cast<unsigned>(&sign - signs().data());
}

}  // namespace

std::string brief_text(const std::string& text) { return brief(Json(text)); }

void add_foreign_line(InputFacts& facts, std::int64_t line, const std::string& text) {
  if (facts.foreign_lines++ > 0) return;
  facts.foreign_line = line;
  facts.foreign_example = brief_text(text);
}

std::string photo_id(const std::string& name) {
  constexpr std::array<std::string_view, 8> kPictures{".jpg", ".jpeg", ".png",  ".bmp",
                                                      ".tif", ".tiff", ".webp", ".jfif"};
  auto id = name.substr(name.find_last_of('/') + 1);
  const auto dot = id.rfind('.');
  if (dot == std::string::npos || dot == 0) return id;
  const auto extension = lower(id.substr(dot));
  if (std::find(kPictures.begin(), kPictures.end(), extension) == kPictures.end()) return id;
  id.resize(dot);
  return id.substr(id.find_last_of('\\') + 1);
}

std::optional<Task> task_named(std::string_view name) {
  for (const auto task : {Task::grade, Task::measurement}) {
    if (name == to_string(task) || name == mode_name(task)) return task;
  }
  return std::nullopt;
}

double probability(double value, const char* field) {
  constexpr double kRounding = 1e-4;
  if (value >= 0 && value <= 1 + kRounding) return std::min(value, 1.0);
  throw BadLine{"value-invalid", std::string(field) + ": found " + brief(Json(value)) + ", expected 0..1"};
}

BadLine bad_top3(const std::string& found, const std::string& expected) {
  return {"value-invalid", "top3: found " + brief_text(found) + ", expected " + expected};
}

int rank_in_top3(const std::vector<double>& grades, const GradeSample& sample, int width,
                 const std::string& found) {
  for (auto grade = grades.begin(); grade != grades.end(); ++grade) {
    if (*grade != std::floor(*grade) || *grade < 0 || *grade >= width)
      throw bad_top3(found, "grades 0.." + std::to_string(width - 1));
    if (std::find(grades.begin(), grade, *grade) != grade) throw bad_top3(found, "different grades");
  }
  const auto top = std::min<std::size_t>(grades.size(), 3);
  const auto first = std::next(grades.begin(), static_cast<std::ptrdiff_t>(top));
  if (top > 0 && std::find(grades.begin(), first, sample.answer) == first)
    throw bad_top3(found, "the prediction " + std::to_string(sample.answer) + " among them");
  if (static_cast<int>(top) < std::min(3, width)) return HeadSamples::kUnknown;
  const auto truth = std::find(grades.begin(), grades.end(), sample.truth);
  return truth == grades.end() ? static_cast<int>(std::max<std::size_t>(grades.size(), 3))
                               : static_cast<int>(truth - grades.begin());
}

void InputSink::problem(const std::string& code, std::int64_t line, const std::string& message) {
  const auto count = ++input_->problem_counts[code];
  if (count <= static_cast<std::int64_t>(kept_)) input_->problems.push_back({code, file_, line, message});
}

bool InputSink::in_range(std::int64_t line, const Sign& sign, const char* what, int grade, int highest) {
  if (grade >= 0 && grade <= highest) return true;
  problem("grade-out-of-range", line,
          std::string(sign.key) + ": " + what + " is " + std::to_string(grade) + ", expected 0.." +
              std::to_string(highest));
  return false;
}

std::optional<std::uint32_t> InputSink::place(std::int64_t line, const PhotoFacts& photo, const Sign& sign) {
  const auto index = input_->data.add_photo(photo);
  auto& seen = input_->seen;
  seen.resize(std::max<std::size_t>(seen.size(), index + 1), 0);
  if ((seen[index] & bit_of(sign)) == 0) {
    seen[index] |= bit_of(sign);
    return index;
  }
  problem("duplicate", line,
          photo.id + " " + std::string(sign.key) + " (" + std::string(to_string(sign.task)) +
              ") was there before; the first counts");
  return std::nullopt;
}

bool InputSink::add_grade(std::int64_t line, const PhotoFacts& photo, const Sign& sign,
                          const GradeSample& sample, int width) {
  if (!in_range(line, sign, "the prediction", sample.answer, std::max(sign.max_grade, width - 1)) ||
      !in_range(line, sign, "the truth", sample.truth, sign.max_grade))
    return false;
  const auto index = place(line, photo, sign);
  if (index) input_->data.add_grade(*index, sign, sample);
  return index.has_value();
}

bool InputSink::add_measurement(std::int64_t line, const PhotoFacts& photo, const Sign& sign, double answer,
                                double truth) {
  if (!std::isfinite(answer) || !std::isfinite(truth)) {
    problem("value-invalid", line, std::string(sign.key) + ": prediction or truth is not a finite number");
    return false;
  }
  const auto index = place(line, photo, sign);
  if (index) input_->data.add_measurement(*index, sign, answer, truth);
  return index.has_value();
}

bool InputSink::add_skipped(std::int64_t line, const PhotoFacts& photo, const Sign& sign,
                            const std::string& reason) {
  const auto index = place(line, photo, sign);
  if (index) input_->data.add_skipped(sign, reason);
  return index.has_value();
}

}  // namespace skingauge
