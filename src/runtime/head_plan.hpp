// A model's heads for a kernel, and the kernel's answers as predictions.
#pragma once

#include "skingauge/manifest.hpp"
#include "skingauge/prediction.hpp"

#include "runtime/head_index.hpp"

#include <span>
#include <vector>

namespace skingauge {

/// In the manifest's order; to be copied to the device as they are.
std::vector<HeadSlice> head_slices(const ModelSpec& model);

/// One crop's answers as decode_heads gives them. `answers` has one entry per head, `logits` and
/// `probabilities` have model.width() values.
std::vector<HeadPrediction> head_predictions(const ModelSpec& model, Facepart facepart,
                                             std::span<const HeadAnswer> answers,
                                             std::span<const float> logits,
                                             std::span<const float> probabilities);

}  // namespace skingauge
