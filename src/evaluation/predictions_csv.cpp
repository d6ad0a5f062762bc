#include "core/ascii.hpp"
#include "evaluation/csv_record.hpp"
#include "evaluation/number_text.hpp"
#include "evaluation/predictions_reader.hpp"

#include <algorithm>
#include <map>

namespace skingauge {
namespace {

bool is_grade_of(const std::string& text, const Sign& sign) {
  const auto value = parse_whole(text);
  return value && *value >= 0 && *value <= sign.max_grade;
}

class CsvReader {
 public:
  CsvReader(const CsvTable& table, InputSink& sink) : table_(table), sink_(sink) {}

  void read(CsvRecord record) {
    if (!record.problem.empty()) return sink_.problem("bad-line", record.line, record.problem);
    const auto task_text = field(record, "task");
    const auto task = task_named(lower(task_text));
    if (!task && !is_missing(task_text))
      return sink_.problem("value-invalid", record.line,
                           "task: found " + brief_text(task_text) + ", expected grade or measurement");
    const auto key = field(record, "key");
    const auto* grade = task == Task::measurement ? nullptr : find_sign_by_key(key, Task::grade);
    const auto* measurement = task == Task::grade ? nullptr : find_sign_by_key(key, Task::measurement);
    if (grade == nullptr && measurement == nullptr)
      return sink_.problem("unknown-key", record.line, brief_text(key) + " is no sign of the given task");
    if (grade != nullptr && measurement != nullptr && is_missing(field(record, "top3"))) {
      undecided_.push_back({std::move(record), grade, measurement});
    } else {
      take(record, grade != nullptr ? *grade : *measurement);
    }
  }

  // A key may be a grade and a count. Where a photograph has both, each record is what its numbers look like;
  // else all of them are what most of their truths look like, for one odd cell must not turn a column.
  void decide() {
    const bool both = holds_both_tasks();
    const bool grades =
        2 * std::count_if(undecided_.begin(), undecided_.end(),
                          [&](const Undecided& u) { return is_grade_of(evidence_of(u.record), *u.grade); }) >
        std::count_if(undecided_.begin(), undecided_.end(),
                      [&](const Undecided& u) { return parse_number(evidence_of(u.record)).has_value(); });
    for (const auto& u : undecided_) {
      const bool grade = both ? looks_like_grade(u) : grades;
      take(u.record, grade ? *u.grade : *u.measurement);
    }
  }

 private:
  // A record whose key is a sign of both tasks.
  struct Undecided {
    CsvRecord record;
    const Sign* grade;
    const Sign* measurement;
  };

  [[nodiscard]] std::string field(const CsvRecord& record, const char* column) const {
    return table_.field(record, column);
  }

  // The number that tells the task: the truth, for a network may predict between two grades.
  [[nodiscard]] std::string evidence_of(const CsvRecord& record) const {
    auto truth = field(record, "truth");
    return parse_number(truth) ? truth : field(record, "prediction");
  }

  [[nodiscard]] bool looks_like_grade(const Undecided& u) const {
    return is_grade_of(field(u.record, "truth"), *u.grade) &&
           is_grade_of(field(u.record, "prediction"), *u.grade);
  }

  // A photograph with a grade and, under the same key, a truth that is none.
  [[nodiscard]] bool holds_both_tasks() const {
    struct Kinds {
      bool grade{false};
      bool measurement{false};
    };
    std::map<std::pair<std::string, const Sign*>, Kinds> found;
    return std::any_of(undecided_.begin(), undecided_.end(), [&](const Undecided& u) {
      auto& kinds = found[{photo_id(field(u.record, "photo")), u.grade}];
      kinds.grade = kinds.grade || looks_like_grade(u);
      const auto truth = field(u.record, "truth");
      kinds.measurement = kinds.measurement || (parse_number(truth) && !is_grade_of(truth, *u.grade));
      return kinds.grade && kinds.measurement;
    });
  }

  void take(const CsvRecord& record, const Sign& sign) {
    try {
      check_facepart(record, sign);
      add(record, sign);
    } catch (const BadLine& bad) {
      sink_.problem(bad.code, record.line, bad.message);
    }
  }

  void add(const CsvRecord& record, const Sign& sign) {
    std::vector<std::string> problems;
    const auto photo = photo_facts_of(table_, record, problems);
    if (photo.id.empty()) throw BadLine{"field-missing", "photo is empty"};
    for (const auto& problem : problems) sink_.problem("value-invalid", record.line, problem);
    if (sign.task == Task::grade) {
      sink_.add_grade(record.line, photo, sign, grade_of(record, sign));
    } else {
      sink_.add_measurement(record.line, photo, sign, number(record, "prediction"), number(record, "truth"));
    }
  }

  void check_facepart(const CsvRecord& record, const Sign& sign) const {
    const auto text = field(record, "facepart");
    if (is_missing(text) || parse_whole(text) == skingauge::number(sign.facepart)) return;
    throw BadLine{"value-invalid", "facepart: found " + brief_text(text) + ", but " + std::string(sign.key) +
                                       " lies on " + std::to_string(skingauge::number(sign.facepart))};
  }

  [[nodiscard]] std::string required(const CsvRecord& record, const char* column) const {
    auto text = field(record, column);
    if (text.empty()) throw BadLine{"field-missing", std::string(column) + " is empty"};
    return text;
  }

  // "2.0" is how a table of numbers writes a grade.
  [[nodiscard]] int grade(const CsvRecord& record, const char* column) const {
    const auto text = required(record, column);
    const auto value = parse_whole(text);
    if (!value)
      throw BadLine{"value-invalid",
                    std::string(column) + ": found " + brief_text(text) + ", expected a grade"};
    return *value;
  }

  [[nodiscard]] double number(const CsvRecord& record, const char* column) const {
    const auto text = required(record, column);
    const auto value = parse_number(text);
    if (!value)
      throw BadLine{"value-invalid",
                    std::string(column) + ": found " + brief_text(text) + ", expected a number"};
    return *value;
  }

  [[nodiscard]] GradeSample grade_of(const CsvRecord& record, const Sign& sign) const {
    GradeSample sample{grade(record, "prediction"), grade(record, "truth")};
    if (!is_missing(field(record, "confidence")))
      sample.confidence = probability(number(record, "confidence"), "confidence");
    const auto top3 = field(record, "top3");
    if (is_missing(top3)) return sample;
    const auto grades = parse_number_list(top3);
    if (!grades) throw bad_top3(top3, R"(grades such as "2 1 3")");
    sample.rank = rank_in_top3(*grades, sample, sign.max_grade + 1, top3);
    return sample;
  }

  const CsvTable& table_;
  InputSink& sink_;
  std::vector<Undecided> undecided_;
};

}  // namespace

void read_predictions_csv(CsvTable& table, InputSink& sink) {
  CsvReader reader(table, sink);
  while (true) {
    CsvRecord record;
    if (!table.next(record)) break;
    reader.read(std::move(record));
  }
  reader.decide();
}

}  // namespace skingauge
