#include "skingauge/prediction.hpp"
#include "skingauge/report.hpp"

#include "evaluation/report/figure_words.hpp"
#include "evaluation/report/html.hpp"
#include "evaluation/report/numbers.hpp"
#include "evaluation/report/words.hpp"

#include <cmath>
#include <limits>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

namespace skingauge::report {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

TEST(ReportNumbers, AreWrittenForPeople) {
  EXPECT_EQ(with_thousands(std::int64_t{0}), "0");
  EXPECT_EQ(with_thousands(std::int64_t{999}), "999");
  EXPECT_EQ(with_thousands(std::int64_t{1430}), "1,430");
  EXPECT_EQ(with_thousands(std::int64_t{-1234567}), "-1,234,567");
  EXPECT_EQ(with_thousands(1429.6), "1,430");
  EXPECT_EQ(counted(1, "crop"), "1 crop");
  EXPECT_EQ(counted(2000, "crop"), "2,000 crops");
  EXPECT_EQ(counted_people(1), "1 person");
  EXPECT_EQ(percent(0.8088), "80.9 %");
  EXPECT_EQ(percent(1), "100.0 %");
  EXPECT_EQ(short_percent(0.8088), "80.88 %");
  EXPECT_EQ(short_percent(0.79), "79 %");
  EXPECT_EQ(short_percent(0.3), "30 %");
  EXPECT_EQ(decimals(-0.00001, 3), "0.000");
  EXPECT_EQ(duration(4.24), "4.2 s");
  EXPECT_EQ(duration(200), "3 min 20 s");
  EXPECT_EQ(duration(3900), "1 h 5 min");
}

TEST(ReportNumbers, KeepThreeSignificantDigits) {
  EXPECT_EQ(significant(310.4), "310");
  EXPECT_EQ(significant(12.34), "12.3");
  EXPECT_EQ(significant(0.07571), "0.0757");
  EXPECT_EQ(significant(-1.005), "-1.00");
  EXPECT_EQ(significant(0), "0.00");
  EXPECT_EQ(significant(123456), "123456");
}

TEST(ReportNumbers, WhatIsNotFiniteIsNotDefined) {
  for (const double value : {kNan, kInfinity, -kInfinity}) {
    EXPECT_EQ(decimals(value, 1), kNotDefined);
    EXPECT_EQ(significant(value), kNotDefined);
    EXPECT_EQ(percent(value), kNotDefined);
    EXPECT_EQ(duration(value), kNotDefined);
    EXPECT_EQ(with_thousands(value), kNotDefined);
    EXPECT_EQ(figure_text("mae", value), kNotDefined);
    EXPECT_THAT(interval_text("mae", Interval{0, value}), IsEmpty());
    EXPECT_EQ(difference_text("top3", value), kNotDefined);
  }
  EXPECT_EQ(figure_text("top3", std::nullopt), kNotDefined);
}

TEST(FigureWords, WriteEachFigureInItsKind) {
  EXPECT_EQ(figure_text("top3", 0.8088), "80.9 %");
  EXPECT_EQ(figure_text("mae", 0.19401), "0.1940");
  EXPECT_EQ(figure_text("mae_units", 14.234, "µm"), "14.2 µm");
  EXPECT_EQ(figure_text("weighted_kappa", -0.0519), "-0.052");
  EXPECT_EQ(figure_text("some_new_figure", 0.5), "0.500");
  EXPECT_EQ(figure_with_interval({"within1", 0.809, {}, Interval{0.791, 0.824}}), "80.9 % (79.1 to 82.4)");
  EXPECT_EQ(difference_text("top3", 0.0212), "+2.1 pp");
  EXPECT_EQ(difference_text("mae", -0.0212), "-0.0212");
  EXPECT_EQ(difference_text("top3", 0.0001), "0.0 pp");
}

TEST(FigureWords, HaveATitleAndAMeaningEach) {
  std::set<std::string_view> names;
  for (const auto& words : all_figure_words()) {
    EXPECT_TRUE(names.insert(words.name).second) << words.name;
    EXPECT_THAT(words.title, Not(IsEmpty())) << words.name;
    EXPECT_EQ(words.meaning.back(), '.') << words.name;
  }
  for (const auto* figure : {"top3", "within1", "exact", "balanced_accuracy", "macro_f1", "weighted_kappa",
                             "spearman", "ece", "mae", "mae_units", "rmse", "bias", "pearson"})
    EXPECT_EQ(names.count(figure), 1) << figure;
}

TEST(Words, EverySignHasANameOfItsOwn) {
  std::set<std::string> names;
  for (const auto& sign : signs())
    EXPECT_TRUE(names.insert(std::string(to_string(sign.task)) + " " + sign_name(&sign)).second)
        << sign_name(&sign);
  EXPECT_EQ(sign_name(nullptr), "unknown head");
}

TEST(Words, EveryReasonIsExplained) {
  for (int number = 0; number <= static_cast<int>(SkipReason::value_invalid); ++number) {
    const auto name = to_string(static_cast<SkipReason>(number));
    EXPECT_THAT(reason_words(name), Not(IsEmpty())) << name;
  }
  EXPECT_THAT(reason_words("no-such-reason"), IsEmpty());
}

TEST(Words, SlicesAreNamedForPeople) {
  EXPECT_EQ(slice_name("gender", "F"), "women");
  EXPECT_EQ(slice_name("angle", "F"), "F, frontal");
  EXPECT_EQ(slice_name("age", "30-39"), "30-39");
  EXPECT_EQ(slice_name("device", "unknown"), "not known");
  EXPECT_EQ(dimension_name("skin_type"), "skin type");
  EXPECT_EQ(dimension_name("weather"), "weather");
}

TEST(DocumentedFigure, IsThatOfTheProtocol) {
  EXPECT_DOUBLE_EQ(documented_figure(Task::grade, "top3")->value, 0.79);
  EXPECT_DOUBLE_EQ(documented_figure(Task::grade, "within1")->value, 0.8088);
  EXPECT_DOUBLE_EQ(documented_figure(Task::measurement, "mae")->value, 0.28);
  EXPECT_FALSE(documented_figure(Task::grade, "exact"));
  EXPECT_FALSE(documented_figure(Task::measurement, "top3"));
}

TEST(FigureGroup, FindsItsFigures) {
  FigureGroup group;
  group.figures = {{"top3", 0.5, {}, {}}, {"exact", {}, {}, {}}};
  EXPECT_EQ(group.find("top3"), &group.figures.front());
  EXPECT_EQ(group.find("mae"), nullptr);
  EXPECT_EQ(group.value("top3"), 0.5);
  EXPECT_FALSE(group.value("exact"));
  EXPECT_FALSE(group.value("mae"));
}

TEST(EscapeHtml, LeavesNoMarkup) {
  EXPECT_EQ(escape_html("<a href=\"x\" title='y'>&amp;"),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;");
  EXPECT_EQ(escape_html("µm 한국\n\t"), "µm 한국\n\t");
}

TEST(EscapeHtml, ShowsControlCharacters) {
  EXPECT_EQ(escape_html(std::string_view("\0\x1F\x7F\r", 4)), "␀␟␡␍");
}

TEST(EscapeHtml, ReplacesWhatIsNotUtf8) {
  const std::string replaced = "\uFFFD";
  EXPECT_EQ(escape_html("a\xFFz"), "a" + replaced + "z");
  EXPECT_EQ(escape_html("\xC3"), replaced) << "cut off";
  EXPECT_EQ(escape_html("\xE2\x82"), replaced + replaced) << "cut off";
  EXPECT_EQ(escape_html("\xC0\xBC"), replaced + replaced) << "overlong <";
  EXPECT_EQ(escape_html("\xE0\x80\xBC"), replaced + replaced + replaced) << "overlong <";
  EXPECT_EQ(escape_html("\xED\xA0\x80"), replaced + replaced + replaced) << "a surrogate";
  EXPECT_EQ(escape_html("\xF4\x90\x80\x80"), replaced + replaced + replaced + replaced) << "above U+10FFFF";
  EXPECT_EQ(escape_html("\xF0\x9F\x99\x82"), "\U0001F642");
}

TEST(EscapeHtml, KeepsTheDirectionOfWriting) {
  EXPECT_EQ(escape_html("a\u202Eb\u2066c"), "a\uFFFDb\uFFFDc");
  EXPECT_EQ(escape_html("\u2029\u202F\u2065"), "\u2029\u202F\u2065") << "their neighbours stay";
}

TEST(EscapeScript, NeverEndsItsElement) {
  EXPECT_EQ(escape_script("a('</script>')"), "a('<\\/script>')");
  EXPECT_EQ(escape_script("a('</ScRiPt >')"), "a('<\\/ScRiPt >')");
  EXPECT_EQ(escape_script("'<!-- x'"), "'<\\!-- x'");
  EXPECT_EQ(escape_script("a < b; c</d/.test(e); x<!y"), "a < b; c</d/.test(e); x<!y");
}

TEST(Base64, FollowsTheRfcsVectors) {  // RFC 4648, section 10
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("foob"), "Zm9vYg==");
  EXPECT_EQ(base64("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64("\xFB\xFF\xFE"), "+//+");
}

TEST(HtmlWriter, BreaksKeysButNotTheirText) {
  std::ostringstream out;
  HtmlWriter html(out);
  html.breakable("l_cheek_pore");
  html.breakable("");
  html.breakable("end_");
  EXPECT_EQ(out.str(), "l_<wbr>cheek_<wbr>poreend_");
}

}  // namespace
}  // namespace skingauge::report
