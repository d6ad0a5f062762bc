#include "evaluation/line_source.hpp"

#include "core/sha256.hpp"
#include "support/encoded_text.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;

class Lines : public ::testing::Test {
 protected:
  std::vector<std::string> read(const std::string& bytes) {
    const auto file = folder_.path() / "file";
    test::write_bytes(file, bytes);
    LineSource source(file);
    std::vector<std::string> lines;
    for (std::string line; source.next(line);) lines.push_back(line);
    encoding_ = source.encoding();
    EXPECT_EQ(source.number(), static_cast<std::int64_t>(lines.size()));
    Sha256 hash;
    hash.update(std::as_bytes(std::span(bytes)));
    EXPECT_EQ(source.sha256(), hash.hex()) << "of the bytes on disk";
    return lines;
  }
  test::TemporaryFolder folder_;
  std::string encoding_;
};

TEST_F(Lines, EndInLfCrLfOrInOldFilesCr) {
  EXPECT_THAT(read("a\nb\r\n\nc"), ElementsAre("a", "b", "", "c"));
  EXPECT_THAT(read("a\rb\rc\r"), ElementsAre("a", "b", "c"));
  EXPECT_THAT(read("0%\r50%\r100%\nb"), ElementsAre("0%\r50%\r100%", "b")) << "a progress bar is one line";
}

TEST_F(Lines, OfUtf16ComeAsUtf8) {
  const std::string text =
      "photo \xC3\xA9\n\xED\x94\xBC\xEB\xB6\x80 skin of the face\r\n\xE4\xB8\x8A and more\n";
  for (const auto encoding : {TextEncoding::utf16_le, TextEncoding::utf16_be}) {
    for (const bool mark : {true, false}) {
      EXPECT_THAT(read(test::utf16(text, encoding, mark)),
                  ElementsAre("photo \xC3\xA9", "\xED\x94\xBC\xEB\xB6\x80 skin of the face",
                              "\xE4\xB8\x8A and more"));
      EXPECT_EQ(encoding_, to_string(encoding));
    }
  }
  EXPECT_THAT(read(std::string("\xFF\xFE=\xD8\x00\xDE", 6)), ElementsAre("\xF0\x9F\x98\x80"))
      << "a pair of surrogates";
  EXPECT_THAT(read(std::string("\xFF\xFE=\xD8x\0y", 7)), ElementsAre("\xEF\xBF\xBDx\xEF\xBF\xBD"))
      << "half a pair, and half a unit at the end";
}

TEST_F(Lines, OfALongFileOfUtf16AreWholeAtEveryBorderOfWhatIsReadAtOnce) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i) + " skin\r\n";
  const auto lines = read(test::utf16(text, TextEncoding::utf16_le, true));
  ASSERT_EQ(lines.size(), 200'000U);
  for (std::size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i], std::to_string(i) + " skin");
}

TEST_F(Lines, ThatAWindowsShellAppendedToUtf8AreReadToo) {
  EXPECT_THAT(read("first\n" + test::utf16("second line\r\nthird line\r\n", TextEncoding::utf16_le, false)),
              ElementsAre("first", "second line", "third line", ""));
  EXPECT_EQ(encoding_, "utf-8, partly utf-16le");
}

TEST_F(Lines, MarkAndOtherBytes) {
  EXPECT_THAT(read("\xEF\xBB\xBF"
                   "a"),
              ElementsAre("a"));
  EXPECT_EQ(encoding_, "utf-8");
  EXPECT_THAT(read("a\n\xC7\xC7\n"), ElementsAre("a", "\xC7\xC7"));
  EXPECT_EQ(encoding_, "not utf-8, perhaps cp949");
  EXPECT_THAT(read("caf\xE9 au lait"), ElementsAre("caf\xE9 au lait"));
  EXPECT_EQ(encoding_, "not utf-8");
  EXPECT_THAT(read(""), ElementsAre());
  EXPECT_THAT(read("\xFF\xFE"), ElementsAre());
}

TEST(Utf8, IllFormedSequencesAreFound) {
  for (const std::string text :
       {"\xC0\xAF", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\x80", "\xE2\x82"})
    EXPECT_EQ(find_not_utf8("ok" + text), 2U);
  EXPECT_EQ(find_not_utf8("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), std::string::npos);
  EXPECT_THAT(describe_not_utf8("caf\xE9 au", 3), ::testing::Not(::testing::HasSubstr("CP949")));
}

}  // namespace
}  // namespace skingauge
