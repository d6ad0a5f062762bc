#include "skingauge/outcome.hpp"

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using enum Criterion;

// Scores that put `best` first, then `second`, then `third`.
GradePrediction answer(int best, int second, int third, int width = 7) {
  GradePrediction p;
  p.grade = best;
  p.top3 = {best, second, third};
  p.probabilities.assign(static_cast<std::size_t>(width), 0.0F);
  return p;
}

MeasurementPrediction measured(double value, double scale) { return {value, value * scale, scale, "u"}; }

TEST(IsHit, FollowsTheCriterion) {
  const auto p = answer(2, 5, 0);
  EXPECT_TRUE(is_hit(p, 5, top3));
  EXPECT_FALSE(is_hit(p, 1, top3));
  EXPECT_TRUE(is_hit(p, 1, within1));
  EXPECT_TRUE(is_hit(p, 3, within1));
  EXPECT_FALSE(is_hit(p, 4, within1));
  EXPECT_TRUE(is_hit(p, 2, exact));
  EXPECT_FALSE(is_hit(p, 3, exact));
}

PhotoLabels labels_with(const std::string& json) {
  PhotoLabels labels;
  auto label = parse_label(json, "label.json");
  const auto at = index(label.facepart);
  labels.labels[at] = std::move(label);
  return labels;
}

std::string chin(const std::string& annotations, const std::string& equipment) {
  return R"({"images":{"facepart":8,"bbox":[0,0,9,9]},"annotations":)" + annotations + R"(,"equipment":)" +
         equipment + "}";
}

FacePrediction chin_face() {
  FacePrediction face;
  face.heads = {{Facepart::chin, "chin_sagging", Task::grade, answer(1, 2, 3)},
                {Facepart::chin, "chin_moisture", Task::measurement, measured(0.5, 100)}};
  return face;
}

TEST(Compare, TruthOrTheReasonWhyThereIsNone) {
  struct Case {
    std::string annotations, equipment;
    std::optional<SkipReason> grade, measurement;
  };
  const std::vector<Case> cases{
      {R"({"chin_sagging":2})", R"({"chin_moisture":55})", std::nullopt, std::nullopt},
      {"null", "null", SkipReason::no_block, SkipReason::no_block},
      {"{}", R"({"chin_moisture":null})", SkipReason::no_value, SkipReason::no_value},
      {R"({"chin_sagging":7})", R"({"chin_moisture":"Er"})", SkipReason::value_invalid,
       SkipReason::instrument_error},
      {R"({"chin_sagging":"3"})", R"({"chin_moisture":"12,3"})", SkipReason::value_invalid,
       SkipReason::value_invalid},
      {R"({"chin_sagging":null})", R"({"chin_moisture":NaN})", SkipReason::no_value,
       SkipReason::value_invalid}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.annotations + c.equipment);
    const auto outcomes = compare(chin_face(), labels_with(chin(c.annotations, c.equipment)));
    const std::array expected{c.grade, c.measurement};
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(outcomes[i].judged(), !expected[i]);
      if (expected[i]) {
        EXPECT_EQ(std::get<Skipped>(outcomes[i].answer).reason, *expected[i]);
      }
    }
  }
}

TEST(Compare, ReasonOfTheCropComesFirst) {
  auto face = chin_face();
  face.heads[0].answer = Skipped{SkipReason::box_too_small, ""};
  const auto outcomes = compare(face, labels_with(chin("null", R"({"chin_moisture":55})")));
  EXPECT_EQ(std::get<Skipped>(outcomes[0].answer).reason, SkipReason::box_too_small);
  EXPECT_DOUBLE_EQ(outcomes[1].normalised_truth(), 0.55);
}

TEST(Compare, LabelThatCouldNotBeReadIsItsHeadsReason) {
  PhotoLabels labels;
  labels.errors[8] = ItemError{ErrorCode::label_syntax, "broken"};
  const auto outcomes = compare(chin_face(), labels);
  EXPECT_EQ(std::get<Skipped>(outcomes[0].answer).reason, SkipReason::label_error);
  EXPECT_EQ(std::get<Skipped>(compare(chin_face(), PhotoLabels{})[0].answer).reason, SkipReason::no_label);
}

}  // namespace
}  // namespace skingauge
