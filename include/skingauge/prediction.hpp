// What the ensemble answers: plain values that know nothing of formatting.
#pragma once

#include "skingauge/error.hpp"
#include "skingauge/facepart.hpp"
#include "skingauge/sign.hpp"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace skingauge {

/// A grade: softmax over the head's slice of the logits (protocol, section 4).
struct GradePrediction {
  int grade{0};               ///< the most probable grade; ties go to the lower one
  std::vector<int> top3;      ///< up to three most probable grades, best first; ties to the lower grade
  std::vector<float> logits;  ///< the head's slice of the outputs, summed over the crop's tiles
  std::vector<float> probabilities;  ///< one per grade 0..width-1; sums to 1
  friend bool operator==(const GradePrediction&, const GradePrediction&) = default;
};

/// A measurement: the network's output is the normalised value.
struct MeasurementPrediction {
  double value{0.0};  ///< normalised: value in units / scale; not clamped
  double units{0.0};  ///< value x scale, in `unit`
  double scale{1.0};  ///< the manifest's divisor
  std::string unit;   ///< for people: "µm"
  friend bool operator==(const MeasurementPrediction&, const MeasurementPrediction&) = default;
};

/// Why a head has no prediction. The names (`to_string`) are a contract: they stand in predictions.jsonl.
enum class SkipReason {
  no_label,          ///< no label file, or no box was given for this facepart
  no_box,            ///< the label's box is null
  box_too_small,     ///< a side is under the manifest's min_box_side, or no pixel is left after scaling
  box_outside,       ///< the box leaves the photograph
  label_error,       ///< the label file of this facepart could not be used
  photo_error,       ///< the photograph could not be decoded
  model_error,       ///< the network failed on this crop
  no_block,          ///< truth: the label's annotations or equipment block is null
  no_value,          ///< truth: the key is absent, null or empty
  instrument_error,  ///< truth: the instrument's reading is "Er"
  value_invalid,     ///< truth: not a grade in its range, or not a number
};

/// The kebab-case name, e.g. "box-too-small".
std::string_view to_string(SkipReason reason) noexcept;

/// No prediction, with its reason.
struct Skipped {
  SkipReason reason{};
  std::string detail;  ///< for people: what was found; may be empty
  friend bool operator==(const Skipped&, const Skipped&) = default;
};

/// The answer of one head for one crop.
struct HeadPrediction {
  Facepart facepart{};
  std::string key;  ///< as in the label files, side included: "l_cheek_pore"
  Task task{};
  std::variant<GradePrediction, MeasurementPrediction, Skipped> answer;
  friend bool operator==(const HeadPrediction&, const HeadPrediction&) = default;
};

/// The answers for one face: every head of every loaded model, in the order of faceparts and then of the
/// manifest.
struct FacePrediction {
  std::optional<ItemError> error;  ///< set where the photograph as a whole could not be used
  std::vector<HeadPrediction> heads;
  int tiles{0};  ///< how many tiles went through a network for this face
  int crops{0};  ///< how many (crop, model) pairs were run
};

}  // namespace skingauge
