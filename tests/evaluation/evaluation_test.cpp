#include "skingauge/evaluation.hpp"

#include <random>

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

const Sign* grade_sign(std::string_view key) { return find_sign_by_key(key, Task::grade); }
const Sign* measure_sign(std::string_view key) { return find_sign_by_key(key, Task::measurement); }

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

TEST(GradeTally, CountsByHand) {
  GradeTally tally;
  tally.add(answer(0, 1, 2), 0);  // all three
  tally.add(answer(0, 1, 2), 1);  // top3, within1
  tally.add(answer(0, 5, 6), 1);  // within1
  tally.add(answer(0, 5, 6), 6);  // top3
  tally.add(answer(0, 1, 2), 6);  // none
  EXPECT_DOUBLE_EQ(*tally.accuracy(top3), 3.0 / 5);
  EXPECT_DOUBLE_EQ(*tally.accuracy(within1), 3.0 / 5);
  EXPECT_DOUBLE_EQ(*tally.accuracy(exact), 1.0 / 5);
}

TEST(GradeTally, NothingJudgedIsNotDefined) {
  EXPECT_FALSE(GradeTally{}.accuracy(top3));
  EXPECT_FALSE(MeasurementTally{}.mae());
  EXPECT_FALSE(MeasurementTally{}.mae_units());
}

// Every constant answer tried, instead of the closed form.
std::int64_t best_constant_by_trial(const GradeTally& tally, Criterion criterion, int width) {
  std::int64_t best = 0;
  for (int a = 0; a < width; ++a) {
    for (int b = 0; b < width; ++b) {
      for (int c = 0; c < width; ++c) {
        std::int64_t hits = 0;
        for (const auto& [truth, count] : tally.truths)
          hits += is_hit(answer(a, b, c), truth, criterion) ? count : 0;
        best = std::max(best, hits);
      }
    }
  }
  return best;
}

TEST(GradeTally, BestConstantIsTheBestOfAllTried) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    GradeTally tally;
    const auto n = random() % 12;
    for (unsigned i = 0; i < n; ++i) tally.add(answer(0, 1, 2), static_cast<int>(random() % 7));
    for (const auto criterion : {top3, within1, exact}) {
      EXPECT_EQ(tally.constant_hits(criterion), best_constant_by_trial(tally, criterion, 7)) << round;
    }
  }
}

TEST(MeasurementTally, MaeIsOverNormalisedValuesAndInUnits) {
  MeasurementTally tally;
  tally.add(measured(0.5, 100), 40);  // truth 0.4
  tally.add(measured(1.2, 100), 90);  // truth 0.9: not clamped
  EXPECT_NEAR(*tally.mae(), 0.2, 1e-12);
  EXPECT_NEAR(*tally.mae_units(), 20, 1e-12);
  EXPECT_NEAR(tally.constant_error(), 0.5, 1e-12);  // the median of two: either of them
}

TEST(TaskEvaluation, TwoHalvesMergedAreTheWhole) {
  std::mt19937 random(3);
  TaskEvaluation whole;
  TaskEvaluation first;
  TaskEvaluation second;
  for (int i = 0; i < 500; ++i) {
    HeadOutcome outcome{grade_sign("l_cheek_pore"), answer(static_cast<int>(random() % 6), 1, 2, 6),
                        static_cast<double>(random() % 6)};
    if (i % 5 == 1)
      outcome = {measure_sign("chin_moisture"), measured(static_cast<double>(random() % 100) / 100, 100),
                 static_cast<double>(random() % 100)};
    if (i % 7 == 1) outcome.answer = Skipped{SkipReason::no_box, ""};
    whole.add(outcome);
    (i % 3 == 0 ? first : second).add(outcome);
  }
  first.merge(second);
  EXPECT_EQ(first.skipped, whole.skipped);
  EXPECT_EQ(first.grades.at("l_cheek_pore").hits, whole.grades.at("l_cheek_pore").hits);
  EXPECT_EQ(first.grades.at("l_cheek_pore").truths, whole.grades.at("l_cheek_pore").truths);
  EXPECT_NEAR(*first.measurements.at("chin_moisture").mae(), *whole.measurements.at("chin_moisture").mae(),
              1e-12);
  EXPECT_EQ(first.measurements.at("chin_moisture").judged, whole.measurements.at("chin_moisture").judged);
}

TEST(Figures, ItemsPoolTheirHeadsAndTheMeanIsOverItems) {
  TaskEvaluation e;
  e.add({grade_sign("l_cheek_pore"), answer(1, 2, 3), 1});
  e.add({grade_sign("l_cheek_pore"), answer(1, 2, 3), 0});
  e.add({grade_sign("r_cheek_pore"), answer(1, 2, 3), 1});
  e.add({grade_sign("chin_sagging"), answer(1, 2, 3), 6});
  auto f = figures(e, Task::grade);
  ASSERT_EQ(f.items.size(), 5U);
  EXPECT_EQ(f.items[3].first, Item::pore);
  EXPECT_DOUBLE_EQ(*f.items[3].second.top3, 2.0 / 3);
  EXPECT_DOUBLE_EQ(*f.pooled.top3, 2.0 / 4);
  EXPECT_EQ(f.pooled.judged, 4);
  EXPECT_FALSE(f.mean_of_items.top3) << "three items have nothing judged";
  e.add({grade_sign("lip_dryness"), answer(1, 2, 3), 1});
  e.add({grade_sign("forehead_wrinkle"), answer(1, 2, 3), 1});
  e.add({grade_sign("forehead_pigmentation"), answer(1, 2, 3), 1});
  f = figures(e, Task::grade);
  EXPECT_DOUBLE_EQ(*f.mean_of_items.top3, (1.0 + 1.0 + 0.0 + 2.0 / 3 + 1.0) / 5);
  EXPECT_EQ(f.heads.size(), 6U);
}

TEST(Figures, TheSameKeyIsAGradeAndACount) {
  TaskEvaluation e;
  e.add({grade_sign("l_cheek_pore"), answer(1, 2, 3), 1});
  e.add({measure_sign("l_cheek_pore"), measured(0.5, 3000), 900});
  EXPECT_EQ(figures(e, Task::grade).pooled.judged, 1);
  EXPECT_NEAR(*figures(e, Task::measurement).pooled.mae, 0.2, 1e-12);
  EXPECT_FALSE(figures(e, Task::measurement).pooled.mae_units);
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
