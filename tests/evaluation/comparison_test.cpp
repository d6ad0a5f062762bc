#include "skingauge/comparison.hpp"

#include "evaluation/made_up.hpp"
#include "support/expect_error.hpp"

namespace skingauge {
namespace {

using test::grade_sign;
using test::made_up;
using test::measure_sign;

const ComparedFigure& figure(const ComparedGroup& group, const std::string& name) {
  for (const auto& f : group.figures) {
    if (f.name == name) return f;
  }
  throw std::out_of_range(name);
}

TEST(CompareRuns, RunWithItselfDiffersByNothing) {
  const auto data = made_up(12, 3, 1);
  const auto c = compare_runs(data, data);
  EXPECT_EQ(c.only_a + c.only_b + c.truths_differ, 0);
  ASSERT_EQ(c.tasks.size(), 2U);
  for (const auto& [task, t] : c.tasks) {
    for (const auto& f : t.pooled.figures) {
      EXPECT_EQ(f.difference, 0.0);
      EXPECT_EQ(f.interval, (Interval{0.0, 0.0}));
    }
    EXPECT_EQ(t.pooled.judged, 12 * 3 * (task == Task::grade ? 11 : 13));
  }
}

TEST(CompareRuns, OnlyCropsOfBothWithTheSameTruthCount) {
  EvaluationData a;
  EvaluationData b;
  const auto add = [](EvaluationData& data, const std::string& photo, int answer, int truth) {
    data.add_grade(data.add_photo(facts_from_name(photo)), grade_sign("lip_dryness"), {answer, truth, 0});
  };
  add(b, "0002_01_F", 2, 2);  // another order than a's
  add(a, "0001_01_F", 1, 2);
  add(b, "0001_01_F", 2, 2);
  add(a, "0002_01_F", 2, 2);
  add(a, "0003_01_F", 2, 2);
  add(b, "0004_01_F", 2, 2);
  add(b, "0005_01_F", 2, 2);
  add(a, "0006_01_F", 1, 1);
  add(b, "0006_01_F", 1, 2);
  b.add_measurement(b.add_photo(facts_from_name("0001_01_F")), measure_sign("chin_moisture"), 0.5, 0.5);
  const auto c = compare_runs(a, b);
  EXPECT_EQ(c.only_a, 1);
  EXPECT_EQ(c.only_b, 3);
  EXPECT_EQ(c.truths_differ, 1);
  ASSERT_EQ(c.tasks.size(), 1U);
  const auto& head = c.tasks.at(Task::grade).heads.front();
  EXPECT_EQ(head.judged, 2);
  EXPECT_EQ(figure(head, "exact").a, 0.5);
  EXPECT_EQ(figure(head, "exact").b, 1.0);
  EXPECT_EQ(figure(head, "exact").difference, 0.5);
}

// Both runs err by the same hard photographs, so their difference is surer than either figure.
TEST(CompareRuns, IntervalOfTheDifferenceSeesTheSamePeople) {
  EvaluationData a;
  EvaluationData b;
  for (int person = 0; person < 40; ++person) {
    const auto facts = facts_from_name(std::to_string(person) + "_01_F");
    const double hard = person % 2 == 0 ? 0.5 : 0.1;
    a.add_measurement(a.add_photo(facts), measure_sign("chin_moisture"), hard, 0.0);
    b.add_measurement(b.add_photo(facts), measure_sign("chin_moisture"), hard + 0.01, 0.0);
  }
  const auto c = compare_runs(a, b);
  const auto& mae = figure(c.tasks.at(Task::measurement).heads.front(), "mae");
  EXPECT_NEAR(*mae.difference, 0.01, 1e-12);
  EXPECT_NEAR(mae.interval->low, 0.01, 1e-9);
  EXPECT_NEAR(mae.interval->high, 0.01, 1e-9);
}

TEST(CompareRuns, LogsRoundingIsNoOtherTruth) {
  EvaluationData a;
  EvaluationData b;
  a.add_measurement(a.add_photo(facts_from_name("1_01_F")), measure_sign("chin_moisture"), 0.5, 0.633);
  b.add_measurement(b.add_photo(facts_from_name("1_01_F")), measure_sign("chin_moisture"), 0.5, 0.63333);
  EXPECT_EQ(compare_runs(a, b).truths_differ, 0);
}

TEST(CompareRuns, NothingInCommonIsAnError) {
  EvaluationData a;
  a.add_measurement(a.add_photo(facts_from_name("1_01_F")), measure_sign("chin_moisture"), 0.5, 0.6);
  test::expect_input_error(ErrorCode::evaluation_empty, {"no crop in common"},
                           [&] { compare_runs(a, EvaluationData{}); });
}

}  // namespace
}  // namespace skingauge
