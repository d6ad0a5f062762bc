#include "skingauge/boxes_file.hpp"

#include "skingauge/error.hpp"

#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

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
           Case{"{", label_syntax, {"at byte 1"}},
           Case{"\xEF\xBB\xBF{}", label_syntax, {"byte-order mark"}},
           Case{"[]", label_field, {"format", "[]", "expected 1"}},
           Case{R"({"photos": {}})", label_field, {"format", "expected 1"}},
           Case{R"({"format": 2, "photos": {}})", label_field, {"format", "2", "expected 1"}},
           Case{R"({"format": 1})", label_field, {"photos", "object"}},
           Case{R"({"format": 1, "photos": []})", label_field, {"photos", "object"}},
           Case{photo("[1, 2, 3, 4]"), label_field, {"photos.a.jpg", "[1,2,3,4]", "facepart"}},
           Case{photo(R"({"9": null})"), label_field, {"photos.a.jpg", "\"9\"", "0..8"}},
           Case{photo(R"({"-1": null})"), label_field, {"photos.a.jpg", "\"-1\"", "0..8"}},
           Case{photo(R"({"05": null})"), label_field, {"photos.a.jpg", "\"05\"", "0..8"}},
           Case{photo(R"({"5x": null})"), label_field, {"photos.a.jpg", "\"5x\"", "0..8"}},
           Case{photo(R"({"": null})"), label_field, {"photos.a.jpg", "\"\"", "0..8"}},
           Case{photo(R"({"chin": null})"), label_field, {"photos.a.jpg", "\"chin\"", "0..8"}},
           Case{photo(R"({"5": null, "5": [1, 2, 3, 4]})"), label_field, {"5", "twice"}},
           Case{photo(R"({"5": [1, 2, 3]})"), box_invalid, {"photos.a.jpg.5", "[1,2,3]", "[x1, y1, x2, y2]"}},
           Case{photo(R"({"5": [1, 2, NaN, 4]})"), box_invalid, {"photos.a.jpg.5", "NaN"}},
           Case{photo(R"({"5": [1, 2, 1e300, 4]})"), box_invalid, {"photos.a.jpg.5", "1e+300"}},
           Case{photo(R"({"5": "1,2,3,4"})"), box_invalid, {"photos.a.jpg.5", "\"1,2,3,4\""}},
       }) {
    SCOPED_TRACE(c.text);
    expect_input_error(c.code, {"boxes.json"}, [&] { read(c.text); });
    expect_input_error(c.code, c.named, [&] { read(c.text); });
  }
  expect_input_error(label_syntax, {"none.json", "no such file"},
                     [&] { read_boxes(folder_.path() / "none.json"); });
}

}  // namespace
}  // namespace skingauge
