// Counting what an input's lines hold that cannot be used.
#pragma once

#include "skingauge/evaluation_input.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge {

/// Why a line cannot be used: thrown and caught within a reader.
struct BadLine {
  std::string code;
  std::string message;
};

/// Counts a line of another kind; the first is kept as the example.
void add_foreign_line(InputFacts& facts, std::int64_t line, const std::string& text);

/// Adds samples and problems of one file to an input. Used from one thread.
class InputSink {
 public:
  InputSink(EvaluationInput& input, std::string file, std::size_t kept)
      : input_(&input), file_(std::move(file)), kept_(kept) {}

  void problem(const std::string& code, std::int64_t line, const std::string& message);

  /// A head's line. These answer false, and count a problem, where the value is out of range, the photograph
  /// already has this head, or a number is not finite.
  /// `width`: outputs of the network's head where the line tells; a prediction above the official range is
  /// one of those.
  bool add_grade(std::int64_t line, const PhotoFacts& photo, const Sign& sign, const GradeSample& sample,
                 int width = 0);
  bool add_measurement(std::int64_t line, const PhotoFacts& photo, const Sign& sign, double answer,
                       double truth);
  bool add_skipped(std::int64_t line, const PhotoFacts& photo, const Sign& sign, const std::string& reason);

  [[nodiscard]] EvaluationInput& input() { return *input_; }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  bool in_range(std::int64_t line, const Sign& sign, const char* what, int grade, int highest);
  /// The photograph's index, or empty where it has this head already.
  std::optional<std::uint32_t> place(std::int64_t line, const PhotoFacts& photo, const Sign& sign);

  EvaluationInput* input_;
  std::string file_;
  std::size_t kept_;
};

/// The name of a photograph without folders and a picture's extension: "img/0001_01_F.JPG" is "0001_01_F".
std::string photo_id(const std::string& name);

/// The task of this name, the published program's names among them: "grade", "class", "measurement",
/// "regression". Empty for any other.
std::optional<Task> task_named(std::string_view name);

/// A probability, for the rounding of float32 a hair above 1 too. Throws BadLine value-invalid.
double probability(double value, const char* field);

/// The place of the truth in a list of a head's highest grades, at least three where it is not there.
/// HeadSamples::kUnknown where the list is too short to tell the highest three of `width`. Throws BadLine
/// value-invalid, which quotes `found`, where an entry is no grade 0..width-1 or stands twice, or where the
/// prediction, which is the highest, is not among the first three.
int rank_in_top3(const std::vector<double>& grades, const GradeSample& sample, int width,
                 const std::string& found);
BadLine bad_top3(const std::string& found, const std::string& expected);

/// A text for messages: at most 60 bytes.
std::string brief_text(const std::string& text);

}  // namespace skingauge
