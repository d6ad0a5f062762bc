#include "skingauge/evaluation_input.hpp"

#include "skingauge/predictions_file.hpp"

#include "support/encoded_text.hpp"
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

TEST_F(Input, PredictionsSayWhichMeasurementsLieOutsideTheOfficialRange) {
  std::ostringstream out;
  write_predictions(out, "0001_01_F",
                    {{find_sign_by_key("l_cheek_pore", Task::measurement),
                      MeasurementPrediction{-0.2355, -706.5, 3000, "pores"}, 900},
                     {find_sign_by_key("r_cheek_pore", Task::measurement),
                      MeasurementPrediction{1, 3000, 3000, "pores"}, 900}});
  EXPECT_THAT(out.str(), ::testing::ContainsRegex("-706.5.*\n.*3000"));
  EXPECT_THAT(out.str().substr(0, out.str().find('\n')), HasSubstr(R"("outside_official_range":true)"));
  EXPECT_THAT(out.str().substr(out.str().find('\n')), HasSubstr(R"("outside_official_range":false)"));
  EXPECT_NEAR(read(out.str()).data.heads(Task::measurement).front()->answer.front(), -0.2355, 1e-7);
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

TEST_F(Input, TablesAndPredictionsInUtf16AreReadAsTheyAre) {
  const std::string csv =
      "photo,key,prediction,truth\r\n\xEC\x96\xBC\xEA\xB5\xB4,lip_dryness,1,2\r\nb,lip_dryness,x,1\r\n";
  for (const auto encoding : {TextEncoding::utf16_le, TextEncoding::utf16_be}) {
    for (const bool mark : {true, false}) {
      const auto input = read(test::utf16(csv, encoding, mark));
      ASSERT_EQ(input.data.photos().size(), 1U);
      EXPECT_EQ(input.data.photos()[0].id, "\xEC\x96\xBC\xEA\xB5\xB4");
      ASSERT_EQ(input.problems.size(), 1U);
      EXPECT_EQ(input.problems[0].line, 3) << "lines are counted as an editor counts them";
      EXPECT_EQ(input.files[0].encoding, to_string(encoding));
      const auto jsonl = read(test::utf16(kGrade + "\n" + kMeasurement + "\n", encoding, mark));
      EXPECT_THAT(jsonl.problem_counts, ::testing::IsEmpty());
      EXPECT_EQ(jsonl.data.heads(Task::grade).size(), 1U);
    }
  }
}

TEST_F(Input, BytesOfAnotherEncodingAreNamed) {
  const std::string korean = "\xC7\xC7\xBA\xCE";  // CP949
  const auto input = read("photo,key,prediction,truth\n" + korean + ",lip_dryness,1,2\nb,lip_dryness,1,2\n");
  EXPECT_THAT(input.problem_counts, ElementsAre(Pair("not-utf8", 1)));
  EXPECT_EQ(input.problems[0].line, 2);
  EXPECT_THAT(input.problems[0].message, HasSubstr("CP949"));
  EXPECT_EQ(input.data.heads(Task::grade).front()->size(), 2U) << "the figures of the line are right";
  test::expect_input_error(ErrorCode::evaluation_format, {"line 1", "CP949", "UTF-8"},
                           [&] { read(korean + ",key,prediction,truth\n"); });
  test::expect_input_error(ErrorCode::evaluation_format, {"UTF-32"},
                           [&] { read(std::string("\xFF\xFE\0\0p\0\0\0", 8)); });
  test::expect_input_error(ErrorCode::evaluation_format, {"ZIP", "unpack"},
                           [&] { read("PK\x03\x04 and so on"); });
}

TEST_F(Input, TheKindIsThatOfTheFirstLineThatHasOne) {
  const auto csv = read("sep=,\n\nphoto,key,prediction,truth\na,lip_dryness,1,9\nb,lip_dryness,1,2\n");
  EXPECT_EQ(csv.files[0].kind, "csv");
  EXPECT_EQ(csv.files[0].foreign_lines, 1);
  EXPECT_THAT(csv.files[0].foreign_example, HasSubstr("sep=,"));
  EXPECT_EQ(csv.problems[0].line, 4);
  const auto jsonl = read("{\"photo\":\"cut\n" + kGrade + "\n");
  EXPECT_EQ(jsonl.files[0].kind, "predictions.jsonl");
  EXPECT_THAT(jsonl.problem_counts, ElementsAre(Pair("bad-line", 1)));
}

}  // namespace
}  // namespace skingauge
