#include "evaluation/input_problems.hpp"

#include "core/ascii.hpp"
#include "core/json_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace skingauge {
namespace {

std::uint32_t bit_of(const Sign& sign) {
  static_assert(sizeof(std::uint32_t) * 8 >= 24);
  return std::uint32_t{1} << static_cast<unsigned>(&sign - signs().data());
}

}  // namespace

std::string brief_text(const std::string& text) { return brief(Json(text)); }

std::string photo_id(const std::string& name) {
  constexpr std::array<std::string_view, 8> kPictures{".jpg", ".jpeg", ".png",  ".bmp",
                                                      ".tif", ".tiff", ".webp", ".jfif"};
  auto id = name.substr(name.find_last_of("/\\") + 1);
  const auto dot = id.rfind('.');
  if (dot == std::string::npos || dot == 0) return id;
  const auto extension = lower(id.substr(dot));
  if (std::find(kPictures.begin(), kPictures.end(), extension) != kPictures.end()) id.resize(dot);
  return id;
}

void InputSink::problem(const std::string& code, std::int64_t line, const std::string& message) {
  const auto count = ++input_->problem_counts[code];
  if (count <= static_cast<std::int64_t>(kept_)) input_->problems.push_back({code, file_, line, message});
}

bool InputSink::in_range(std::int64_t line, const Sign& sign, const char* what, int grade) {
  if (grade >= 0 && grade <= sign.max_grade) return true;
  problem("grade-out-of-range", line,
          std::string(sign.key) + ": " + what + " is " + std::to_string(grade) + ", expected 0.." +
              std::to_string(sign.max_grade));
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
                          const GradeSample& sample) {
  if (!in_range(line, sign, "the prediction", sample.answer) ||
      !in_range(line, sign, "the truth", sample.truth))
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
