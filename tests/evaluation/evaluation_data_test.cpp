#include "skingauge/evaluation_data.hpp"

#include "evaluation/made_up.hpp"

#include <limits>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::grade_sign;
using test::measure_sign;

TEST(EvaluationData, NameTellsPersonDeviceAndAngle) {
  const auto facts = facts_from_name("0120_03_L30");
  EXPECT_EQ(facts.subject, "0120");
  EXPECT_EQ(facts.device, PhotoDevice::phone);
  EXPECT_EQ(facts.angle, "L30");
  EXPECT_EQ(facts_from_name("holiday").subject, "");
  EXPECT_EQ(facts_from_name("holiday").id, "holiday");
}

TEST(EvaluationData, LabelsTellOfThePerson) {
  PhotoLabels labels;
  labels.labels[8] = parse_label(
      R"({"info":{"gender":"F","age":37,"skin_type":2,"sensitive":1},"images":{"facepart":8,"bbox":null}})",
      "x.json");
  PhotoEntry photo;
  photo.id = "0001_01_F";
  photo.subject = "0001";
  photo.device = PhotoDevice::camera;
  photo.angle = "F";
  const auto facts = facts_from_labels(photo, labels);
  EXPECT_EQ(facts.gender, "F");
  EXPECT_EQ(facts.age, 37);
  EXPECT_EQ(facts.skin_type, 2);
  EXPECT_EQ(facts.sensitive, 1);
  EXPECT_EQ(facts.device, PhotoDevice::camera);
}

TEST(EvaluationData, PhotographIsKnownOnceAndFilledUp) {
  EvaluationData data;
  auto facts = facts_from_name("0001_01_F");
  const auto first = data.add_photo(facts);
  facts.gender = "M";
  facts.angle = "L";
  EXPECT_EQ(data.add_photo(facts), first);
  EXPECT_EQ(data.photos()[first].gender, "M") << "was empty";
  EXPECT_EQ(data.photos()[first].angle, "F") << "was known";
  EXPECT_TRUE(data.know(facts));
  EXPECT_EQ(data.photos()[first].angle, "L") << "what is said on purpose counts more";
  EXPECT_FALSE(data.know(facts_from_name("0002_01_F")));
}

TEST(EvaluationData, OutcomeBecomesASample) {
  EvaluationData data;
  GradePrediction p;
  p.grade = 2;
  p.top3 = {2, 5, 0};
  p.probabilities = {0.2F, 0.0F, 0.5F, 0.0F, 0.0F, 0.3F};
  const auto photo = data.add_photo(facts_from_name("0001_01_F"));
  data.add(photo, {&grade_sign("l_cheek_pore"), p, 5});
  data.add(photo, {&grade_sign("r_cheek_pore"), p, 1});
  data.add(photo, {&measure_sign("chin_moisture"), MeasurementPrediction{0.5, 50, 100, "u"}, 40});
  data.add(photo, {&grade_sign("lip_dryness"), Skipped{SkipReason::no_box, ""}, 0});
  const auto heads = data.heads(Task::grade);
  ASSERT_EQ(heads.size(), 3U) << "a skipped head is a head too";
  EXPECT_EQ(heads[0]->rank.front(), 1);
  EXPECT_FLOAT_EQ(heads[0]->confidence.front(), 0.5F);
  EXPECT_EQ(heads[1]->rank.front(), 3) << "not among the three";
  EXPECT_DOUBLE_EQ(data.heads(Task::measurement).front()->truth.front(), 0.4);
  EXPECT_THAT(data.skipped(Task::grade), ::testing::ElementsAre(std::pair("no-box", 1)));
  EXPECT_TRUE(data.skipped(Task::measurement).empty());
}

TEST(EvaluationData, TheSameKeyIsAGradeAndACount) {
  EvaluationData data;
  const auto photo = data.add_photo(facts_from_name("0001_01_F"));
  data.add_grade(photo, grade_sign("l_cheek_pore"), {1, 1});
  data.add_measurement(photo, measure_sign("l_cheek_pore"), 0.5, 0.3);
  EXPECT_EQ(data.heads(Task::grade).size(), 1U);
  EXPECT_EQ(data.heads(Task::measurement).size(), 1U);
}

TEST(EvaluationData, RefusesWhatIsNoGradeAndNoNumber) {
  EvaluationData data;
  EXPECT_THROW(data.add_grade(0, grade_sign("lip_dryness"), {-1, 0}), std::invalid_argument);
  EXPECT_THROW(data.add_grade(0, grade_sign("lip_dryness"), {0, 127}), std::invalid_argument);
  EXPECT_THROW(
      data.add_measurement(0, measure_sign("chin_moisture"), std::numeric_limits<double>::quiet_NaN(), 0),
      std::invalid_argument);
}

}  // namespace
}  // namespace skingauge
