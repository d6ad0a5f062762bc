// Outputs of a batch's tiles with everything that heads meet, and what decode_heads makes of them.
#pragma once

#include "skingauge/manifest.hpp"

#include "model/head_decoding.hpp"
#include "runtime/head_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

namespace skingauge::test {

struct HeadCase {
  ModelSpec model;
  std::vector<float> outputs;  ///< tiles x model.width()
  std::vector<CropTiles> crops;

  [[nodiscard]] std::size_t width() const { return static_cast<std::size_t>(model.width()); }

  /// A crop's outputs, added as the pipeline adds them.
  [[nodiscard]] std::vector<float> sum(const CropTiles& crop) const {
    std::vector<float> sum(width(), 0.0F);
    for (const int tile : {crop.first, crop.second}) {
      for (std::size_t i = 0; tile >= 0 && i < sum.size(); ++i) {
        sum[i] += outputs[static_cast<std::size_t>(tile) * sum.size() + i];
      }
    }
    return sum;
  }

  [[nodiscard]] std::vector<HeadPrediction> expected(const CropTiles& crop) const {
    return decode_heads(model, Facepart::left_cheek, sum(crop));
  }
};

/// Grades of 2, 3, 6, 9 and 64 outputs and two measurements.
inline ModelSpec many_headed() {
  ModelSpec model;
  model.id = "grade/many";
  model.faceparts = {Facepart::left_cheek};
  for (const int width : {2, 6, 1, 64, 3, 1, 9}) {
    const bool grade = width > 1;
    model.heads.push_back({"cheek_pore", grade ? Task::grade : Task::measurement, model.width(), width,
                           grade ? 1.0 : 3000.0, grade ? "" : "pores"});
  }
  return model;
}

/// Crops of one and of two tiles, whose rows lie in no order; among the outputs are equal ones, zeros of both
/// signs, huge ones and some that are not finite.
inline HeadCase head_case(int crops, unsigned seed) {
  HeadCase made;
  made.model = many_headed();
  std::mt19937 random(seed);
  int tiles = 0;
  for (int i = 0; i < crops; ++i) {
    made.crops.push_back({tiles, random() % 3 == 0 ? tiles + 1 : -1});
    tiles += made.crops.back().second < 0 ? 1 : 2;
  }
  std::shuffle(made.crops.begin(), made.crops.end(), random);
  std::normal_distribution<float> logit(0.0F, 4.0F);
  const float special[]{0.0F, -0.0F, 2.0F, 2.0F, 3e38F, -3e38F, 88.0F, -745.0F};
  const float not_finite[]{std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
                           -std::numeric_limits<float>::infinity()};
  made.outputs.resize(static_cast<std::size_t>(tiles) * made.width());
  for (auto& output : made.outputs) {
    output = logit(random);
    if (random() % 5 == 0) output = special[random() % 8];
    if (random() % 200 == 0) output = not_finite[random() % 3];
  }
  return made;
}

/// Room for a batch's answers, filled with what nobody would answer.
struct HeadRoom {
  explicit HeadRoom(const HeadCase& c)
      : slices(head_slices(c.model)),
        answers(c.crops.size() * slices.size(), {-7.0, -7.0, {-7, -7, -7}, false}),
        logits(c.crops.size() * c.width(), -7.0F),
        probabilities(logits) {}

  /// Crop `n` of the case as predictions.
  [[nodiscard]] std::vector<HeadPrediction> predictions(const HeadCase& c, std::size_t n) const {
    return head_predictions(c.model, Facepart::left_cheek,
                            std::span(answers).subspan(n * slices.size(), slices.size()),
                            std::span(logits).subspan(n * c.width(), c.width()),
                            std::span(probabilities).subspan(n * c.width(), c.width()));
  }

  std::vector<HeadSlice> slices;
  std::vector<HeadAnswer> answers;
  std::vector<float> logits;
  std::vector<float> probabilities;
};

/// The case on the host.
inline HeadBatch batch_of(const HeadCase& c, HeadRoom& room) {
  return {c.outputs.data(),    c.crops.data(),     room.slices.data(),
          c.crops.size(),      room.slices.size(), c.width(),
          room.answers.data(), room.logits.data(), room.probabilities.data()};
}

/// Answers every index on the CPU.
inline void answer_all(const HeadBatch& batch) {
  for (std::size_t i = 0; i < batch.crop_count * batch.head_count; ++i) answer_head(batch, i);
}

}  // namespace skingauge::test
