#include "skingauge/evaluation_input.hpp"

#include "skingauge/nia_log.hpp"
#include "skingauge/predictions_file.hpp"

#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <sstream>

namespace skingauge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

class Input : public ::testing::Test {
 protected:
  EvaluationInput read(const std::string& text, const InputOptions& options = {}) {
    const auto file = folder_.path() / "input";
    test::write_bytes(file, text);
    EvaluationInput input;
    read_evaluation_input(file, input, options);
    return input;
  }
  test::TemporaryFolder folder_;
};

const std::string kGrade =
    R"({"photo":"0001_01_F","facepart":5,"key":"l_cheek_pore","task":"grade","grade":2,"top3":[2,1,3],)"
    R"("probabilities":[0.1,0.2,0.5,0.15,0.03,0.02],"truth":3})";
const std::string kMeasurement =
    R"({"photo":"0001_01_F","facepart":5,"key":"l_cheek_moisture","task":"measurement","value":0.552,"units":55.2,"truth":0.633})";

TEST_F(Input, ReadsItsOwnPredictions) {
  GradePrediction grade;
  grade.grade = 2;
  grade.top3 = {2, 1, 3};
  grade.probabilities = {0.1F, 0.2F, 0.5F, 0.15F, 0.03F, 0.02F};
  std::ostringstream out;
  write_predictions(out, "0001_01_F",
                    {{find_sign_by_key("l_cheek_pore", Task::grade), grade, 3},
                     {find_sign_by_key("l_cheek_pore", Task::measurement),
                      MeasurementPrediction{0.25, 750, 3000, "pores"}, 900},
                     {find_sign_by_key("lip_dryness", Task::grade), Skipped{SkipReason::no_box, ""}, 0}});
  const auto input = read(out.str());
  EXPECT_THAT(input.problem_counts, ::testing::IsEmpty());
  const auto* pore = input.data.heads(Task::grade).front();
  EXPECT_EQ(pore->rank.front(), 2);
  EXPECT_FLOAT_EQ(pore->confidence.front(), 0.5F);
  EXPECT_DOUBLE_EQ(input.data.heads(Task::measurement).front()->truth.front(), 0.3);
  EXPECT_THAT(input.data.skipped(Task::grade), ElementsAre(Pair("no-box", 1)));
  EXPECT_EQ(input.files.front().kind, "predictions.jsonl");
  EXPECT_EQ(input.files.front().lines, 3);
  EXPECT_EQ(input.files.front().sha256.size(), 64U);
}

TEST_F(Input, LinesWithoutTop3OrProbabilitiesAreStillJudged) {
  const auto input =
      read(R"({"photo":"a","key":"lip_dryness","grade":1,"truth":2})"
           "\n\n"
           R"({"photo":"b","key":"lip_dryness","grade":1,"truth":2,"probabilities":[0.1,0.5,0.2,0.1,0.1]})");
  const auto* head = input.data.heads(Task::grade).front();
  EXPECT_THAT(head->rank, ElementsAre(HeadSamples::kUnknown, 1));
  EXPECT_THAT(input.problem_counts, ::testing::IsEmpty());
}

