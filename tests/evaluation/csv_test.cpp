#include "evaluation/csv.hpp"

#include "evaluation/csv_table.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;
using Fields = std::vector<std::string>;

class Csv : public ::testing::Test {
 protected:
  // The records of a table with its header; a record that cannot be used is its problem alone.
  std::vector<Fields> read(const std::string& text) {
    const auto file = folder_.path() / "table.csv";
    test::write_bytes(file, text);
    LineSource lines(file);
    std::string first;
    lines.next(first);
    CsvTable table(lines, first);
    std::vector<Fields> records;
    starts_.clear();
    for (CsvRecord record; table.next(record);) {
      starts_.push_back(record.line);
      records.push_back(record.problem.empty() ? record.fields : Fields{"problem: " + record.problem});
    }
    return records;
  }
  test::TemporaryFolder folder_;
  std::vector<std::int64_t> starts_;
};

TEST_F(Csv, FieldsLoseTheirQuotesAndTheBlanksAroundThem) {
  EXPECT_THAT(read("a,b,c,d,e\na, b , \"c, \"\"d\"\"\" ,,\" e \"\n"),
              ElementsAre(Fields{"a", "b", "c, \"d\"", "", " e "}));
  EXPECT_THAT(read("a,b\nit\"s,\"a\"b\n"), ElementsAre(Fields{"it\"s", "ab"})) << "as Python's csv module";
}

TEST_F(Csv, SeparatorIsTheOneThatPartsTheHeader) {
  for (const std::string separator : {",", ";", "\t"})
    EXPECT_THAT(read("a" + separator + "b\n1" + separator + "2\n"), ElementsAre(Fields{"1", "2"}))
        << separator;
  EXPECT_THAT(read("\"note; of; many; parts\",b,c\n1,2,3\n"), ElementsAre(Fields{"1", "2", "3"}));
  EXPECT_THAT(read("\"a, b, c\";d\n1;2\n"), ElementsAre(Fields{"1", "2"}));
  EXPECT_THAT(read("\"a\nover, two, lines\";d\n1;2\n"), ElementsAre(Fields{"1", "2"}));
}

TEST_F(Csv, QuotedFieldsReachOverLines) {
  EXPECT_THAT(read("a,b\n\"1\n\n2\",3\n4,\"5\r\n6\"\r\n7,8"),
              ElementsAre(Fields{"1\n\n2", "3"}, Fields{"4", "5\r\n6"}, Fields{"7", "8"}));
  EXPECT_THAT(starts_, ElementsAre(2, 5, 7));
}

TEST_F(Csv, AllEndsOfLinesAreRead) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    EXPECT_THAT(read("a,b" + end + "1,2" + end + end + "3,\"4" + end + "5\""),
                ElementsAre(Fields{"1", "2"}, Fields{"3", "4" + end + "5"}))
        << end.size();
    EXPECT_THAT(starts_, ElementsAre(2, 4));
  }
}

TEST_F(Csv, ALoneReturnInAFileOfLinesIsPartOfItsField) {
  EXPECT_THAT(read("a,b\n1\r2,3\n"), ElementsAre(Fields{"1\r2", "3"}));
}

TEST_F(Csv, AQuoteThatNeverClosesCostsItsLineAlone) {
  const auto problem = Fields{"problem: found a quote that is never closed"};
  EXPECT_THAT(read("a,b\n1,2\n\"3,4\n5,6\n7,8\n"),
              ElementsAre(Fields{"1", "2"}, problem, Fields{"5", "6"}, Fields{"7", "8"}));
  const auto torn = Fields{"problem: found a quote that closes in the middle of a field"};
  EXPECT_THAT(read("a,b\n\"1,2\n3,4\n\"5\",6\n"), ElementsAre(torn, Fields{"3", "4"}, Fields{"5", "6"}));
  const auto short_one = Fields{"problem: found 1 fields, expected 2"};
  EXPECT_THAT(read("a,b\n\"1,2\n3\"\n4,5\n"),
              ElementsAre(short_one, Fields{"problem: found 1 fields, expected 2"}, Fields{"4", "5"}));
}

TEST_F(Csv, NoQuoteSwallowsAFile) {
  std::string text = "a,b\n\"1,2\n";
  for (int i = 0; i < 100'000; ++i) text += "3,4\n";
  EXPECT_EQ(read(text).size(), 100'001U);
}

TEST_F(Csv, WhatIsWrittenIsReadAgain) {
  const std::vector<std::string> texts{
      "plain", "",      "a\"b,c", "=1+1",   "'=1+1",      "''=1",   "+1",   "@x",    "-x",        "-1.5",
      "'-x",   "'twas", "''",     "'",      "a\nb",       "a\r\nb", "a\rb", "\ttab", " blanks  ", "semi;c\t",
      "\"",    "\"\"",  "\r",     "=\"1\"", "정면, 사진", "a'b",    "'+'",  "--",    "=",         "'-3"};
  for (const auto& text : texts) {
    const auto written = csv::quoted(text);
    EXPECT_THAT(read("a,b,c\n" + written + "," + written + "," + written + "\n"),
                ElementsAre(Fields{text, text, text}))
        << written;
  }
  EXPECT_EQ(csv::quoted("=1+1"), "'=1+1");
  EXPECT_EQ(csv::quoted("-1+1"), "'-1+1");
  EXPECT_EQ(csv::quoted("-1.5"), "-1.5") << "a number is no formula";
  EXPECT_EQ(csv::quoted("a\"b,c"), "\"a\"\"b,c\"");
}

}  // namespace
}  // namespace skingauge
