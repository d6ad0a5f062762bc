#include "core/json_file.hpp"

#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace skingauge {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// What parse_json or the like says; fails where it accepts.
template <class Action>
std::string error_of(Action&& action) {
  try {
    action();
  } catch (const JsonError& e) {
    return e.what();
  }
  ADD_FAILURE() << "accepted";
  return {};
}

std::string error_in(std::string_view text, const JsonLimits& limits = {}) {
  return error_of([&] { parse_json(text, limits); });
}

std::string nested(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

TEST(ParseJson, KeepsValuesAndTheOrderOfKeys) {
  const auto document = parse_json(R"({"z": 1, "a": [true, null, "b", -2.5]})");
  EXPECT_EQ(document.value.dump(), R"({"z":1,"a":[true,null,"b",-2.5]})");
  EXPECT_THAT(document.duplicate_keys, IsEmpty());
}

TEST(ParseJson, MakesBareNanAndInfinityStrings) {
  EXPECT_EQ(parse_json(R"({"a": NaN, "b": [Infinity, -Infinity]})").value.dump(),
            R"({"a":"NaN","b":["Infinity","-Infinity"]})");
  EXPECT_EQ(parse_json("NaN").value, "NaN");
}

TEST(ParseJson, LeavesNanInsideStringsAlone) {
  for (const auto* text : {R"(["NaN"])", R"(["a\"NaN, Infinity"])", R"({"NaN":"\\"})", R"(["\\",1])"}) {
    EXPECT_EQ(parse_json(text).value.dump(), text);
  }
}

TEST(ParseJson, NamesTheByteOfAnError) {
  struct Case {
    std::string text;
    std::size_t byte;
  };
  const std::vector<Case> cases{
      {R"({"a": })", 6},
      {R"({"a": NaN, "b": })", 16},  // counted in the text given, not the quoted one
      {R"([NaN, Infinity, -Infinity, x])", 27},
      {R"([1, NaNx])", 7},
      {R"([-NaN])", 2},
      {"[1] 2", 4},
      {"{} {}", 3},
      {R"({"a" 1})", 5},
      {R"(["a)", 3},
      {"[1,", 3},
      {"   ", 3},
      {R"({'a': 1})", 1},
      {R"([1,])", 3},
      {R"([01])", 2},
      {"\x80", 0}};
  for (const auto& c : cases) {
    SCOPED_TRACE(c.text);
    EXPECT_THAT(error_in(c.text),
                HasSubstr("at byte " + std::to_string(c.byte) + " of " + std::to_string(c.text.size())));
  }
}

TEST(ParseJson, RefusesNulBytesWhereverTheyStand) {
  using namespace std::string_literals;
  EXPECT_THAT(error_in("{\"a\": 1}\0"s), HasSubstr("at byte 8"));
  EXPECT_THAT(error_in("{}\0{\"hidden\": 1}"s), HasSubstr("at byte 2"));
  EXPECT_THAT(error_in("{\"a\": \"b\0c\"}"s), HasSubstr("at byte 8"));
  EXPECT_THAT(error_in("\0"s), HasSubstr("at byte 0"));
  EXPECT_EQ(parse_json(R"(["\u0000"])").value[0], "\0"s);  // as an escape it is text like any other
}

TEST(ParseJson, RefusesByteOrderMark) {
  EXPECT_THAT(error_in("\xEF\xBB\xBF{}"), AllOf(HasSubstr("byte-order mark"), HasSubstr("byte 0")));
  EXPECT_THAT(error_in(std::string_view("\xFF\xFE{\0}\0", 6)), HasSubstr("NUL at byte 3"));  // UTF-16
}

TEST(ParseJson, RefusesOtherEncodings) {
  EXPECT_THAT(error_in("{\"name\": \"\xB0\xA1\xB3\xAA\"}"), HasSubstr("at byte 10"));  // CP949
  EXPECT_THAT(error_in("[\"\xC3\"]"), HasSubstr("at byte 3"));                         // cut UTF-8
  EXPECT_EQ(parse_json("[\"\xEA\xB0\x80\"]").value[0], "\xEA\xB0\x80");
}

