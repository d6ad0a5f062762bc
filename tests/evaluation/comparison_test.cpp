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

// `data` with what photos.csv would say: `per_person` photographs in a row are one person's.
EvaluationData with_subjects(const EvaluationData& data, std::size_t per_person, const std::string& prefix) {
  auto known = data;
  for (std::size_t i = 0; i < data.photos().size(); ++i) {
    PhotoFacts facts;
    facts.id = data.photos()[i].id;
    facts.subject = prefix + std::to_string(i / per_person);
    known.know(facts);
  }
  return known;
}

// Runs on photographs whose names tell no person. B errs by a little more on every second person.
EvaluationData anonymous(double more) {
  EvaluationData data;
  for (int photo = 0; photo < 120; ++photo) {
    PhotoFacts facts;
    facts.id = "photo" + std::to_string(photo);
    const double error = 0.01 * (photo % 7) + (photo / 6 % 2 == 0 ? more : 0.0);
    data.add_measurement(data.add_photo(facts), measure_sign("chin_moisture"), 0.5 + error, 0.5);
    data.add_grade(data.add_photo(facts), grade_sign("lip_dryness"), {photo % 5, (photo / 3) % 5, photo % 4});
  }
  return data;
}

void expect_equal(const Comparison& found, const Comparison& expected) {
  ASSERT_EQ(found.tasks.size(), expected.tasks.size());
  for (const auto& [task, t] : expected.tasks) {
    const auto& other = found.tasks.at(task).pooled;
    EXPECT_EQ(other.people, t.pooled.people);
    for (std::size_t i = 0; i < t.pooled.figures.size(); ++i) {
      const auto& f = other.figures[i];
      EXPECT_EQ(f.difference, t.pooled.figures[i].difference) << f.name;
      EXPECT_EQ(f.interval, t.pooled.figures[i].interval) << f.name;
      if (!f.interval) continue;
      EXPECT_LE(f.interval->low, *f.difference) << f.name;
      EXPECT_GE(f.interval->high, *f.difference) << f.name;
    }
  }
}

TEST(CompareRuns, PeopleThatOneRunAloneNamesHoldForBoth) {
  const auto a = anonymous(0.0);
  const auto b = anonymous(0.02);
  const auto merged = compare_runs(with_subjects(a, 6, "p"), with_subjects(b, 6, "p"));
  EXPECT_EQ(merged.tasks.at(Task::measurement).pooled.people, 20);
  expect_equal(compare_runs(with_subjects(a, 6, "p"), b), merged);
  expect_equal(compare_runs(a, with_subjects(b, 6, "p")), merged);
  EXPECT_EQ(compare_runs(a, with_subjects(b, 6, "p")).subjects_differ, 0);
}

TEST(CompareRuns, ANamedPersonCountsBeforeThePhotographsName) {
  const auto a = made_up(12, 4, 1);
  const auto merged = compare_runs(with_subjects(a, 8, "p"), with_subjects(a, 8, "p"));
  EXPECT_EQ(merged.tasks.at(Task::grade).pooled.people, 6);
  expect_equal(compare_runs(a, with_subjects(a, 8, "p")), merged);
  EXPECT_EQ(compare_runs(a, with_subjects(a, 8, "p")).subjects_differ, 0);
}

TEST(CompareRuns, PhotographsOfDifferentPeopleAreCounted) {
  const auto a = with_subjects(anonymous(0.0), 6, "p");
  const auto b = with_subjects(anonymous(0.02), 40, "q");
  const auto c = compare_runs(a, b);
  EXPECT_EQ(c.subjects_differ, 120);
  expect_equal(c, compare_runs(a, with_subjects(anonymous(0.02), 6, "p")));
}

// Two people against thousands: what one run's people drew was read as the other's.
TEST(CompareRuns, FewPeopleBesideManyAreOneTable) {
  const auto c = compare_runs(with_subjects(made_up(2000, 1, 1), 1000, "p"), made_up(2000, 1, 1),
                              {.bootstrap = {.rounds = 20}});
  EXPECT_EQ(c.tasks.at(Task::grade).pooled.people, 2);
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