TEST_F(Input, EveryBadLineHasItsCodeAndNumberAndLeavesTheOthers) {
  struct Case {
    std::string line, code, part;
  };
  const std::vector<Case> cases{
      {"{\"photo\":", "bad-line", "byte"},
      {"[1]", "bad-line", "expected an object"},
      {R"({"key":"lip_dryness","grade":1,"truth":1})", "field-missing", "photo"},
      {R"({"photo":"x","key":"lip_dryness","truth":1})", "field-missing", "grade"},
      {R"({"photo":"x","key":"lip_drynes","grade":1,"truth":1})", "unknown-key", "lip_drynes"},
      {R"({"photo":"x","key":"lip_dryness","grade":5,"truth":1})", "grade-out-of-range", "0..4"},
      {R"({"photo":"x","key":"lip_dryness","grade":1,"truth":-1})", "grade-out-of-range", "-1"},
      {R"({"photo":"x","key":"lip_dryness","grade":1.5,"truth":1})", "value-invalid", "1.5"},
      {R"({"photo":"x","key":"lip_dryness","grade":1,"truth":"3"})", "value-invalid", "truth"},
      {R"({"photo":"x","key":"lip_dryness","grade":true,"truth":1})", "value-invalid", "true"},
      {R"({"photo":"x","key":"chin_moisture","value":NaN,"truth":1})", "value-invalid", "NaN"},
      {R"({"photo":"x","key":"chin_moisture","value":0.5,"truth":null})", "value-invalid", "truth"},
      {R"({"photo":"x","key":"chin_moisture","value":1e999,"truth":0})", "bad-line", "1e999"},
      {R"({"photo":"x","key":"lip_dryness","task":"grad","grade":1,"truth":1})", "value-invalid", "task"},
      {R"({"photo":"x","key":"lip_dryness","facepart":5,"grade":1,"truth":1})", "value-invalid", "facepart"},
      {R"({"photo":"x","key":"lip_dryness","grade":1,"truth":1,"probabilities":[2,0]})", "value-invalid",
       "0..1"},
      {kGrade, "duplicate", "l_cheek_pore"},
  };
  for (const auto& c : cases) {
    SCOPED_TRACE(c.line);
    const auto input = read(kGrade + "\n" + kMeasurement + "\n" + c.line + "\n" +
                            R"({"photo":"last","key":"lip_dryness","grade":1,"truth":1})");
    ASSERT_EQ(input.problems.size(), 1U);
    EXPECT_EQ(input.problems[0].code, c.code);
    EXPECT_EQ(input.problems[0].line, 3);
    EXPECT_THAT(input.problems[0].message, HasSubstr(c.part));
    EXPECT_EQ(input.data.heads(Task::grade).size(), 2U) << "the lines before and after count";
    EXPECT_EQ(input.data.heads(Task::measurement).front()->size(), 1U);
  }
}

TEST_F(Input, ProblemsAreAllCountedAndTheFirstKept) {
  std::string text = kGrade + "\n";
  for (int i = 0; i < 25; ++i) text += "{\n";
  const auto input = read(text, {.problems_kept = 4});
  EXPECT_THAT(input.problem_counts, ElementsAre(Pair("bad-line", 25)));
  EXPECT_EQ(input.problems.size(), 4U);
}

TEST_F(Input, CsvWithNamedColumnsInAnyOrder) {
  const auto input = read(
      "\xEF\xBB\xBFkey;truth;prediction;photo;subject;gender;age;top3\r\n"
      "lip_dryness;2;1;\"my; photo.jpg\";anna;F;31;1 2 0\r\n"
      "chin_moisture;0.5;0.25;\"my; photo.jpg\";anna;F;31;\r\n");
  EXPECT_THAT(input.problem_counts, ::testing::IsEmpty());
  ASSERT_EQ(input.data.photos().size(), 1U);
  EXPECT_EQ(input.data.photos()[0].id, "my; photo");
  EXPECT_EQ(input.data.photos()[0].subject, "anna");
  EXPECT_EQ(input.data.photos()[0].age, 31);
  EXPECT_EQ(input.data.heads(Task::grade).front()->rank.front(), 1);
  EXPECT_DOUBLE_EQ(input.data.heads(Task::measurement).front()->answer.front(), 0.25);
  EXPECT_EQ(input.files.front().kind, "csv");
}

TEST_F(Input, CsvTellsAGradeFromACountByItsNumbersOrItsTask) {
  const auto grades = read("photo,key,prediction,truth\na,l_cheek_pore,1,2\nb,l_cheek_pore,3,3\n");
  EXPECT_EQ(grades.data.heads(Task::grade).front()->size(), 2U);
  const auto counts = read("photo,key,prediction,truth\na,l_cheek_pore,1,0\nb,l_cheek_pore,0.3,0.25\n");
  EXPECT_EQ(counts.data.heads(Task::measurement).front()->size(), 2U);
  const auto named = read("photo,key,task,prediction,truth\na,l_cheek_pore,measurement,1,0\n");
  EXPECT_TRUE(named.data.has(Task::measurement));
}

