#include "model/head_decoding.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;

ModelSpec cheek() {
  ModelSpec model;
  model.id = "cheek";
  model.faceparts = {Facepart::left_cheek, Facepart::right_cheek};
  model.heads = {{"cheek_pore", Task::grade, 0, 6, 1, ""}, {"cheek_pigmentation", Task::grade, 6, 6, 1, ""}};
  return model;
}

TEST(DecodeGrade, SoftmaxOverTheSlice) {
  const std::vector<float> logits{0.0F, std::log(2.0F), std::log(5.0F)};
  const auto prediction = decode_grade(logits);
  EXPECT_EQ(prediction.grade, 2);
  EXPECT_THAT(prediction.top3, ElementsAre(2, 1, 0));
  EXPECT_THAT(prediction.probabilities,
              ElementsAre(FloatNear(0.125F, 1e-6F), FloatNear(0.25F, 1e-6F), FloatNear(0.625F, 1e-6F)));
  EXPECT_EQ(prediction.logits, logits);
}

TEST(DecodeGrade, TiesGoToTheLowerGrade) {
  EXPECT_THAT(decode_grade(std::vector<float>{1, 2, 2, 1, 2}).top3, ElementsAre(1, 2, 4));
  EXPECT_THAT(decode_grade(std::vector<float>{3, 3, 3, 3}).top3, ElementsAre(0, 1, 2));
  EXPECT_EQ(decode_grade(std::vector<float>{3, 3, 3, 3}).grade, 0);
}

TEST(DecodeGrade, TwoGradesHaveATopTwo) {
  EXPECT_THAT(decode_grade(std::vector<float>{0, 1}).top3, ElementsAre(1, 0));
}

TEST(DecodeGrade, HugeLogitsDoNotOverflow) {
  const auto p = decode_grade(std::vector<float>{-3e38F, 3e38F, 3e38F}).probabilities;
  EXPECT_THAT(p, ElementsAre(0.0F, 0.5F, 0.5F));
}

TEST(DecodeHeads, EachHeadHasItsSliceAndTheFacepartsKey) {
  std::vector<float> outputs(12, 0.0F);
  outputs[3] = 1;
  outputs[6 + 5] = 1;
  const auto heads = decode_heads(cheek(), Facepart::right_cheek, outputs);
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].key, "r_cheek_pore");
  EXPECT_EQ(std::get<GradePrediction>(heads[0].answer).grade, 3);
  EXPECT_EQ(heads[1].key, "r_cheek_pigmentation");
  EXPECT_EQ(std::get<GradePrediction>(heads[1].answer).grade, 5);
}

TEST(DecodeHeads, MeasurementIsNotClamped) {
  ModelSpec model;
  model.heads = {{"pigmentation_count", Task::measurement, 0, 1, 350, "spots"}};
  const auto heads = decode_heads(model, Facepart::face, std::vector<float>{1.5F});
  const auto& m = std::get<MeasurementPrediction>(heads[0].answer);
  EXPECT_DOUBLE_EQ(m.value, 1.5);
  EXPECT_DOUBLE_EQ(m.units, 525);
  EXPECT_EQ(m.unit, "spots");
}

TEST(DecodeHeads, ValueThatIsNotFiniteFailsItsHeadAlone) {
  std::vector<float> outputs(12, 0.0F);
  outputs[1] = std::numeric_limits<float>::quiet_NaN();
  const auto heads = decode_heads(cheek(), Facepart::left_cheek, outputs);
  EXPECT_EQ(std::get<Skipped>(heads[0].answer).reason, SkipReason::model_error);
  EXPECT_TRUE(std::holds_alternative<GradePrediction>(heads[1].answer));
}

}  // namespace
}  // namespace skingauge
