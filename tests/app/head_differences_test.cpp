#include "app/head_differences.hpp"

#include <set>

#include <gmock/gmock.h>

namespace skingauge::app {
namespace {

const HeadId kPoreGrade{Task::grade, Facepart::left_cheek, "l_cheek_pore"};
const HeadId kPoreCount{Task::measurement, Facepart::left_cheek, "l_cheek_pore"};

HeadPrediction head(const HeadId& id, decltype(HeadPrediction::answer) answer) {
  return {id.facepart, id.key, id.task, std::move(answer)};
}

GradePrediction grade(int best, std::vector<float> probabilities) {
  return {best, {best}, {}, std::move(probabilities)};
}
MeasurementPrediction value(double normalised) { return {normalised, 3000 * normalised, 3000, "pores"}; }

TEST(HeadId, OfAGradeIsNotThatOfAMeasurementWithTheSameKey) {
  EXPECT_NE(kPoreGrade, kPoreCount);
  EXPECT_EQ(to_string(kPoreGrade), "grade/l_cheek_pore");
  EXPECT_EQ(to_string(kPoreCount), "measurement/l_cheek_pore");
}

TEST(HeadId, HasANameOfItsOwnForEverySign) {
  std::set<std::string> names;
  for (const auto& sign : signs())
    names.insert(to_string(HeadId{sign.task, sign.facepart, std::string(sign.key)}));
  EXPECT_EQ(names.size(), signs().size());
}

TEST(HeadDifferences, KeepAGradeAndAMeasurementOfOneKeyApart) {
  HeadDifferences heads;
  heads.add({{}, {head(kPoreGrade, grade(1, {0.25F, 0.75F})), head(kPoreCount, value(0.5))}},
            {{}, {head(kPoreGrade, grade(0, {0.5F, 0.5F})), head(kPoreCount, value(0.625))}});
  const auto& found = heads.heads();
  ASSERT_EQ(found.size(), 2);
  EXPECT_EQ(found.at(kPoreGrade).crops, 1);
  EXPECT_EQ(found.at(kPoreGrade).changed, 1);
  EXPECT_EQ(found.at(kPoreGrade).largest, 0.25);
  EXPECT_EQ(found.at(kPoreCount).crops, 1);
  EXPECT_EQ(found.at(kPoreCount).changed, 0);
  EXPECT_EQ(found.at(kPoreCount).largest, 0.125);
}

TEST(HeadDifferences, PairHeadsByIdentityWhateverTheirOrder) {
  HeadDifferences heads;
  heads.add({{}, {head(kPoreCount, value(0.5)), head(kPoreGrade, grade(1, {0, 1}))}},
            {{}, {head(kPoreGrade, grade(1, {0, 1})), head(kPoreCount, value(0.5))}});
  for (const auto& [id, difference] : heads.heads()) {
    EXPECT_EQ(difference.largest, 0) << to_string(id);
    EXPECT_EQ(difference.crops, 1) << to_string(id);
  }
}

TEST(HeadDifferences, CountWhatOnlyOneOfThemAnswered) {
  HeadDifferences heads;
  const Skipped skipped{SkipReason::model_error, ""};
  heads.add({{}, {head(kPoreGrade, skipped), head(kPoreCount, value(0.5))}},
            {{}, {head(kPoreGrade, grade(1, {0, 1}))}});
  EXPECT_EQ(heads.heads().at(kPoreGrade).not_compared, 1);
  EXPECT_EQ(heads.heads().at(kPoreGrade).crops, 0);
  EXPECT_EQ(heads.heads().at(kPoreCount).not_compared, 1);
}

TEST(HeadDifferences, LeaveOutWhatNeitherAnswered) {
  HeadDifferences heads;
  const Skipped skipped{SkipReason::no_box, ""};
  heads.add({{}, {head(kPoreGrade, skipped)}}, {{}, {head(kPoreGrade, skipped)}});
  EXPECT_TRUE(heads.heads().empty());
}

TEST(HeadDifferences, AreToldByNameAndTask) {
  HeadDifferences heads;
  for (const double apart : {0.25, 0.75}) {
    heads.add({{}, {head(kPoreGrade, grade(1, {0, 1})), head(kPoreCount, value(apart))}},
              {{}, {head(kPoreGrade, grade(1, {0, 1})), head(kPoreCount, value(0))}});
  }
  EXPECT_EQ(heads.figures(), (Json{{{"head", "grade/l_cheek_pore"},
                                    {"task", "grade"},
                                    {"crops", 2},
                                    {"largest", 0.0},
                                    {"mean", 0.0},
                                    {"answers_changed", 0},
                                    {"not_compared", 0}},
                                   {{"head", "measurement/l_cheek_pore"},
                                    {"task", "measurement"},
                                    {"crops", 2},
                                    {"largest", 0.75},
                                    {"mean", 0.5},
                                    {"answers_changed", nullptr},
                                    {"not_compared", 0}}}));
}

}  // namespace
}  // namespace skingauge::app
