// Judged predictions by the million: what an evaluation is made of. About 40 bytes a prediction.
#pragma once

#include "skingauge/outcome.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace skingauge {

/// What is known of a photograph; slices and people come from it. Empty: not known.
struct PhotoFacts {
  std::string id;       ///< "0001_01_F", or whatever names the photograph in a user's own file
  std::string subject;  ///< the person; where it is not known, each photograph counts as a person of its own
  std::optional<PhotoDevice> device;
  std::string angle;   ///< "F", "Ft", ...
  std::string gender;  ///< "F" or "M"
  std::optional<int> age;
  std::optional<int> skin_type;  ///< 0..5
  std::optional<int> sensitive;  ///< 0 or 1
};

/// Subject, device and angle out of a name such as "0001_01_F"; only the id where it is not of that form.
PhotoFacts facts_from_name(const std::string& id);
/// The same, and the rest from the labels' `info` blocks (the first that has a field counts).
PhotoFacts facts_from_labels(const PhotoEntry& photo, const PhotoLabels& labels);

/// The samples of one head, one entry per judged crop in each list.
struct HeadSamples {
  const Sign* sign{nullptr};
  int classes{0};                    ///< grades: 0..classes-1 occur or are official; 0 for measurements
  std::vector<std::uint32_t> photo;  ///< index into EvaluationData::photos()
  std::vector<double> truth;         ///< the grade, or value / scale
  std::vector<double> answer;        ///< the grade, or the network's output
  std::vector<std::int8_t> rank;     ///< grades: how many grades come before the true one; kUnknown
  std::vector<float> confidence;     ///< grades: the highest probability; kUnknown

  static constexpr std::int8_t kUnknown = -1;
  [[nodiscard]] std::size_t size() const noexcept { return photo.size(); }
};

/// A judged grade as numbers. `rank` and `confidence`: HeadSamples::kUnknown where only the answer is known.
struct GradeSample {
  int answer{0};
  int truth{0};
  int rank{HeadSamples::kUnknown};
  double confidence{HeadSamples::kUnknown};
};

/// Collects judged predictions and counts what was not judged. Two halves merged are the whole. Adding is not
/// safe from several threads.
class EvaluationData {
 public:
  using SkipCounts = std::map<std::string, std::int64_t>;  ///< by reason, "box-too-small"

  /// The photograph's index; a second one with the same id fills what the first left empty.
  std::uint32_t add_photo(const PhotoFacts& facts);
  /// What `facts` says counts more than what was known. False where there is no photograph of this id.
  bool know(const PhotoFacts& facts);
  void add(std::uint32_t photo, const HeadOutcome& outcome);
  /// Grades must be 0..126; std::invalid_argument else.
  void add_grade(std::uint32_t photo, const Sign& sign, const GradeSample& sample);
  /// Normalised values (value / scale), finite; std::invalid_argument else.
  void add_measurement(std::uint32_t photo, const Sign& sign, double answer, double truth);
  void add_skipped(const Sign& sign, const std::string& reason);
  void merge(const EvaluationData& other);

  [[nodiscard]] const std::vector<PhotoFacts>& photos() const noexcept { return photos_; }
  /// Heads with at least one judged or skipped crop, in the order of signs().
  [[nodiscard]] std::vector<const HeadSamples*> heads(Task task) const;
  [[nodiscard]] SkipCounts skipped(const Sign& sign) const;
  [[nodiscard]] SkipCounts skipped(Task task) const;
  [[nodiscard]] bool has(Task task) const;  ///< anything judged or skipped

 private:
  HeadSamples& samples(const Sign& sign);
  std::vector<PhotoFacts> photos_;
  std::unordered_map<std::string, std::uint32_t> index_;
  std::map<std::size_t, HeadSamples> heads_;  ///< by place in signs()
  std::map<std::size_t, SkipCounts> skipped_;
};

}  // namespace skingauge
