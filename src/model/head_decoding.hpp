// From a model's outputs to the answers of its heads (protocol, section 4).
#pragma once

#include "skingauge/manifest.hpp"
#include "skingauge/prediction.hpp"

#include <span>
#include <vector>

namespace skingauge {

/// Softmax over the logits; top three are the highest, ties to the lower grade. Sums in double.
GradePrediction decode_grade(std::span<const float> logits);

/// The normalised output and its value in units.
MeasurementPrediction decode_measurement(float output, const HeadSpec& head);

/// A head's entry for a crop of `facepart`: its key, and no answer yet.
HeadPrediction unanswered(const HeadSpec& head, Facepart facepart);

/// What a head of the model answers whose outputs are not finite.
Skipped not_finite(const ModelSpec& model);

/// One answer per head of a model for a crop of `facepart`; `outputs` holds model.width() values, the sum of
/// the crop's tiles. Outputs that are not finite become Skipped model-error.
std::vector<HeadPrediction> decode_heads(const ModelSpec& model, Facepart facepart,
                                         std::span<const float> outputs);

/// The same reason for every head of a model on a facepart.
std::vector<HeadPrediction> skip_heads(const ModelSpec& model, Facepart facepart, const Skipped& reason);

}  // namespace skingauge