TEST_F(Input, BadCsvRecordsAreCounted) {
  const auto input = read(
      "photo,key,prediction,truth\n"
      "a,lip_dryness,1,2\n"
      "a,lip_dryness,1\n"
      "b,lip,1,1\n"
      "b,lip_dryness,x,1\n"
      "b,lip_dryness,,1\n"
      ",lip_dryness,1,1\n"
      "c,lip_dryness,9,1\n"
      "a,lip_dryness,1,1\n"
      "d,chin_moisture,inf,1\n");
  EXPECT_THAT(input.problem_counts,
              ElementsAre(Pair("bad-line", 1), Pair("duplicate", 1), Pair("field-missing", 2),
                          Pair("grade-out-of-range", 1), Pair("unknown-key", 1), Pair("value-invalid", 2)));
  EXPECT_EQ(input.problems[0].line, 3);
}

TEST_F(Input, PhotoFactsComeBackAsWritten) {
  auto facts = facts_from_name("0001_01_F");
  facts.gender = "F";
  facts.age = 44;
  facts.skin_type = 5;
  facts.sensitive = 0;
  auto odd = facts_from_name("=odd, \"name\"");
  std::ostringstream out;
  write_photo_facts(out, {facts, odd});
  const auto file = folder_.path() / "photos.csv";
  test::write_bytes(file, out.str());
  auto input = read(kGrade);
  EXPECT_EQ(read_photo_facts(file, input.data), 1);
  EXPECT_EQ(input.data.photos()[0].age, 44);
  EXPECT_EQ(input.data.photos()[0].skin_type, 5);
  EXPECT_EQ(input.data.photos()[0].sensitive, 0);
  EXPECT_THAT(out.str(), HasSubstr("\"'=odd, \"\"name\"\"\"")) << "no formula for a spreadsheet";
}

TEST_F(Input, BadPhotoFactsAreNamedWithTheirLine) {
  auto input = read(kGrade);
  const auto file = folder_.path() / "photos.csv";
  test::write_bytes(file, "photo,age\n0001_01_F,old\n");
  test::expect_input_error(ErrorCode::evaluation_format, {"line 2", "age", "old"},
                           [&] { read_photo_facts(file, input.data); });
  test::write_bytes(file, "name,age\n");
  test::expect_input_error(ErrorCode::evaluation_format, {"photo"},
                           [&] { read_photo_facts(file, input.data); });
}

TEST_F(Input, OtherFilesAreRefused) {
  test::expect_input_error(ErrorCode::evaluation_format, {"holds no line"}, [&] { read(" \n\n"); });
  test::expect_input_error(ErrorCode::evaluation_format, {"line 1", "photo, key, prediction, truth"},
                           [&] { read("photo,key,truth\n"); });
  test::expect_input_error(ErrorCode::evaluation_format, {"line 1"}, [&] { read(std::string(5000, '\0')); });
  EvaluationInput input;
  test::expect_input_error(ErrorCode::evaluation_missing, {"no such file"},
                           [&] { read_evaluation_input(folder_.path() / "none", input); });
  test::expect_input_error(ErrorCode::evaluation_missing, {"no such file"},
                           [&] { read_evaluation_input(folder_.path(), input); });
}

