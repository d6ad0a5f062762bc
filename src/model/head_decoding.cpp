#include "head_decoding.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace skingauge {

HeadPrediction unanswered(const HeadSpec& head, Facepart facepart) {
  return {facepart, std::string(sign_of(head, facepart)->key), head.task, Skipped{}};
}

Skipped not_finite(const ModelSpec& model) {
  return {SkipReason::model_error, "model " + model.id + " answered a value that is not finite"};
}

GradePrediction decode_grade(std::span<const float> logits) {
  std::vector<int> order(logits.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return logits[static_cast<std::size_t>(a)] > logits[static_cast<std::size_t>(b)];
  });
  GradePrediction prediction;
  prediction.grade = order.front();
  const double highest = logits[static_cast<std::size_t>(order.front())];
  order.resize(std::min<std::size_t>(order.size(), 3));
  prediction.top3 = std::move(order);
  prediction.logits.assign(logits.begin(), logits.end());

  std::vector<double> weights(logits.size());
  std::transform(logits.begin(), logits.end(), weights.begin(),
                 [&](float x) { return std::exp(x - highest); });
  const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
  for (const double weight : weights) prediction.probabilities.push_back(static_cast<float>(weight / sum));
  return prediction;
}

MeasurementPrediction decode_measurement(float output, const HeadSpec& head) {
  return {static_cast<double>(output), static_cast<double>(output) * head.scale, head.scale, head.unit};
}

std::vector<HeadPrediction> decode_heads(const ModelSpec& model, Facepart facepart,
                                         std::span<const float> outputs) {
  std::vector<HeadPrediction> predictions;
  for (const auto& head : model.heads) {
    auto& prediction = predictions.emplace_back(unanswered(head, facepart));
    const auto slice =
        outputs.subspan(static_cast<std::size_t>(head.offset), static_cast<std::size_t>(head.width));
    if (!std::all_of(slice.begin(), slice.end(), [](float x) { return std::isfinite(x); })) {
      prediction.answer = not_finite(model);
    } else if (head.task == Task::grade) {
      prediction.answer = decode_grade(slice);
    } else {
      prediction.answer = decode_measurement(slice.front(), head);
    }
  }
  return predictions;
}

std::vector<HeadPrediction> skip_heads(const ModelSpec& model, Facepart facepart, const Skipped& reason) {
  std::vector<HeadPrediction> predictions;
  for (const auto& head : model.heads) predictions.emplace_back(unanswered(head, facepart)).answer = reason;
  return predictions;
}

}  // namespace skingauge
