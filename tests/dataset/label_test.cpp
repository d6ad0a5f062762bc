#include "skingauge/label.hpp"

#include "skingauge/error.hpp"

#include "dataset/labels.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace skingauge {
namespace {

using test::expect_input_error;
using test::label_json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Label parse_text(const std::string& text) { return parse_label(text, "0001_01_F_05.json"); }
Label parse(const Json& json) { return parse_text(json.dump()); }

// "field: message" of each problem, errors marked.
std::vector<std::string> problems(const Label& label) {
  std::vector<std::string> lines;
  for (const auto& p : label.problems) {
    lines.push_back((p.error ? "error " : "warning ") + p.field + ": " + p.message);
  }
  return lines;
}

SkipReason truth_reason(const Label& label, std::string_view key, Task task) {
  const auto value = truth(label, *find_sign_by_key(key, task));
  if (const auto* skipped = std::get_if<Skipped>(&value)) return skipped->reason;
  ADD_FAILURE() << "has the value " << std::get<double>(value);
  return {};
}

// A label with every block and field the data set's guideline lists for a cheek; the values are made up.
const std::string kWholeLabel = R"({
  "info": {"filename": "0007_02_R.jpg", "id": "0007", "gender": "M", "age": 41, "date": "2023-10-02",
           "skin_type": 5, "sensitive": 1},
  "images": {"device": 1, "width": 2448, "height": 3264, "angle": 8, "facepart": 6, "bbox": [300, 1500, 1100, 2200]},
  "annotations": {"r_cheek_pore": 4, "r_cheek_pigmentation": 0},
  "equipment": {"r_cheek_moisture": 61.333333333333336, "r_cheek_elasticity_R0": 0.2,
                "r_cheek_elasticity_R2": 0.6, "r_cheek_elasticity_Q3": "Er", "r_cheek_pore": 812}
})";

TEST(Label, KeepsEveryFieldOfAWholeLabel) {
  const auto label = parse_text(kWholeLabel);
  EXPECT_EQ(label.file, "0001_01_F_05.json");
  EXPECT_EQ(label.info, (LabelInfo{"0007_02_R.jpg", "0007", "M", 41, "2023-10-02", 5, 1}));
  EXPECT_EQ(label.device, 1);
  EXPECT_EQ(label.width, 2448);
  EXPECT_EQ(label.height, 3264);
  EXPECT_EQ(label.angle, 8);
  EXPECT_EQ(label.facepart, Facepart::right_cheek);
  EXPECT_EQ(label.box, (Box{300, 1500, 1100, 2200}));
  EXPECT_FALSE(label.corners_swapped);
  EXPECT_THAT(problems(label), IsEmpty());
}

TEST(Label, KeepsEntriesInTheOrderOfTheFile) {
  const auto label = parse_text(kWholeLabel);
  ASSERT_EQ(label.annotations.value().size(), 2U);
  EXPECT_EQ(label.annotations->at(0).key, "r_cheek_pore");
  EXPECT_EQ(std::get<int>(label.annotations->at(0).grade), 4);
  EXPECT_EQ(std::get<int>(label.annotations->at(1).grade), 0);
  std::vector<std::string> keys;
  for (const auto& reading : label.equipment.value()) keys.push_back(reading.key);
  EXPECT_THAT(keys, ::testing::ElementsAre("r_cheek_moisture", "r_cheek_elasticity_R0",
                                           "r_cheek_elasticity_R2", "r_cheek_elasticity_Q3", "r_cheek_pore"));
  EXPECT_EQ(std::get<double>(label.equipment->at(0).value), 61.333333333333336);
}

TEST(Label, TellsTheCountFromTheGradeOfTheSameKey) {
  const auto label = parse_text(kWholeLabel);
  EXPECT_EQ(std::get<double>(truth(label, *find_sign_by_key("r_cheek_pore", Task::grade))), 4);
  EXPECT_EQ(std::get<double>(truth(label, *find_sign_by_key("r_cheek_pore", Task::measurement))), 812);
}

TEST(Label, LeavesAbsentAndNullInformationEmpty) {
  auto json = label_json(1);
  json["info"] = {{"age", nullptr}, {"gender", nullptr}};
  json["images"].erase("device");
  json["images"]["angle"] = nullptr;
  const auto label = parse(json);
  EXPECT_EQ(label.info, LabelInfo{});
  EXPECT_EQ(label.device, std::nullopt);
  EXPECT_EQ(label.angle, std::nullopt);
  EXPECT_THAT(problems(label), IsEmpty());
}