// A log of both kinds of head by our own writer.
class Log : public Input {
 protected:
  static HeadOutcome grade(std::string_view key, int answer, int truth) {
    GradePrediction p;
    p.grade = answer;
    p.top3 = {answer, (answer + 1) % 5, (answer + 2) % 5};
    return {find_sign_by_key(key, Task::grade), p, static_cast<double>(truth)};
  }
  static HeadOutcome measurement(std::string_view key, double value, double truth) {
    const auto* sign = find_sign_by_key(key, Task::measurement);
    return {sign, MeasurementPrediction{value, value * sign->scale, sign->scale, ""}, truth * sign->scale};
  }
  // Three photographs; every item is judged at the end.
  static std::string log(Task task, Criterion criterion) {
    std::ostringstream out;
    NiaLog log(out, task, 3, criterion, [] { return "2023-11-25 20:41:16,803"; });
    const std::vector<HeadOutcome> outcomes{grade("forehead_pigmentation", 1, 0),
                                            grade("forehead_wrinkle", 1, 3),
                                            grade("r_cheek_pore", 2, 3),
                                            grade("lip_dryness", 2, 0),
                                            grade("chin_sagging", 0, 0),
                                            measurement("pigmentation_count", 0.5781, 0.4913),
                                            measurement("chin_moisture", 0.1234, 0.5),
                                            measurement("l_perocular_wrinkle_Ra", -0.4, 0.21),
                                            measurement("chin_elasticity_R2", 1.2, 0.4),
                                            measurement("l_cheek_pore", 0.3333, 0.1111)};
    log.add({"", "", PhotoDevice::camera, "0120", "Ft", {}}, outcomes);
    log.add({"", "", PhotoDevice::phone, "0120", "L", {}}, {outcomes[0], outcomes[3], outcomes[6]});
    log.add({"", "", PhotoDevice::tablet, "0862", "R", {}}, {});
    log.finish();
    return out.str();
  }
  static std::string older_spelling(std::string text) {
    for (const auto& [from, to] : {std::pair{"Sub_", "Sub."},
                                   {"_Equ_", "_Equ."},
                                   {"_Angle_", "_Angle."},
                                   {"_Area_", "_Area."},
                                   {"[0 / 3]", ""}}) {
      for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
        text.replace(at, std::string(from).size(), to);
    }
    return text;
  }
};

TEST_F(Log, ReplaysItsOwnLogInBothSpellings) {
  for (const auto criterion : {Criterion::top3, Criterion::within1, Criterion::exact}) {
    for (const bool older : {false, true}) {
      const auto text = log(Task::grade, criterion);
      const auto input = read(older ? older_spelling(text) : text);
      SCOPED_TRACE(std::string(to_string(criterion)) + (older ? " older" : ""));
      EXPECT_THAT(input.problem_counts, ::testing::IsEmpty());
      const auto& replay = input.replays.front();
      EXPECT_EQ(replay.criterion, to_string(criterion));
      EXPECT_EQ(replay.running_lines, 3);
      EXPECT_EQ(replay.agreed, 3) << replay.first_disagreement;
      EXPECT_EQ(replay.photos, 3);
      EXPECT_EQ(replay.judged, 7);
      EXPECT_EQ(replay.total, replay.printed_total);
      EXPECT_TRUE(replay.finished);
      ASSERT_EQ(input.data.photos().size(), 2U) << "nothing of the third was judged";
      EXPECT_EQ(input.data.photos()[0].id, "0120_01_Ft");
      EXPECT_EQ(input.data.photos()[1].device, PhotoDevice::phone);
    }
  }
}

TEST_F(Log, MeasurementsAgreeWithinWhatIsPrinted) {
  const auto input = read(log(Task::measurement, Criterion::top3));
  const auto& replay = input.replays.front();
  EXPECT_EQ(replay.agreed, 3) << replay.first_disagreement;
  EXPECT_EQ(replay.total, replay.printed_total);
  EXPECT_EQ(replay.criterion, "");
  EXPECT_LE(replay.largest_difference, 0.00055);
  EXPECT_NEAR(input.data.heads(Task::measurement)[0]->answer[0], 0.578, 1e-12);
}

