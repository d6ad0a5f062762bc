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

// A CSV whose only record has this top3: the prediction is 1, the truth 2, of the grades 0..4.
class Top3 : public Input {
 protected:
  EvaluationInput csv(const std::string& top3) {
    return read("photo;key;prediction;truth;top3\na;lip_dryness;1;2;\"" + top3 + "\"\nb;lip_dryness;1;1;\n");
  }
  EvaluationInput jsonl(const std::string& top3) {
    return read(R"({"photo":"a","key":"lip_dryness","grade":1,"truth":2,"top3":)" + top3 + "}\n" +
                R"({"photo":"b","key":"lip_dryness","grade":1,"truth":1})");
  }
  static void expect_rank(const EvaluationInput& input, int rank, const std::string& text) {
    EXPECT_THAT(input.problem_counts, ::testing::IsEmpty()) << text;
    EXPECT_EQ(input.data.heads(Task::grade).front()->rank.front(), rank) << text;
  }
  static void expect_invalid(const EvaluationInput& input, const std::string& text) {
    EXPECT_THAT(input.problem_counts, ElementsAre(Pair("value-invalid", 1))) << text;
    EXPECT_EQ(input.data.heads(Task::grade).front()->size(), 1U) << text << ": the other line counts";
  }
};

TEST_F(Top3, IsReadInEverySpelling) {
  for (const auto* text : {"[1, 3, 2]", "[1 3 2]", "1,3,2", "1 3 2", "(1, 3, 2)", "[ 1.  3.  2.]",
                           "['1', '3', '2']", "[np.int64(1), np.int64(3), np.int64(2)]", "tensor([1, 3, 2])"})
    expect_rank(csv(text), 2, text);
  expect_rank(csv("[1, 3, 0]"), 3, "a miss");
  expect_rank(csv("[1, 3, 0, 2, 4]"), 3, "a whole ranking");
  for (const auto* text : {"[1,3,2]", "[1.0,3.0,2.0]", R"(["1","3","2"])", R"("[1 3 2]")", "[[1,3,2]]"})
    expect_rank(jsonl(text), 2, text);
}

TEST_F(Top3, ThatNamesTheWrongGradesIsInvalid) {
  for (const auto* text : {"1-3-2", "yes", "1 1 2", "1 2 5", "1 2 -1", "1 2.5 0", "1 2 0.5", "0 3 2", "2",
                           "1 2 3 4 0 2", "4 3 2 1"})
    expect_invalid(csv(text), text);
  for (const auto* text :
       {"true", "{}", "[1,null,2]", "[1,2,2]", "[0,3,2]", "[1,2,5]", R"("yes")", "[1,2,[3]]"})
    expect_invalid(jsonl(text), text);
}

TEST_F(Top3, OfFewerThanThreeGradesTellsNone) {
  for (const auto* text : {"1", "1 2", "[]", "[1]", "(1, 2)", "1.0"})
    expect_rank(csv(text), HeadSamples::kUnknown, text);
  for (const auto* text : {"null", "NaN", "[]", "[1]", "[1,2]"})
    expect_rank(jsonl(text), HeadSamples::kUnknown, text);
}

TEST_F(Top3, OfAHeadOfTwoGradesIsWhole) {
  const auto read_one = [&](const std::string& truth) {
    return read(
        R"({"photo":"a","key":"lip_dryness","grade":1,"top3":[1,0],"probabilities":[0.4,0.6],"truth":)" +
        truth + "}");
  };
  expect_rank(read_one("0"), 1, "two of two");
  expect_rank(read_one("2"), 3, "the head has no such grade");
}

TEST_F(Input, ProbabilitiesOfSomeGradesTellNoTop3) {
  for (const auto* text : {"[0.3,0.7]", "[0.1,0.7,0.2]", "[0.1,0.7,0.1,0.1]"}) {
    const auto input = read(R"({"photo":"b","key":"lip_dryness","grade":1,"truth":1,"probabilities":)" +
                            std::string(text) + "}");
    EXPECT_THAT(input.problem_counts, ::testing::IsEmpty()) << text;
    EXPECT_EQ(input.data.heads(Task::grade).front()->rank.front(), HeadSamples::kUnknown) << text;
  }
}

