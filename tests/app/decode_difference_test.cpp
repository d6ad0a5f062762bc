#include "app/decode_difference.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

namespace skingauge::app {
namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(ByteDifference, CountsByHowMuchBytesDiffer) {
  ByteDifference difference;
  difference.add(Bytes{0, 10, 255, 7}, Bytes{0, 12, 0, 6});
  difference.add(Bytes{100, 100, 100, 100}, Bytes{100, 109, 95, 97});
  EXPECT_EQ(difference.bytes(), 8);
  EXPECT_DOUBLE_EQ(difference.equal_share(), 0.25);
  EXPECT_EQ(difference.largest(), 255);
  EXPECT_DOUBLE_EQ(difference.mean(), (2 + 255 + 1 + 9 + 5 + 3) / 8.0);
  EXPECT_EQ(difference.count(0), 2);
  EXPECT_EQ(difference.count(9), 1);
  const auto shares = difference.figures().at("share_by_difference");
  const Json expected{{"0", 0.25},       {"1", 0.125},       {"2", 0.125},   {"3", 0.125},
                      {"4_to_7", 0.125}, {"8_to_15", 0.125}, {"more", 0.125}};
  EXPECT_EQ(shares, expected);
}

TEST(ByteDifference, NothingIsEqual) {
  const ByteDifference difference;
  EXPECT_EQ(difference.equal_share(), 1);
  EXPECT_EQ(difference.largest(), 0);
  EXPECT_EQ(difference.mean(), 0);
}

TEST(ByteDifference, OtherLengthIsRefused) {
  ByteDifference difference;
  EXPECT_THROW(difference.add(Bytes{1}, Bytes{1, 2}), std::invalid_argument);
}

HeadPrediction head(std::variant<GradePrediction, MeasurementPrediction, Skipped> answer) {
  return {Facepart::chin, "key", Task::grade, std::move(answer)};
}

FacePrediction face(std::vector<HeadPrediction> heads) { return {std::nullopt, std::move(heads), 0, 0}; }

TEST(AnswerDifference, CountsChangedGradesAndTop3WhateverItsOrder) {
  const GradePrediction grade{2, {2, 1, 3}, {}, {0.1F, 0.2F, 0.5F, 0.2F}};
  const GradePrediction reordered{2, {2, 3, 1}, {}, {0.1F, 0.15F, 0.5F, 0.25F}};
  const GradePrediction changed{1, {1, 2, 0}, {}, {0.2F, 0.4F, 0.3F, 0.1F}};
  AnswerDifference difference;
  difference.add(face({head(grade), head(grade), head(grade)}),
                 face({head(grade), head(reordered), head(changed)}));
  const auto found = difference.figures();
  EXPECT_EQ(found.at("grades"), 3);
  EXPECT_EQ(found.at("grades_changed"), 1);
  EXPECT_EQ(found.at("top3_changed"), 1);
  EXPECT_NEAR(found.at("largest_probability_difference").get<double>(), 0.2, 1e-7);
  EXPECT_EQ(found.at("not_compared"), 0);
}

TEST(AnswerDifference, MeasurementsDifferInNormalisedValues) {
  const auto value = [](double normalised) {
    return head(MeasurementPrediction{normalised, 100 * normalised, 100, "u"});
  };
  AnswerDifference difference;
  difference.add(face({value(0.5), value(0.25)}), face({value(0.5), value(0.5)}));
  const auto found = difference.figures();
  EXPECT_EQ(found.at("measurements"), 2);
  EXPECT_DOUBLE_EQ(found.at("largest_measurement_difference").get<double>(), 0.25);
  EXPECT_DOUBLE_EQ(found.at("mean_measurement_difference").get<double>(), 0.125);
}

TEST(AnswerDifference, HeadsThatOneDidNotAnswerAreSaid) {
  const auto skipped = head(Skipped{SkipReason::no_box, ""});
  const auto grade = head(GradePrediction{});
  AnswerDifference difference;
  difference.add(face({skipped, skipped, grade}), face({skipped, grade}));
  EXPECT_EQ(difference.figures().at("not_compared"), 3);
  EXPECT_EQ(difference.figures().at("grades"), 0);
}

}  // namespace
}  // namespace skingauge::app
