#include "runtime/head_plan.hpp"

#include "model/head_decoding.hpp"

#include <algorithm>
#include <iterator>

namespace skingauge {
namespace {

GradePrediction grade_of(const HeadAnswer& answer, std::span<const float> logits,
                         std::span<const float> probabilities) {
  GradePrediction prediction;
  prediction.grade = answer.top3[0];
  std::copy_if(std::begin(answer.top3), std::end(answer.top3), std::back_inserter(prediction.top3),
               [](int grade) { return grade >= 0; });
  prediction.logits.assign(logits.begin(), logits.end());
  prediction.probabilities.assign(probabilities.begin(), probabilities.end());
  return prediction;
}

}  // namespace

std::vector<HeadSlice> head_slices(const ModelSpec& model) {
  std::vector<HeadSlice> slices;
  slices.reserve(model.heads.size());
  for (const auto& head : model.heads) {
    slices.push_back({head.offset, head.width, head.scale, head.task == Task::grade});
  }
  return slices;
}

std::vector<HeadPrediction> head_predictions(const ModelSpec& model, Facepart facepart,
                                             std::span<const HeadAnswer> answers,
                                             std::span<const float> logits,
                                             std::span<const float> probabilities) {
  std::vector<HeadPrediction> predictions;
  for (std::size_t i = 0; i < model.heads.size(); ++i) {
    const auto& head = model.heads[i];
    const auto offset = static_cast<std::size_t>(head.offset);
    const auto width = static_cast<std::size_t>(head.width);
    auto& prediction = predictions.emplace_back(unanswered(head, facepart));
    if (!answers[i].finite) {
      prediction.answer = not_finite(model);
    } else if (head.task == Task::grade) {
      prediction.answer =
          grade_of(answers[i], logits.subspan(offset, width), probabilities.subspan(offset, width));
    } else {
      prediction.answer = MeasurementPrediction{answers[i].value, answers[i].units, head.scale, head.unit};
    }
  }
  return predictions;
}

}  // namespace skingauge