TEST_F(Log, OnlyATop3LogTellsWhetherTheTruthIsAmongThree) {
  const auto by_top3 = read(log(Task::grade, Criterion::top3));
  for (const auto* head : by_top3.data.heads(Task::grade)) EXPECT_GE(head->rank.front(), 0);
  const auto by_within1 = read(log(Task::grade, Criterion::within1));
  for (const auto* head : by_within1.data.heads(Task::grade))
    EXPECT_EQ(head->rank.front(), HeadSamples::kUnknown);
  const auto told = read(log(Task::grade, Criterion::within1), {.criterion = Criterion::top3});
  EXPECT_GE(told.data.heads(Task::grade).front()->rank.front(), 0);
}

TEST_F(Log, TamperedFiguresAreFound) {
  const auto text = log(Task::grade, Criterion::within1);
  for (const auto& [from, to] :
       {std::pair{"pigmentation: 100.0%(T: 2 / F: 0)", "pigmentation: 99.0%(T: 2 / F: 0)"},
        {"(T: 2 / F: 0)", "(T: 2 / F: 1)"},
        {"=> 60.00%", "=> 60.01%"}}) {
    auto tampered = text;
    const auto at = tampered.rfind(from);
    ASSERT_NE(at, std::string::npos) << from << "\n" << text;
    tampered.replace(at, std::string(from).size(), to);
    const auto input = read(tampered);
    EXPECT_THAT(input.problem_counts, ::testing::Contains(Pair("running-disagrees", ::testing::Ge(1))))
        << from;
    EXPECT_LT(input.replays.front().agreed, 3);
    EXPECT_THAT(input.replays.front().first_disagreement, HasSubstr("line "));
  }
}

TEST_F(Log, TruncatedAtEveryLineAndMidLine) {
  const auto text = log(Task::grade, Criterion::within1);
  for (std::size_t length = text.find('\n') + 1; length < text.size(); length += 37) {
    const auto input = read(text.substr(0, length));
    const bool finished = text.substr(0, length).find("Finish!") != std::string::npos;
    EXPECT_EQ(input.problem_counts.contains("log-truncated"), !finished) << length;
    EXPECT_FALSE(input.replays.front().agreed > 3);
  }
}

TEST_F(Log, LinesOfTheOtherTaskAreCountedApart) {
  const auto grades = log(Task::grade, Criterion::within1);
  const auto input = read(grades + log(Task::measurement, Criterion::within1));
  EXPECT_THAT(input.problem_counts, ElementsAre(Pair("log-mixed", 12)));
  EXPECT_EQ(input.replays.front().agreed, 3);
  EXPECT_FALSE(input.data.has(Task::measurement));
}

TEST_F(Log, OddLinesAreNamedWithTheirNumber) {
  const std::string first =
      "2023-11-25 20:41:16,803 Sub_1_Equ_01_Angle_F_Area_7(dryness)==> Pred: 1  /  Gt: 1  ==> True \n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"Sub_1_Equ_01_Angle_F_Area_7(dryness)==> Pred: 9  /  Gt: 1  ==> False ", "grade-out-of-range"},
      {"Sub_1_Equ_01_Angle_F_Area_7(dry)==> Pred: 1  /  Gt: 1  ==> True ", "unknown-key"},
      {"Sub_1_Equ_01_Angle_F_Area_12(dryness)==> Pred: 1  /  Gt: 1  ==> True ", "unknown-key"},
      {"Sub_1_Equ_01_Angle_F_Area_7(dryness)==> Pred: 1  /  Gt: 1  ==> True ", "duplicate"},
      {"Sub_1_Equ_01_Angle_F_Area_7(dryness)==> Pred: 1  /  Gt", "bad-line"},
      {"Sub_1_Equ_01_Angle_F_Area_7(dryness)==> Pred: nan  /  Gt: 1 ==> True", "bad-line"},
      {"hello", "bad-line"}};
  for (const auto& [line, code] : cases) {
    const auto input = read(first + line + "\n2023-11-25 20:41:16,803 Finish!\n");
    ASSERT_THAT(input.problem_counts, ElementsAre(Pair(code, 1))) << line;
    EXPECT_EQ(input.problems.front().line, 2);
  }
}

}  // namespace
}  // namespace skingauge