TEST(ParseJson, BoundsDepth) {
  EXPECT_EQ(parse_json(nested(32)).value.dump(), nested(32));
  EXPECT_THAT(error_in(nested(33)), AllOf(HasSubstr("deeper than 32"), HasSubstr("at byte 32")));
  EXPECT_THAT(error_in(R"({"a": {"b": [1]}})", {.max_depth = 2}),
              AllOf(HasSubstr("deeper than 2"), HasSubstr("at byte 12")));
  EXPECT_EQ(parse_json(R"([["[[[["], {"{": 1}])", {.max_depth = 2}).value.size(), 2U);
}

TEST(ParseJson, StopsAtTheFirstOfManyBrackets) {
  const auto brackets = std::string(100'000, '[');
  EXPECT_THAT(error_in(brackets), AllOf(HasSubstr("deeper than 32"), HasSubstr("at byte 32")));
  std::string objects;
  for (int i = 0; i < 100'000; ++i) objects += "{\"a\":";
  EXPECT_THAT(error_in(objects), AllOf(HasSubstr("deeper than 32"), HasSubstr("at byte 160")));
}

TEST(ParseJson, RefusesEmptyText) { EXPECT_THAT(error_in(""), HasSubstr("empty")); }

TEST(ParseJson, KeepsTheLastOfDuplicateKeysAsPythonDoesAndNamesThem) {
  const auto document = parse_json(
      R"({"a": 1, "b": {"c": 1, "c": 2}, "a": {"d": [3], "d": 4}, "e": [{"a": 5}, {"a": 6}], "a": 7})");
  EXPECT_EQ(document.value.dump(), R"({"a":7,"b":{"c":2},"e":[{"a":5},{"a":6}]})");
  EXPECT_THAT(document.duplicate_keys, ::testing::UnorderedElementsAre("c", "a", "d", "a"));
}

class JsonFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path write(const std::string& text) const {
    test::write_bytes(folder_.path() / "a.json", text);
    return folder_.path() / "a.json";
  }
  test::TemporaryFolder folder_;
};

TEST_F(JsonFileTest, ReadsAFile) { EXPECT_EQ(read_json_file(write("[1]")).value.dump(), "[1]"); }

TEST_F(JsonFileTest, BoundsTheFileSize) {
  const auto file = write("[123]");
  EXPECT_EQ(read_json_file(file, {.max_bytes = 5}).value.dump(), "[123]");
  EXPECT_THAT(error_of([&] { read_json_file(file, {.max_bytes = 4}); }),
              AllOf(HasSubstr("5 bytes"), HasSubstr("at most 4")));
  const auto large = write(std::string((4U << 20U) + 1, ' '));
  EXPECT_THAT(error_of([&] { read_json_file(large); }), HasSubstr("at most 4194304"));
}

TEST_F(JsonFileTest, NamesWhatIsNoFile) {
  EXPECT_THAT(error_of([&] { read_json_file(folder_.path() / "none.json"); }), HasSubstr("no such file"));
  EXPECT_THAT(error_of([&] { read_json_file(folder_.path()); }), HasSubstr("not a regular file"));
  EXPECT_THAT(error_of([&] { read_json_file(folder_.path() / std::string(4096, 'x')); }),
              HasSubstr("no such file"));
}

TEST_F(JsonFileTest, DoesNotWaitForAFifo) {
  const auto fifo = folder_.path() / "fifo.json";
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_THAT(error_of([&] { read_json_file(fifo); }), HasSubstr("not a regular file"));
}

TEST_F(JsonFileTest, DoesNotFollowALoop) {
  fs::create_symlink("b.json", folder_.path() / "a.json");
  fs::create_symlink("a.json", folder_.path() / "b.json");
  EXPECT_THAT(error_of([&] { read_json_file(folder_.path() / "a.json"); }), HasSubstr("no such file"));
}

TEST(ParseJson, NumberThatNoDoubleHoldsIsAnErrorLikeOthers) {
  EXPECT_THAT(error_of([] { parse_json(R"({"bbox": [0, 0, 1e999, 1]})"); }), HasSubstr("'1e999'"));
}

TEST(Brief, IsShortAsciiWhateverTheValue) {
  EXPECT_EQ(brief(Json::parse(R"({"a": [1, "b"]})")), R"({"a":[1,"b"]})");
  const auto exact = brief(std::string(58, 'x'));
  EXPECT_EQ(exact, '"' + std::string(58, 'x') + '"');
  const auto cut = brief(std::string(59, 'x'));
  EXPECT_EQ(cut, '"' + std::string(56, 'x') + "...");
  EXPECT_EQ(brief("\xEA\xB0\x80"), R"("\uac00")");
  EXPECT_EQ(brief("\xB0\xA1"), R"("\ufffd\ufffd")");
}

}  // namespace
}  // namespace skingauge