TEST(Label, GenderThatIsNeitherFNorMIsNotKnownAndAWarning) {
  for (const auto* gender : {"U", "f", "female", "\xEC\x97\xAC", " "}) {
    auto json = label_json(1);
    json["info"]["gender"] = gender;
    const auto label = parse(json);
    EXPECT_EQ(label.info.gender, "") << gender;
    ASSERT_EQ(label.problems.size(), 1U) << gender;
    EXPECT_EQ(label.problems.front().field, "info.gender");
    EXPECT_FALSE(label.problems.front().error);
  }
}

TEST(Label, ReportsUnusableInformationAndReadsOn) {
  struct Case {
    const char* block;
    const char* field;
    Json value;
    const char* expected;
  };
  for (const auto& c :
       {Case{"info", "age", "64", "0..150"}, Case{"info", "age", 151, "0..150"},
        Case{"info", "skin_type", 6, "0..5"}, Case{"info", "sensitive", true, "0..1"},
        Case{"info", "id", 17, "text"}, Case{"images", "device", 4, "0..3"},
        Case{"images", "angle", 9, "0..8"}, Case{"images", "width", 0, "1..1048576"},
        Case{"images", "height", 1e18, "1..1048576"}, Case{"images", "width", 2.5, "1..1048576"}}) {
    auto json = label_json(1);
    json[c.block][c.field] = c.value;
    SCOPED_TRACE(json[c.block].dump());
    const auto label = parse(json);
    EXPECT_EQ(label.box, (Box{100, 200, 400, 600}));
    EXPECT_THAT(problems(label),
                ::testing::ElementsAre(AllOf(HasSubstr("error " + std::string(c.block) + "." + c.field),
                                             HasSubstr(c.value.dump()), HasSubstr(c.expected))));
  }
}

// ---- Facepart and box
// -----------------------------------------------------------------------------------------

TEST(Label, ThrowsLabelFieldWithoutAFacepartItKnows) {
  for (const auto& value : {Json(nullptr), Json(9), Json(-1), Json("5"), Json(5.0), Json(true),
                            Json::array({5}), Json(18446744073709551615ULL)}) {
    expect_input_error(ErrorCode::label_field, {"0001_01_F_05.json", "images.facepart", value.dump(), "0..8"},
                       [&] {
                         auto json = label_json(5);
                         json["images"]["facepart"] = value;
                         parse(json);
                       });
  }
  expect_input_error(ErrorCode::label_field, {"images.facepart", "null"}, [] {
    auto json = label_json(5);
    json["images"].erase("facepart");
    parse(json);
  });
}

TEST(Label, TakesTheFacepartOfTheJsonNotOfTheName) {
  EXPECT_EQ(parse(label_json(8)).facepart, Facepart::chin);
}

struct BoxCase {
  const char* name;
  const char* text;
  std::optional<Box> box;
  bool swapped{false};
};

class LabelBox : public testing::TestWithParam<BoxCase> {};

std::string label_with_box(const std::string& box) {
  return R"({"info":{},"images":{"facepart":5,"bbox":)" + box + R"(},"annotations":{},"equipment":{}})";
}

