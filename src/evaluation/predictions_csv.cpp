#include "evaluation/csv_record.hpp"
#include "evaluation/predictions_reader.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

namespace skingauge {
namespace {

struct BadRecord {
  std::string code;
  std::string message;
};

// A record whose key alone does not tell its task: "l_cheek_pore" is a grade and a count.
struct Undecided {
  std::int64_t line{0};
  std::vector<std::string> record;
};

class CsvReader {
 public:
  CsvReader(const CsvHeader& header, InputSink& sink) : header_(header), sink_(sink) {}

  void read(std::int64_t line, std::vector<std::string> record) {
    if (record.size() != header_.size())
      return sink_.problem(
          "bad-line", line,
          "found " + std::to_string(record.size()) + " fields, expected " + std::to_string(header_.size()));
    const auto key = field(record, "key");
    const auto* grade = find_sign_by_key(key, Task::grade);
    const auto* measurement = find_sign_by_key(key, Task::measurement);
    if (const auto task = field(record, "task"); !task.empty()) {
      if (task != "grade") grade = nullptr;
      if (task != "measurement") measurement = nullptr;
    }
    if (grade == nullptr && measurement == nullptr)
      return sink_.problem("unknown-key", line, brief_text(key) + " is no sign of the given task");
    if (grade != nullptr && measurement != nullptr) {
      undecided_[key].push_back({line, std::move(record)});
    } else {
      take(line, record, grade != nullptr ? *grade : *measurement);
    }
  }

  // Grades where all of a key's numbers are whole, as grades are written.
  void decide() {
    for (const auto& [key, records] : undecided_) {
      const bool whole = std::all_of(records.begin(), records.end(), [&](const Undecided& u) {
        return parse_int(field(u.record, "prediction")) && parse_int(field(u.record, "truth"));
      });
      const auto* sign = find_sign_by_key(key, whole ? Task::grade : Task::measurement);
      for (const auto& undecided : records) take(undecided.line, undecided.record, *sign);
    }
  }

 private:
  [[nodiscard]] std::string field(const std::vector<std::string>& record, const char* column) const {
    return header_.field(record, column);
  }

  void take(std::int64_t line, const std::vector<std::string>& record, const Sign& sign) {
    std::string problem;
    const auto photo = photo_facts_of(header_, record, problem);
    if (photo.id.empty()) return sink_.problem("field-missing", line, "photo is empty");
    if (!problem.empty()) sink_.problem("value-invalid", line, problem);
    try {
      if (sign.task == Task::grade) {
        sink_.add_grade(line, photo, sign, grade_of(record));
      } else {
        sink_.add_measurement(line, photo, sign, number(record, "prediction"), number(record, "truth"));
      }
    } catch (const BadRecord& bad) {
      sink_.problem(bad.code, line, bad.message);
    }
  }

  [[nodiscard]] int grade(const std::vector<std::string>& record, const char* column) const {
    const auto text = field(record, column);
    if (text.empty()) throw BadRecord{"field-missing", std::string(column) + " is empty"};
    // "2.0" is how a table of numbers writes a grade.
    const auto value = parse_number(text);
    if (!value || *value != std::floor(*value) || std::abs(*value) > 1000)
      throw BadRecord{"value-invalid",
                      std::string(column) + ": found " + brief_text(text) + ", expected a grade"};
    return static_cast<int>(*value);
  }

  [[nodiscard]] double number(const std::vector<std::string>& record, const char* column) const {
    const auto text = field(record, column);
    if (text.empty()) throw BadRecord{"field-missing", std::string(column) + " is empty"};
    const auto value = parse_number(text);
    if (!value)
      throw BadRecord{"value-invalid",
                      std::string(column) + ": found " + brief_text(text) + ", expected a number"};
    return *value;
  }

  [[nodiscard]] GradeSample grade_of(const std::vector<std::string>& record) const {
    GradeSample sample{grade(record, "prediction"), grade(record, "truth")};
    if (const auto confidence = field(record, "confidence"); !confidence.empty()) {
      sample.confidence = number(record, "confidence");
      if (sample.confidence < 0 || sample.confidence > 1)
        throw BadRecord{"value-invalid", "confidence: found " + brief_text(confidence) + ", expected 0..1"};
    }
    std::istringstream top3(field(record, "top3"));
    int rank = 0;
    for (std::string grade; top3 >> grade; ++rank) {
      if (parse_int(grade) == sample.truth && sample.rank == HeadSamples::kUnknown) sample.rank = rank;
    }
    if (rank > 0 && sample.rank == HeadSamples::kUnknown) sample.rank = rank;
    return sample;
  }

  const CsvHeader& header_;
  InputSink& sink_;
  std::map<std::string, std::vector<Undecided>> undecided_;
};

}  // namespace

void read_predictions_csv(LineSource& lines, const std::string& first, InputSink& sink) {
  const CsvHeader header(first);
  CsvReader reader(header, sink);
  std::string line;
  while (lines.next(line)) {
    if (line.find_first_not_of(" \t") != std::string::npos) reader.read(lines.number(), header.split(line));
  }
  reader.decide();
}

}  // namespace skingauge
