#include "evaluation/predictions_reader.hpp"

#include "core/json_file.hpp"

#include <algorithm>
#include <cmath>

namespace skingauge {
namespace {

// Why a line cannot be used.
struct BadLine {
  std::string code;
  std::string message;
};

const Json& field(const Json& line, const char* name) {
  const auto found = line.find(name);
  if (found == line.end()) throw BadLine{"field-missing", std::string("has no \"") + name + "\""};
  return *found;
}

std::string text_field(const Json& line, const char* name) {
  const auto& value = field(line, name);
  if (!value.is_string() || value.get_ref<const std::string&>().empty())
    throw BadLine{"value-invalid", std::string(name) + ": found " + brief(value) + ", expected a text"};
  return value.get<std::string>();
}

int grade_field(const Json& line, const char* name) {
  const auto& value = field(line, name);
  if (!value.is_number_integer())
    throw BadLine{"value-invalid", std::string(name) + ": found " + brief(value) + ", expected a grade"};
  const auto grade = value.get<std::int64_t>();
  return static_cast<int>(std::clamp<std::int64_t>(grade, -1000, 1000));
}

double number_field(const Json& line, const char* name) {
  const auto& value = field(line, name);
  if (!value.is_number() || !std::isfinite(value.get<double>()))
    throw BadLine{"value-invalid", std::string(name) + ": found " + brief(value) + ", expected a number"};
  return value.get<double>();
}

Task task_of(const Json& line) {
  const auto found = line.find("task");
  if (found == line.end()) return line.contains("value") ? Task::measurement : Task::grade;
  for (const auto task : {Task::grade, Task::measurement}) {
    if (*found == to_string(task)) return task;
  }
  throw BadLine{"value-invalid", "task: found " + brief(*found) + ", expected \"grade\" or \"measurement\""};
}

const Sign& sign_of(const Json& line) {
  const auto key = text_field(line, "key");
  const auto task = task_of(line);
  const auto* sign = find_sign_by_key(key, task);
  if (sign == nullptr)
    throw BadLine{"unknown-key", brief_text(key) + " is no " + std::string(to_string(task))};
  const auto facepart = line.find("facepart");
  if (facepart != line.end() && *facepart != number(sign->facepart))
    throw BadLine{"value-invalid", "facepart: found " + brief(*facepart) + ", but " + key + " lies on " +
                                       std::to_string(number(sign->facepart))};
  return *sign;
}

std::vector<float> probabilities_of(const Json& line) {
  std::vector<float> values;
  const auto found = line.find("probabilities");
  if (found == line.end()) return values;
  if (!found->is_array() || found->size() > 127)
    throw BadLine{"value-invalid", "probabilities: found " + brief(*found) + ", expected a list of numbers"};
  for (const auto& value : *found) {
    const bool in_range = value.is_number() && value.get<double>() >= 0 && value.get<double>() <= 1.0001;
    if (!in_range) throw BadLine{"value-invalid", "probabilities: found " + brief(value) + ", expected 0..1"};
    values.push_back(std::min(1.0F, value.get<float>()));
  }
  return values;
}

// The place of the truth in "top3", 3 where it is not there; by the probabilities where there is no "top3".
int rank_of(const Json& line, const std::vector<float>& probabilities, int truth) {
  const auto top3 = line.find("top3");
  if (top3 != line.end()) {
    if (!top3->is_array())
      throw BadLine{"value-invalid", "top3: found " + brief(*top3) + ", expected a list"};
    return static_cast<int>(std::find(top3->begin(), top3->end(), truth) - top3->begin());
  }
  if (truth < 0 || static_cast<std::size_t>(truth) >= probabilities.size()) return HeadSamples::kUnknown;
  return TopKAccuracy::rank_of(probabilities, truth);
}

GradeSample grade_of(const Json& line) {
  GradeSample sample{grade_field(line, "grade"), grade_field(line, "truth")};
  const auto probabilities = probabilities_of(line);
  sample.rank = rank_of(line, probabilities, sample.truth);
  if (!probabilities.empty())
    sample.confidence = *std::max_element(probabilities.begin(), probabilities.end());
  return sample;
}

void read_line(const std::string& text, std::int64_t number, InputSink& sink) {
  Json line;
  try {
    line = parse_json(text).value;
  } catch (const JsonError& error) {
    throw BadLine{"bad-line", error.what()};
  }
  if (!line.is_object()) throw BadLine{"bad-line", "found " + brief(line) + ", expected an object"};
  const auto photo = facts_from_name(photo_id(text_field(line, "photo")));
  const auto& sign = sign_of(line);
  if (line.contains("skipped")) {
    sink.add_skipped(number, photo, sign, text_field(line, "skipped"));
  } else if (sign.task == Task::grade) {
    sink.add_grade(number, photo, sign, grade_of(line));
  } else {
    sink.add_measurement(number, photo, sign, number_field(line, "value"), number_field(line, "truth"));
  }
}

}  // namespace

void read_predictions_jsonl(LineSource& lines, const std::string& first, InputSink& sink) {
  auto line = first;
  do {
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    try {
      read_line(line, lines.number(), sink);
    } catch (const BadLine& bad) {
      sink.problem(bad.code, lines.number(), bad.message);
    }
  } while (lines.next(line));
}

}  // namespace skingauge