TEST_P(LabelBox, IsRead) {
  const auto label = parse_text(label_with_box(GetParam().text));
  EXPECT_EQ(label.box, GetParam().box);
  EXPECT_EQ(label.corners_swapped, GetParam().swapped);
  EXPECT_THAT(problems(label), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Label, LabelBox,
    testing::Values(BoxCase{"null", "null", std::nullopt},
                    BoxCase{"plain", "[1, 2, 30, 40]", Box{1, 2, 30, 40}},
                    BoxCase{"both_corners_swapped", "[30, 40, 1, 2]", Box{1, 2, 30, 40}, true},
                    BoxCase{"columns_swapped", "[30, 2, 1, 40]", Box{1, 2, 30, 40}, true},
                    BoxCase{"rows_swapped", "[1, 40, 30, 2]", Box{1, 2, 30, 40}, true},
                    BoxCase{"fractions_truncated", "[1.9, 2.1, 30.99, 40.5]", Box{1, 2, 30, 40}},
                    BoxCase{"negative_fractions_to_zero", "[-0.9, -1.9, 30, 40]", Box{0, -1, 30, 40}},
                    BoxCase{"outside", "[-5, -6, 99999, 40]", Box{-5, -6, 99999, 40}},
                    BoxCase{"empty", "[7, 7, 7, 7]", Box{7, 7, 7, 7}},
                    BoxCase{"farthest", "[0, 0, 1048576, 1048576]", Box{0, 0, 1048576, 1048576}}),
    [](const auto& c) { return std::string(c.param.name); });

TEST(Label, ThrowsBoxInvalidForAnythingButFourFiniteNumbers) {
  struct Case {
    std::string text;
    std::string named;
  };
  for (const auto& c :
       {Case{"[1, 2, 3]", "[1,2,3]"}, Case{"[1, 2, 3, 4, 5]", "[1,2,3,4,5]"}, Case{"[]", "[]"},
        Case{"[1, 2, NaN, 4]", "[1,2,\"NaN\",4]"}, Case{"[1, 2, -Infinity, 4]", "-Infinity"},
        Case{"[1, 2, 1e300, 4]", "1e+300"}, Case{"[1, 2, 1048577, 4]", "1048577"},
        Case{R"(["1", "2", "3", "4"])", "[\"1\",\"2\",\"3\",\"4\"]"}, Case{"\"1,2,3,4\"", "\"1,2,3,4\""},
        Case{"[1, 2, null, 4]", "null"}, Case{"[1, 2, true, 4]", "true"}, Case{"5", "found 5"},
        Case{R"({"x": 1})", "{\"x\":1}"}, Case{"[[1, 2], [3, 4]]", "[[1,2],[3,4]]"},
        Case{"[1, 2, 99999999999999999999999, 4]", "e+22"}}) {
    SCOPED_TRACE(c.text);
    expect_input_error(ErrorCode::box_invalid,
                       {"0001_01_F_05.json", "images.bbox", c.named, "expected [x1, y1, x2, y2]"},
                       [&] { parse_text(label_with_box(c.text)); });
  }
}

TEST(Label, WarnsWhereTheBoxIsMissing) {
  auto json = label_json(1);
  json["images"].erase("bbox");
  const auto label = parse(json);
  EXPECT_EQ(label.box, std::nullopt);
  EXPECT_THAT(problems(label), ::testing::ElementsAre(HasSubstr("warning images.bbox")));
}

// ---- Grades and readings
// --------------------------------------------------------------------------------------

TEST(LabelGrade, IsReadOverItsWholeRange) {
  for (const auto& sign : signs()) {
    if (sign.task != Task::grade) continue;
    SCOPED_TRACE(sign.key);
    for (const int grade : {0, sign.max_grade}) {
      auto json = label_json(number(sign.facepart));
      json["annotations"][std::string(sign.key)] = grade;
      const auto label = parse(json);
      EXPECT_EQ(std::get<double>(truth(label, sign)), grade);
      EXPECT_THAT(problems(label), IsEmpty());
    }
  }
}

TEST(LabelGrade, OutOfRangeOrOfAnotherKindIsAnErrorNamingKeyAndRange) {
  for (const auto& value : {Json(7), Json(-1), Json(2.5), Json(3.0), Json("3"), Json(true), Json::array({3}),
                            Json("NaN"), Json(4294967296LL), Json(18446744073709551615ULL)}) {
    SCOPED_TRACE(value.dump());
    auto json = label_json(8);
    json["annotations"]["chin_sagging"] = value;
    const auto label = parse(json);
    EXPECT_EQ(truth_reason(label, "chin_sagging", Task::grade), SkipReason::value_invalid);
    EXPECT_THAT(problems(label), ::testing::ElementsAre(AllOf(HasSubstr("error annotations.chin_sagging"),
                                                              HasSubstr(value.dump()), HasSubstr("0..6"))));
  }
}

TEST(LabelGrade, NullEmptyOrAbsentHasNoValue) {
  for (const auto& value : {Json(nullptr), Json("")}) {
    auto json = label_json(8);
    json["annotations"]["chin_sagging"] = value;
    EXPECT_EQ(truth_reason(parse(json), "chin_sagging", Task::grade), SkipReason::no_value);
  }
  EXPECT_EQ(truth_reason(parse(label_json(8)), "chin_sagging", Task::grade), SkipReason::no_value);
}

TEST(LabelReading, TellsWhyThereIsNoValue) {
  struct Case {
    const char* text;
    SkipReason reason;
    bool warned;
  };
  for (const auto& c :
       {Case{"\"Er\"", SkipReason::instrument_error, false}, Case{"null", SkipReason::no_value, false},
        Case{"\"\"", SkipReason::no_value, false}, Case{"\"12,3\"", SkipReason::value_invalid, true},
        Case{"\"61.5\"", SkipReason::value_invalid, true}, Case{"\"er\"", SkipReason::value_invalid, true},
        Case{"NaN", SkipReason::value_invalid, true}, Case{"-Infinity", SkipReason::value_invalid, true},
        Case{"false", SkipReason::value_invalid, true}, Case{"[61]", SkipReason::value_invalid, true}}) {
    SCOPED_TRACE(c.text);
    const auto label = parse_text(R"({"info":{},"images":{"facepart":8,"bbox":null},"annotations":{},)"
                                  R"("equipment":{"chin_moisture":)" +
                                  std::string(c.text) + "}}");
    EXPECT_EQ(to_string(truth_reason(label, "chin_moisture", Task::measurement)), to_string(c.reason));
    EXPECT_EQ(problems(label).size(), c.warned ? 1U : 0U);
    if (c.warned) EXPECT_THAT(problems(label)[0], HasSubstr("equipment.chin_moisture"));
  }
  EXPECT_EQ(truth_reason(parse(label_json(8)), "chin_moisture", Task::measurement), SkipReason::no_value);
}

TEST(LabelReading, IsNeverClampedToItsOfficialRange) {
  auto json = label_json(5);
  json["equipment"] = {{"l_cheek_pore", 4200}, {"l_cheek_moisture", -3.5}};
  const auto label = parse(json);
  EXPECT_EQ(std::get<double>(truth(label, *find_sign_by_key("l_cheek_pore", Task::measurement))), 4200);
  EXPECT_EQ(std::get<double>(truth(label, *find_sign_by_key("l_cheek_moisture", Task::measurement))), -3.5);
}

// ---- Blocks and keys
// ------------------------------------------------------------------------------------------

TEST(LabelBlock, NullIsNoBlock) {
  auto json = label_json(8);
  json["annotations"] = nullptr;
  json["equipment"] = nullptr;
  const auto label = parse(json);
  EXPECT_EQ(truth_reason(label, "chin_sagging", Task::grade), SkipReason::no_block);
  EXPECT_EQ(truth_reason(label, "chin_moisture", Task::measurement), SkipReason::no_block);
  EXPECT_THAT(problems(label), IsEmpty());
}

TEST(LabelBlock, MissingIsNoBlockAndAWarning) {
  for (const auto* name : {"info", "annotations", "equipment"}) {
    auto json = label_json(8);
    json.erase(name);
    const auto label = parse(json);
    EXPECT_THAT(problems(label), ::testing::ElementsAre(HasSubstr("warning " + std::string(name))));
    EXPECT_EQ(label.annotations.has_value(), std::string(name) != "annotations");
    EXPECT_EQ(label.equipment.has_value(), std::string(name) != "equipment");
  }
}

TEST(LabelBlock, OfImagesIsNeeded) {
  for (const bool absent : {true, false}) {
    auto json = label_json(8);
    if (absent) json.erase("images");
    if (!absent) json["images"] = nullptr;
    expect_input_error(ErrorCode::label_field, {"0001_01_F_05.json", "images", "null", "facepart"},
                       [&] { parse(json); });
  }
}

TEST(LabelBlock, OfAnotherKindThrowsLabelField) {
  for (const auto* name : {"info", "images", "annotations", "equipment"}) {
    for (const auto& value : {Json::array({1}), Json("text"), Json(3)}) {
      auto json = label_json(8);
      json[name] = value;
      expect_input_error(ErrorCode::label_field, {"0001_01_F_05.json", name, value.dump(), "object"},
                         [&] { parse(json); });
    }
  }
  expect_input_error(ErrorCode::label_field, {"[1]", "object"}, [] { parse_text("[1]"); });
}

TEST(LabelKey, UnknownIsKeptWithAWarning) {
  auto json = label_json(2);
  json["annotations"] = {{"glabella_wrinkle", 3}, {"glabellus_wrinkle", 2}};
  const auto label = parse(json);
  EXPECT_THAT(problems(label), ::testing::ElementsAre(HasSubstr("warning annotations.glabella_wrinkle")));
  EXPECT_EQ(label.annotations->at(0).other, "3");
  EXPECT_EQ(std::get<double>(truth(label, *find_sign_by_key("glabellus_wrinkle", Task::grade))), 2);
}

TEST(LabelKey, AcneIsKeptAsJson) {
  auto json = label_json(0);
  json["annotations"] = {{"acne", {{{"x", 1}}}}};
  const auto label = parse(json);
  EXPECT_EQ(label.annotations->at(0).other, R"([{"x":1}])");
  EXPECT_THAT(problems(label), IsEmpty());
}

TEST(LabelKey, OfAnotherFacepartIsAWarning) {
  auto json = label_json(5);
  json["annotations"]["r_cheek_pore"] = 2;
  json["equipment"]["chin_moisture"] = 50;
  EXPECT_THAT(
      problems(parse(json)),
      ::testing::ElementsAre(AllOf(HasSubstr("warning annotations.r_cheek_pore"), HasSubstr("facepart 6")),
                             AllOf(HasSubstr("warning equipment.chin_moisture"), HasSubstr("facepart 8"))));
}

TEST(LabelKey, TwiceIsAWarningAndTheLastIsUsed) {
  const auto label = parse_text(R"({"info":{},"images":{"facepart":8,"bbox":null},"equipment":null,)"
                                R"("annotations":{"chin_sagging":1,"chin_sagging":4}})");
  EXPECT_THAT(problems(label), ::testing::ElementsAre(AllOf(HasSubstr("chin_sagging"), HasSubstr("twice"))));
  EXPECT_EQ(std::get<double>(truth(label, *find_sign_by_key("chin_sagging", Task::grade))), 4);
}

TEST(Label, KeepsTextThatLooksLikeAPathAsText) {
  auto json = label_json(1);
  json["info"]["filename"] = "../../etc/passwd";
  EXPECT_EQ(parse(json).info.filename, "../../etc/passwd");
}

// ---- Files
// ----------------------------------------------------------------------------------------------------

class LabelFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path write(const std::string& text) const {
    auto file = folder_.path() / "0001_01_F_05.json";
    test::write_bytes(file, text);
    return file;
  }
  test::TemporaryFolder folder_;
};