// The manifest may give a head more outputs than the official grades.
TEST_F(Input, PredictionOfAWiderHeadIsRead) {
  const std::string line =
      R"({"photo":"b","key":"lip_dryness","grade":5,"truth":1,"top3":[5,1,0],"probabilities":)";
  const auto wide = read(line + "[0.1,0.2,0.1,0.1,0.1,0.4]}");
  EXPECT_THAT(wide.problem_counts, ::testing::IsEmpty());
  EXPECT_EQ(wide.data.heads(Task::grade).front()->rank.front(), 1);
}

TEST_F(Input, ProbabilitiesThatContradictTheirLineAreInvalid) {
  for (const auto* text :
       {"[0.1,0.2,0.5,0.1,0.1]", "[1]", "[0.2,0.8,\"x\"]", "[]", "7", R"("0.1 0.9 1.5")"}) {
    const auto input = read(R"({"photo":"a","key":"lip_dryness","grade":1,"truth":2})"
                            "\n"
                            R"({"photo":"b","key":"lip_dryness","grade":1,"truth":2,"probabilities":)" +
                            std::string(text) + "}");
    EXPECT_THAT(input.problem_counts, ElementsAre(Pair("value-invalid", 1))) << text;
    EXPECT_EQ(input.data.heads(Task::grade).front()->size(), 1U) << text;
  }
}

TEST_F(Input, LinesThatPandasWroteHaveNullForWhatOthersHave) {
  const auto input = read(
      R"({"photo":"a","facepart":5.0,"key":"l_cheek_pore","task":"grade","grade":2.0,"top3":[2,1,3],"probabilities":null,"value":null,"units":null,"truth":3.0,"skipped":null})"
      "\n"
      R"({"photo":"a","facepart":5.0,"key":"l_cheek_pore","task":null,"grade":null,"top3":null,"value":0.25,"truth":0.3,"skipped":NaN})"
      "\n"
      R"({"photo":"a","facepart":null,"key":"lip_dryness","task":"class","grade":null,"truth":null,"skipped":"no-box"})");
  EXPECT_THAT(input.problem_counts, ::testing::IsEmpty());
  EXPECT_EQ(input.data.heads(Task::grade).front()->truth.front(), 3);
  EXPECT_EQ(input.data.heads(Task::measurement).front()->truth.front(), 0.3);
  EXPECT_THAT(input.data.skipped(Task::grade), ElementsAre(Pair("no-box", 1)));
}

TEST_F(Input, WholeNumbersWithAPointAreGrades) {
  const auto input = read(
      "photo,key,prediction,truth,facepart\na,l_cheek_pore,1.0,3.0,5.0\nb,l_cheek_pore,2.0,,5\nc,r_cheek_"
      "pore,3.,2e0,\n"
      "d,r_cheek_pore,,1.0,NaN\nd,chin_sagging,1.0,2.0,8.0\n");
  EXPECT_THAT(input.problem_counts, ElementsAre(Pair("field-missing", 2)));
  EXPECT_FALSE(input.data.has(Task::measurement));
  EXPECT_EQ(input.data.heads(Task::grade).size(), 3U);
}

TEST_F(Input, TaskOfAKeyFollowsMostOfItsTruths) {
  const std::string header = "photo,key,prediction,truth\n";
  const auto odd_grade = read(header +
                              "a,l_cheek_pore,1.0,3.0\nb,r_cheek_pore,2.0,2.5\nc,l_cheek_pore,2.4,2.0\n"
                              "d,l_cheek_pore,2,2\n");
  EXPECT_THAT(odd_grade.problem_counts, ElementsAre(Pair("value-invalid", 2)));
  EXPECT_FALSE(odd_grade.data.has(Task::measurement)) << "one odd cell turns no column";
  const auto counts = read(header + "a,l_cheek_pore,0,0.0\nb,l_cheek_pore,0.3,0.25\nc,r_cheek_pore,1,0.5\n");
  EXPECT_FALSE(counts.data.has(Task::grade));
  const auto in_units = read(header + "a,l_cheek_pore,812,900.0\nb,l_cheek_pore,700,1200\n");
  EXPECT_FALSE(in_units.data.has(Task::grade)) << "no grades, whole as they are";
  const auto both = read(header +
                         "a,l_cheek_pore,1,2\na,l_cheek_pore,0.3,0.25\nb,l_cheek_pore,0.2,0.3\n"
                         "b,l_cheek_pore,3.0,3.0\n");
  EXPECT_THAT(both.problem_counts, ::testing::IsEmpty());
  EXPECT_EQ(both.data.heads(Task::grade).front()->size(), 2U);
  EXPECT_EQ(both.data.heads(Task::measurement).front()->size(), 2U);
  const auto named = read(
      "photo,key,prediction,truth,task\na,l_cheek_pore,1,2,Regression\nb,l_cheek_pore,1,2,class\n"
      "c,l_cheek_pore,1,2,other\n");
  EXPECT_THAT(named.problem_counts, ElementsAre(Pair("value-invalid", 1)));
  EXPECT_EQ(named.data.heads(Task::measurement).front()->size(), 1U);
  EXPECT_EQ(named.data.heads(Task::grade).front()->size(), 1U);
}

