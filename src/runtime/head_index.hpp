// From the outputs of a batch's tiles to the answers of their crops' heads: what decode_heads finds, for a
// kernel.
#pragma once

#include "runtime/host_device.hpp"

#include <cfloat>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace skingauge {

/// A head of a model (head_plan.hpp makes them). Plain data, like all here.
struct HeadSlice {
  std::int32_t offset;  ///< of the slice in a model's outputs
  std::int32_t width;
  double scale;  ///< measurements: value in units = output x scale
  bool grade;    ///< else a measurement, of width 1
};

/// The tiles of a crop, as rows of the batch's outputs.
struct CropTiles {
  std::int32_t first;
  std::int32_t second;  ///< -1 where the crop is one tile; else its outputs are added
};

/// The answer of one head for one crop; HeadBatch says where its logits and probabilities are.
struct HeadAnswer {
  double value;  ///< of a measurement, else 0
  double units;  ///< value x scale
  std::int32_t
      top3[3];  ///< of a grade: the most probable ones, best first, ties to the lower; -1 where none is
  bool finite;  ///< false: an output of the slice is not finite, and there is no answer
};

/// What goes in and what comes out for all crops of a batch and all heads of a model.
struct HeadBatch {
  const float* outputs;    ///< tiles x width
  const CropTiles* crops;  ///< `crop_count` of them
  const HeadSlice* heads;  ///< `head_count` of them; no two overlap
  std::size_t crop_count;
  std::size_t head_count;
  std::size_t width;     ///< a model's outputs
  HeadAnswer* answers;   ///< crop_count x head_count
  float* logits;         ///< crop_count x width: outputs, summed over the crop's tiles
  float* probabilities;  ///< crop_count x width; 0 for measurements and where a slice is not finite
};

// Adds to zero as the pipeline does: a sum is never -0.
SKINGAUGE_HOST_DEVICE inline bool add_tiles(const HeadBatch& batch, const CropTiles& crop,
                                            const HeadSlice& head, float* logits) {
  const float* first = batch.outputs + static_cast<std::size_t>(crop.first) * batch.width + head.offset;
  const float* second =
      crop.second < 0 ? nullptr
                      : batch.outputs + static_cast<std::size_t>(crop.second) * batch.width + head.offset;
  bool finite = true;
  for (int i = 0; i < head.width; ++i) {
    float sum = 0.0F + first[i];
    if (second != nullptr) sum += second[i];
    finite = finite && sum >= -FLT_MAX && sum <= FLT_MAX;
    logits[i] = sum;
  }
  return finite;
}

// The highest logit but those of `chosen`; the first of equals. -1 where all are chosen.
SKINGAUGE_HOST_DEVICE inline int next_best(const float* logits, int width, const std::int32_t (&chosen)[3]) {
  int best = -1;
  for (int i = 0; i < width; ++i) {
    if (i == chosen[0] || i == chosen[1]) continue;
    if (best < 0 || logits[i] > logits[best]) best = i;
  }
  return best;
}

// In double, from the lowest grade up; what is not stored is found twice.
SKINGAUGE_HOST_DEVICE inline void softmax(const float* logits, int width, double highest,
                                          float* probabilities) {
  double sum = 0.0;
  for (int i = 0; i < width; ++i) sum += std::exp(logits[i] - highest);
  for (int i = 0; i < width; ++i) {
    probabilities[i] = static_cast<float>(std::exp(logits[i] - highest) / sum);
  }
}

/// Writes answer, logits and probabilities number `i` = crop x head_count + head. On the host the bytes of
/// decode_heads; a device's exp may differ from the host's in its last bit: probabilities within 1e-6, all
/// else equal.
SKINGAUGE_HOST_DEVICE inline void answer_head(const HeadBatch& batch, std::size_t i) {
  const std::size_t crop = i / batch.head_count;
  const HeadSlice head = batch.heads[i % batch.head_count];
  const std::size_t at = crop * batch.width + static_cast<std::size_t>(head.offset);
  float* logits = batch.logits + at;
  float* probabilities = batch.probabilities + at;
  HeadAnswer answer{0.0, 0.0, {-1, -1, -1}, add_tiles(batch, batch.crops[crop], head, logits)};
  if (answer.finite && head.grade) {
    for (auto& grade : answer.top3) grade = next_best(logits, head.width, answer.top3);
    softmax(logits, head.width, logits[answer.top3[0]], probabilities);
  } else {
    for (int k = 0; k < head.width; ++k) probabilities[k] = 0.0F;
  }
  if (answer.finite && !head.grade) {
    answer.value = logits[0];
    answer.units = answer.value * head.scale;
  }
  batch.answers[i] = answer;
}

}  // namespace skingauge
