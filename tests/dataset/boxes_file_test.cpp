#include "skingauge/boxes_file.hpp"

#include "skingauge/error.hpp"

#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <utility>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

using test::expect_input_error;

class BoxesFileTest : public ::testing::Test {
 protected:
  BoxesFile read(const std::string& text) {
    test::write_bytes(folder_.path() / "boxes.json", text);
    return read_boxes(folder_.path() / "boxes.json");
  }
  test::TemporaryFolder folder_;
};

TEST_F(BoxesFileTest, HoldsBoxesByPhotographInTheFilesOrder) {
  const auto boxes =
      read(R"({"format": 1, "photos": {"b.jpg": {"5": [300, 40, 10, 20.9], "0": null}, "a.jpg": {}}})");
  ASSERT_EQ(boxes.size(), 2U);
  const auto& b = boxes.at("b.jpg");
  ASSERT_EQ(b.size(), 2U);
  EXPECT_EQ(b[0].facepart, Facepart::left_cheek);
  EXPECT_EQ(b[0].box, (Box{10, 20, 300, 40}));
  EXPECT_EQ(b[1].facepart, Facepart::face);
  EXPECT_EQ(b[1].box, std::nullopt);
  EXPECT_TRUE(boxes.at("a.jpg").empty());
}

TEST_F(BoxesFileTest, ThatIsWrongIsNamed) {
  struct Case {
    std::string text;
    ErrorCode code;
    std::vector<std::string> named;
  };
  const auto photo = [](const std::string& entries) {
    return R"({"format": 1, "photos": {"a.jpg": )" + entries + "}}";
  };
  using enum ErrorCode;
  for (const auto& c : {
           Case{"{", boxes_syntax, {"at byte 1"}},
           Case{"\xEF\xBB\xBF{}", boxes_syntax, {"byte-order mark"}},
           Case{"[]", boxes_field, {"format", "[]", "expected 1"}},
           Case{R"({"photos": {}})", boxes_field, {"format", "expected 1"}},
           Case{R"({"format": 2, "photos": {}})", boxes_field, {"format", "2", "expected 1"}},
           Case{R"({"format": 1})", boxes_field, {"photos", "object"}},
           Case{R"({"format": 1, "photos": []})", boxes_field, {"photos", "object"}},
           Case{photo("[1, 2, 3, 4]"), boxes_field, {"photos.a.jpg", "[1,2,3,4]", "facepart"}},
           Case{photo(R"({"9": null})"), boxes_field, {"photos.a.jpg", "\"9\"", "0..8"}},
           Case{photo(R"({"-1": null})"), boxes_field, {"photos.a.jpg", "\"-1\"", "0..8"}},
           Case{photo(R"({"05": null})"), boxes_field, {"photos.a.jpg", "\"05\"", "0..8"}},
           Case{photo(R"({"5x": null})"), boxes_field, {"photos.a.jpg", "\"5x\"", "0..8"}},
           Case{photo(R"({"": null})"), boxes_field, {"photos.a.jpg", "\"\"", "0..8"}},
           Case{photo(R"({"chin": null})"), boxes_field, {"photos.a.jpg", "\"chin\"", "0..8"}},
           Case{photo(R"({"5": null, "5": [1, 2, 3, 4]})"), boxes_field, {"5", "twice"}},
           Case{photo(R"({"5": [1, 2, 3]})"), box_invalid, {"photos.a.jpg.5", "[1,2,3]", "[x1, y1, x2, y2]"}},
           Case{photo(R"({"5": [1, 2, NaN, 4]})"), box_invalid, {"photos.a.jpg.5", "NaN"}},
           Case{photo(R"({"5": [1, 2, 1e300, 4]})"), box_invalid, {"photos.a.jpg.5", "1e+300"}},
           Case{photo(R"({"5": "1,2,3,4"})"), box_invalid, {"photos.a.jpg.5", "\"1,2,3,4\""}},
       }) {
    SCOPED_TRACE(c.text);
    expect_input_error(c.code, {"boxes.json"}, [&] { read(c.text); });
    expect_input_error(c.code, c.named, [&] { read(c.text); });
  }
  expect_input_error(boxes_missing, {"none.json", "no such file"},
                     [&] { read_boxes(folder_.path() / "none.json"); });
}