TEST_F(Input, FacepartThatContradictsItsKeyIsInvalid) {
  const auto input =
      read("photo,key,prediction,truth,facepart\na,lip_dryness,1,1,7\nb,lip_dryness,1,1,5.0\n");
  EXPECT_THAT(input.problem_counts, ElementsAre(Pair("value-invalid", 1)));
}

TEST_F(Input, FactsOfAPhotographInEverySpelling) {
  const auto facts = [&](const std::string& fields) {
    const auto input = read(
        "photo,key,prediction,truth,device,gender,age,skin_type,sensitive,subject,angle\n"
        "a,lip_dryness,1,1," +
        fields + "\n");
    EXPECT_THAT(input.problem_counts, ::testing::IsEmpty()) << fields;
    return input.data.photos().front();
  };
  for (const auto* fields :
       {"1.0,F,35.0,2.0,1.0,anna,F", "camera,female,35,2,True,anna,F", "01,f,35.,2,yes,anna,F"}) {
    const auto photo = facts(fields);
    EXPECT_EQ(photo.device, PhotoDevice::camera) << fields;
    EXPECT_EQ(photo.gender, "F") << fields;
    EXPECT_EQ(photo.age, 35) << fields;
    EXPECT_EQ(photo.skin_type, 2) << fields;
    EXPECT_EQ(photo.sensitive, 1) << fields;
    EXPECT_EQ(photo.subject, "anna") << fields;
  }
  EXPECT_EQ(facts("3,M,,,False,,").sensitive, 0);
  EXPECT_EQ(facts("3,M,,,0.0,,").sensitive, 0);
  for (const auto* gap : {"", "NaN", "nan", "NA", "None", "null", "<NA>"}) {
    const std::string g = gap;
    const auto photo = facts(g + "," + g + "," + g + "," + g + "," + g + "," + g + "," + g);
    EXPECT_EQ(photo.device, std::nullopt) << gap;
    EXPECT_EQ(photo.gender + photo.subject + photo.angle, "") << gap;
    EXPECT_EQ(photo.age, std::nullopt) << gap;
    EXPECT_EQ(photo.sensitive, std::nullopt) << gap;
  }
  EXPECT_EQ(facts(",U,,,,,").gender, "") << "a server of the data set writes that it does not know";
}

TEST_F(Input, FactsThatCannotBeReadAreProblemsAndTheLineCounts) {
  const auto input = read(
      "photo,key,prediction,truth,gender,age,device\na,lip_dryness,1,1,X,-5,watch\n"
      "b,lip_dryness,1,1,F,1e30,1.5\n");
  EXPECT_THAT(input.problem_counts, ElementsAre(Pair("value-invalid", 5)));
  EXPECT_EQ(input.data.heads(Task::grade).front()->size(), 2U);
  EXPECT_EQ(input.data.photos()[1].gender, "F");
  EXPECT_EQ(input.data.photos()[1].age, std::nullopt);
}

TEST_F(Input, RecordsMayReachOverLines) {
  const auto input = read(
      "photo,key,prediction,truth,subject\r\n\"a\r\nb\",lip_dryness,1,1,\"anna, the \"\"first\"\"\"\r\n"
      "c,lip_dryness,9,1,x\r\n");
  EXPECT_EQ(input.data.photos().front().id, "a\r\nb");
  EXPECT_EQ(input.data.photos().front().subject, "anna, the \"first\"");
  EXPECT_EQ(input.problems.front().line, 4);
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
