// Counting what an input's lines hold that cannot be used.
#pragma once

#include "skingauge/evaluation_input.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace skingauge {

/// Adds samples and problems of one file to an input. Used from one thread.
class InputSink {
 public:
  InputSink(EvaluationInput& input, std::string file, std::size_t kept)
      : input_(&input), file_(std::move(file)), kept_(kept) {}

  void problem(const std::string& code, std::int64_t line, const std::string& message);

  /// A head's line. These answer false, and count a problem, where the value is out of range, the photograph
  /// already has this head, or a number is not finite.
  bool add_grade(std::int64_t line, const PhotoFacts& photo, const Sign& sign, const GradeSample& sample);
  bool add_measurement(std::int64_t line, const PhotoFacts& photo, const Sign& sign, double answer,
                       double truth);
  bool add_skipped(std::int64_t line, const PhotoFacts& photo, const Sign& sign, const std::string& reason);

  [[nodiscard]] EvaluationInput& input() { return *input_; }
  [[nodiscard]] const std::string& file() const { return file_; }

 private:
  bool in_range(std::int64_t line, const Sign& sign, const char* what, int grade);
  /// The photograph's index, or empty where it has this head already.
  std::optional<std::uint32_t> place(std::int64_t line, const PhotoFacts& photo, const Sign& sign);

  EvaluationInput* input_;
  std::string file_;
  std::size_t kept_;
};

/// The name of a photograph without folders and a picture's extension: "img/0001_01_F.JPG" is "0001_01_F".
std::string photo_id(const std::string& name);

/// A text for messages: at most 60 bytes.
std::string brief_text(const std::string& text);

}  // namespace skingauge
