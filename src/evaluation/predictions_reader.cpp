#include "evaluation/predictions_reader.hpp"

#include "core/json_file.hpp"
#include "evaluation/number_text.hpp"

#include <algorithm>
#include <cmath>

namespace skingauge {
namespace {

const Json& field(const Json& line, const char* name) {
  const auto found = line.find(name);
  if (found == line.end()) throw BadLine{"field-missing", std::string("has no \"") + name + "\""};
  return *found;
}

// An optional field; null where it is missing or a gap, as pandas writes of columns that other lines have.
const Json* find_field(const Json& line, const char* name) {
  const auto found = line.find(name);
  if (found == line.end() || found->is_null()) return nullptr;
  if (found->is_string() && is_missing(found->get_ref<const std::string&>())) return nullptr;
  return &*found;
}

std::string text_field(const Json& line, const char* name) {
  const auto& value = field(line, name);
  if (!value.is_string() || value.get_ref<const std::string&>().empty())
    throw BadLine{"value-invalid", std::string(name) + ": found " + brief(value) + ", expected a text"};
  return value.get<std::string>();
}

// 2.0 is how a column with gaps writes a grade.
int grade_field(const Json& line, const char* name) {
  const auto& value = field(line, name);
  const double grade = value.is_number() ? value.get<double>() : 0.5;
  if (grade != std::floor(grade))
    throw BadLine{"value-invalid", std::string(name) + ": found " + brief(value) + ", expected a grade"};
  return static_cast<int>(std::clamp(grade, -1000.0, 1000.0));
}

double number_field(const Json& line, const char* name) {
  const auto& value = field(line, name);
  if (!value.is_number() || !std::isfinite(value.get<double>()))
    throw BadLine{"value-invalid", std::string(name) + ": found " + brief(value) + ", expected a number"};
  return value.get<double>();
}

std::optional<Task> task_of(const Json& line) {
  const auto* found = find_field(line, "task");
  if (found == nullptr) return std::nullopt;
  const auto task = found->is_string() ? task_named(found->get_ref<const std::string&>()) : std::nullopt;
  if (!task)
    throw BadLine{"value-invalid",
                  "task: found " + brief(*found) + ", expected \"grade\" or \"measurement\""};
  return task;
}

// Where no task is given it is the key's; of a key that has both, what the line holds.
const Sign& sign_of(const Json& line) {
  const auto key = text_field(line, "key");
  const auto task = task_of(line);
  const auto* grade = task == Task::measurement ? nullptr : find_sign_by_key(key, Task::grade);
  const auto* measurement = task == Task::grade ? nullptr : find_sign_by_key(key, Task::measurement);
  const auto* sign = grade == nullptr || (measurement != nullptr && find_field(line, "value") != nullptr)
                         ? measurement
                         : grade;
  if (sign == nullptr)
    throw BadLine{"unknown-key",
                  brief_text(key) + " is no " + (task ? std::string(to_string(*task)) : "known key")};
  const auto* facepart = find_field(line, "facepart");
  if (facepart != nullptr && *facepart != number(sign->facepart))
    throw BadLine{"value-invalid", "facepart: found " + brief(*facepart) + ", but " + key + " lies on " +
                                       std::to_string(number(sign->facepart))};
  return *sign;
}

// The numbers of a list, or of a text that holds one; empty for anything else.
std::optional<std::vector<double>> numbers_of(const Json& list) {
  if (list.is_string()) return parse_number_list(list.get_ref<const std::string&>());
  if (!list.is_array()) return std::nullopt;
  if (list.size() == 1 && list.front().is_array()) return numbers_of(list.front());
  std::vector<double> numbers;
  for (const auto& entry : list) {
    const auto number = entry.is_number()   ? std::optional(entry.get<double>())
                        : entry.is_string() ? parse_number(entry.get_ref<const std::string&>())
                                            : std::nullopt;
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return numbers;
}

// One of each grade, the prediction's the highest; empty where the line tells none.
std::vector<float> probabilities_of(const Json& line, int prediction) {
  const auto* found = find_field(line, "probabilities");
  if (found == nullptr) return {};
  const auto numbers = numbers_of(*found);
  if (!numbers || numbers->size() < 2 || numbers->size() > 127)
    throw BadLine{"value-invalid",
                  "probabilities: found " + brief(*found) + ", expected a number for each grade"};
  std::vector<float> values;
  for (const double number : *numbers)
    values.push_back(static_cast<float>(probability(number, "probabilities")));
  const bool known = prediction >= 0 && static_cast<std::size_t>(prediction) < values.size();
  if (!known ||
      values[static_cast<std::size_t>(prediction)] < *std::max_element(values.begin(), values.end()))
    throw BadLine{"value-invalid", "probabilities: found " + brief(*found) +
                                       ", expected the highest at grade " + std::to_string(prediction)};
  return values;
}

// The place of the truth in "top3"; where there is no "top3", by the probabilities of all official grades:
// fewer may be the highest alone.
int rank_of(const Json& line, const std::vector<float>& probabilities, const GradeSample& sample,
            const Sign& sign) {
  const int official = sign.max_grade + 1;
  if (const auto* top3 = find_field(line, "top3")) {
    const auto text = top3->is_string() ? top3->get<std::string>()
                                        : top3->dump(-1, ' ', false, Json::error_handler_t::replace);
    const auto grades = numbers_of(*top3);
    if (!grades) throw bad_top3(text, "a list of grades");
    const auto width = probabilities.empty() ? official : static_cast<int>(probabilities.size());
    return rank_in_top3(*grades, sample, width, text);
  }
  const bool known =
      static_cast<int>(probabilities.size()) >= official && sample.truth >= 0 && sample.truth < official;
  return known ? TopKAccuracy::rank_of(probabilities, sample.truth) : HeadSamples::kUnknown;
}

void add_grade(const Json& line, std::int64_t number, const PhotoFacts& photo, const Sign& sign,
               InputSink& sink) {
  GradeSample sample{grade_field(line, "grade"), grade_field(line, "truth")};
  const auto probabilities = probabilities_of(line, sample.answer);
  sample.rank = rank_of(line, probabilities, sample, sign);
  if (!probabilities.empty())
    sample.confidence = *std::max_element(probabilities.begin(), probabilities.end());
  sink.add_grade(number, photo, sign, sample, static_cast<int>(probabilities.size()));
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
  if (find_field(line, "skipped") != nullptr) {
    sink.add_skipped(number, photo, sign, text_field(line, "skipped"));
  } else if (sign.task == Task::grade) {
    add_grade(line, number, photo, sign, sink);
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
