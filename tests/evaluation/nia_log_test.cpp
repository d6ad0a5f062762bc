#include "skingauge/nia_log.hpp"

#include "evaluation/python_format.hpp"

#include <sstream>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

// Values printed by Python 3.11: round(x, n), repr, f-strings.
TEST(PythonFormat, RoundsAndPrintsAsPython) {
  EXPECT_EQ(python_repr(python_round(66.666666, 2)), "66.67");
  EXPECT_EQ(python_repr(python_round(50.0, 2)), "50.0");
  EXPECT_EQ(python_repr(python_round(0.223, 4)), "0.223");
  EXPECT_EQ(python_repr(python_round(2.675, 2)), "2.67");  // 2.675 is a little less in binary
  EXPECT_EQ(python_repr(python_round(0.125, 2)), "0.12");  // exactly half: to even
  EXPECT_EQ(python_repr(python_round(0.00005, 4)), "0.0001");
  EXPECT_EQ(python_repr(python_round(0.00004, 4)), "0.0");
  EXPECT_EQ(python_repr(100.0), "100.0");
  EXPECT_EQ(fixed(0.0005, 3), "0.001");
  EXPECT_EQ(fixed(-0.431, 3), "-0.431");
  EXPECT_EQ(fixed(47.735, 2), "47.73");
}

PhotoEntry photo(const std::string& subject, PhotoDevice device, const std::string& angle) {
  return {"", "", device, subject, angle, {}};
}

HeadOutcome grade(std::string_view key, int best, int truth) {
  GradePrediction p;
  p.grade = best;
  p.top3 = {best, best + 1, best + 2};
  return {find_sign_by_key(key, Task::grade), p, static_cast<double>(truth)};
}

HeadOutcome measurement(std::string_view key, double value, double scale, double truth_units) {
  return {find_sign_by_key(key, Task::measurement), MeasurementPrediction{value, value * scale, scale, ""},
          truth_units};
}

NiaLog::Clock fixed_clock() {
  return [] { return std::string("2023-11-25 20:41:16,803"); };
}

const std::string kTime = "2023-11-25 20:41:16,803 ";

TEST(NiaLog, GradesLineForLine) {
  std::ostringstream out;
  NiaLog log(out, Task::grade, 2, Criterion::within1, fixed_clock());
  auto skipped = grade("l_perocular_wrinkle", 0, 0);
  skipped.answer = Skipped{SkipReason::no_box, ""};
  log.add(photo("0120", PhotoDevice::camera, "Ft"),
          {grade("forehead_pigmentation", 1, 0), grade("forehead_wrinkle", 1, 3), skipped,
           grade("r_cheek_pore", 2, 3), measurement("r_cheek_moisture", 0.5, 100, 40)});
  log.add(photo("0862", PhotoDevice::phone, "L"),
          {grade("forehead_pigmentation", 1, 4), grade("lip_dryness", 2, 4)});
  log.finish();
  const std::string rule = kTime + std::string(180, '=') + "\n";
  EXPECT_EQ(
      out.str(),
      kTime + "Sub_0120_Equ_01_Angle_Ft_Area_1(pigmentation)==> Pred: 1  /  Gt: 0  ==> True \n" + kTime +
          "Sub_0120_Equ_01_Angle_Ft_Area_1(wrinkle)==> Pred: 1  /  Gt: 3  ==> False \n" + kTime +
          "Sub_0120_Equ_01_Angle_Ft_Area_6(pore)==> Pred: 2  /  Gt: 3  ==> True \n" + kTime +
          "pigmentation: 100.0%(T: 1 / F: 0) // wrinkle: 0.0%(T: 0 / F: 1) // sagging: 0%(T: 0 / F: 0) // "
          "pore: 100.0%(T: 1 / F: 0) // dryness: 0%(T: 0 / F: 0)\n" +
          kTime + "[0 / 2]Total Average Acc => 40.00%\n" + rule + kTime +
          "Sub_0862_Equ_03_Angle_L_Area_1(pigmentation)==> Pred: 1  /  Gt: 4  ==> False \n" + kTime +
          "Sub_0862_Equ_03_Angle_L_Area_7(dryness)==> Pred: 2  /  Gt: 4  ==> False \n" + kTime +
          "pigmentation: 50.0%(T: 1 / F: 1) // wrinkle: 0.0%(T: 0 / F: 1) // sagging: 0%(T: 0 / F: 0) // "
          "pore: 100.0%(T: 1 / F: 0) // dryness: 0.0%(T: 0 / F: 1)\n" +
          kTime + "[1 / 2]Total Average Acc => 30.00%\n" + rule + kTime + "Finish!\n");
}

TEST(NiaLog, MeasurementsLineForLine) {
  std::ostringstream out;
  NiaLog log(out, Task::measurement, 1, Criterion::top3, fixed_clock());
  log.add(photo("0120", PhotoDevice::camera, "Ft"),
          {grade("forehead_wrinkle", 1, 3), measurement("r_cheek_moisture", 0.643, 100, 48.8)});
  log.finish();
  EXPECT_EQ(out.str(),
            kTime +
                "Sub_0120_Equ_01_Angle_Ft_Area_6(moisture)==> Pred: 0.643  /  Gt: 0.488  ==> MAE: 0.155\n" +
                kTime + "count: 0 // moisture: 0.155 // wrinkle: 0 // elasticity: 0 // pore: 0\n" + kTime +
                "[0 / 1] Total Average MAE => 0.031\n" + kTime + std::string(180, '=') + "\n" + kTime +
                "Finish!\n");
}

TEST(NiaLog, CriterionDecidesWhatIsTrue) {
  for (const auto& [criterion, word] :
       {std::pair{Criterion::top3, "True "}, {Criterion::within1, "False "}, {Criterion::exact, "False "}}) {
    std::ostringstream out;
    NiaLog log(out, Task::grade, 1, criterion, fixed_clock());
    log.add(photo("1", PhotoDevice::camera, "F"), {grade("lip_dryness", 2, 4)});  // top three are 2, 3, 4
    EXPECT_THAT(out.str(), ::testing::HasSubstr(std::string("==> ") + word + "\n"));
  }
}

TEST(NiaLog, LocalTimeHasThePublishedForm) {
  EXPECT_THAT(NiaLog::local_time(),
              ::testing::MatchesRegex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3}"));
}

}  // namespace
}  // namespace skingauge