TEST_F(LabelFileTest, IsReadLikeItsText) {
  const auto label = read_label(write(kWholeLabel));
  EXPECT_EQ(label.facepart, Facepart::right_cheek);
  EXPECT_EQ(label.file, folder_.path() / "0001_01_F_05.json");
}

TEST_F(LabelFileTest, OfDamagedJsonThrowsLabelSyntaxNamingTheByte) {
  using namespace std::string_literals;
  struct Case {
    std::string text;
    std::string named;
  };
  for (const auto& c :
       {Case{std::string(100'000, '['), "at byte 32"}, Case{"\xEF\xBB\xBF{}", "byte-order mark at byte 0"},
        Case{"{\"info\": {\"id\": \"\xC7\xD1\xB1\xDB\"}}", "at byte 18"},  // CP949
        Case{kWholeLabel + '\0', "at byte " + std::to_string(kWholeLabel.size())},
        Case{kWholeLabel + "}", "at byte " + std::to_string(kWholeLabel.size())},
        Case{kWholeLabel.substr(0, 200), "at byte 200"}, Case{"", "empty"},
        Case{"{'info': 1}", "at byte 1"}}) {
    SCOPED_TRACE(c.named);
    expect_input_error(ErrorCode::label_syntax, {"0001_01_F_05.json", c.named},
                       [&] { read_label(write(c.text)); });
  }
}

TEST_F(LabelFileTest, MissingLargeOrNoFileThrowsLabelSyntax) {
  expect_input_error(ErrorCode::label_syntax, {"none.json", "no such file"},
                     [&] { read_label(folder_.path() / "none.json"); });
  expect_input_error(ErrorCode::label_syntax, {"not a regular file"}, [&] { read_label(folder_.path()); });
  ASSERT_EQ(mkfifo((folder_.path() / "fifo.json").c_str(), 0600), 0);
  expect_input_error(ErrorCode::label_syntax, {"fifo.json", "not a regular file"},
                     [&] { read_label(folder_.path() / "fifo.json"); });
  expect_input_error(ErrorCode::label_syntax, {"at most 4194304"},
                     [&] { read_label(write(std::string((4U << 20U) + 1, ' '))); });
}

TEST(AngleName, IsTheGuidelinesForEachNumber) {
  constexpr std::array<std::string_view, 9> kNames{"F", "Ft", "Fb", "L15", "L30", "R15", "R30", "L", "R"};
  for (int i = 0; i < 9; ++i) EXPECT_EQ(angle_name(i), kNames[static_cast<std::size_t>(i)]);
  EXPECT_EQ(angle_name(-1), "");
  EXPECT_EQ(angle_name(9), "");
}

}  // namespace
}  // namespace skingauge