TEST_F(BoxesFileTest, HoldsWhichCornersCameSwapped) {
  const auto boxes = read(
      R"({"format": 1, "photos": {"a.jpg": {"1": [9, 2, 3, 4], "2": [1, 9, 3, 4], "3": [1, 2, 3, 4]}}})");
  EXPECT_TRUE(boxes.at("a.jpg")[0].corners_swapped);
  EXPECT_TRUE(boxes.at("a.jpg")[1].corners_swapped);
  EXPECT_FALSE(boxes.at("a.jpg")[2].corners_swapped);
}

TEST_F(BoxesFileTest, FindsAPhotographByNameOrPathInEitherUnicodeForm) {
  const std::string composed = "\uC815\uBA74 \uC0AC\uC9C4.jpg";
  const std::string decomposed = "\u110C\u1165\u11BC\u1106\u1167\u11AB \u1109\u1161\u110C\u1175\u11AB.jpg";
  const auto file = [](const std::string& name) {
    return R"({"format": 1, "photos": {")" + name + R"(": {"1": null}}})";
  };
  for (const auto& [key, photo] :
       std::vector<std::pair<std::string, std::string>>{{"a.jpg", "a.jpg"},
                                                        {"a.jpg", "some/a.jpg"},
                                                        {"some/a.jpg", "some/a.jpg"},
                                                        {composed, decomposed},
                                                        {decomposed, composed},
                                                        {decomposed, decomposed},
                                                        {composed, "some/" + decomposed},
                                                        {"some/" + composed, "some/" + decomposed}}) {
    EXPECT_EQ(boxes_of(read(file(key)), photo, "boxes.json").size(), 1U) << key << ' ' << photo;
  }
  expect_input_error(ErrorCode::boxes_field, {"boxes.json", "photos", "b.jpg"},
                     [&] { boxes_of(read(file("a.jpg")), "x/b.jpg", "boxes.json"); });
}

TEST_F(BoxesFileTest, TheNameAsWrittenGoesAheadOfTheOtherForm) {
  const auto boxes =
      read("{\"format\": 1, \"photos\": {\"\uC774\": {\"1\": null}, \"\u110B\u1175\": {\"2\": null}}}");
  EXPECT_EQ(boxes_of(boxes, "\uC774", "boxes.json")[0].facepart, Facepart::forehead);
  EXPECT_EQ(boxes_of(boxes, "\u110B\u1175", "boxes.json")[0].facepart, Facepart::glabella);
}

TEST_F(BoxesFileTest, SeveralOtherFormsOfANameAreNamed) {
  const auto boxes =
      read("{\"format\": 1, \"photos\": {\"\u1EC7\": {\"1\": null}, \"\u1EB9\u0302\": {\"2\": null}}}");
  expect_input_error(ErrorCode::boxes_field, {"Unicode forms"},
                     [&] { boxes_of(boxes, "e\u0323\u0302", "boxes.json"); });
}

TEST_F(BoxesFileTest, SizesInPlaceOfCornersAreRefused) {
  const auto boxes = read(
      R"({"format": 1, "photos": {"sizes": {"0": [0, 0, 500, 500], "3": [200, 150, 30, 40], "5": [180, 220, 60, 80], "6": [300, 220, 60, 80]},
          "corners": {"0": [0, 0, 500, 500], "3": [230, 190, 200, 150], "5": [240, 300, 180, 220], "6": [360, 300, 300, 220]}}})");
  expect_input_error(ErrorCode::box_invalid, {"a.jpg", "3 of", "4 boxes", "[x, y, width, height]"},
                     [&] { check_corners(boxes.at("sizes"), 500, 500, "a.jpg"); });
  EXPECT_NO_THROW(check_corners(boxes.at("corners"), 500, 500, "a.jpg"));
  EXPECT_NO_THROW(check_corners(boxes.at("sizes"), 200, 200, "a.jpg"));  // then they leave the picture anyway
}

}  // namespace
}  // namespace skingauge
