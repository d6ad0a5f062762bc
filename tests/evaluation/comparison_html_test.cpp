#include "evaluation/report/report_html.hpp"
#include "support/html_text.hpp"
#include "support/sample_reports.hpp"

#include <sstream>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::count_of;
using test::text_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string html_of(const ComparisonReport& made) {
  std::ostringstream out;
  report::write_comparison_html(out, made, {"/*css*/", "/*js*/", "/*plotly*/"});
  return out.str();
}

// Two runs whose mean of items has one figure.
ComparisonReport report_of(Task task, const ComparedFigure& figure) {
  ComparisonReport made;
  auto& both = made.comparison.tasks[task];
  both.task = task;
  both.mean_of_items = {"mean of items", 1200, 300, 90, {figure}};
  both.pooled = {"all crops", 1200, 300, 90, {figure}};
  return made;
}

struct Case {
  const char* name;
  Task task;
  ComparedFigure figure;
  const char* words;
};
class ComparisonVerdict : public ::testing::TestWithParam<Case> {};

TEST_P(ComparisonVerdict, FollowsFromTheInterval) {
  const auto& c = GetParam();
  EXPECT_THAT(text_of(html_of(report_of(c.task, c.figure))), HasSubstr(c.words));
}

INSTANTIATE_TEST_SUITE_P(
    All, ComparisonVerdict,
    ::testing::Values(
        Case{"b_higher",
             Task::grade,
             {"top3", 0.80, 0.82, 0.02, Interval{0.01, 0.03}},
             "B is better: B minus A is +2.0 percentage points, and the interval does not include 0."},
        Case{"a_higher",
             Task::grade,
             {"top3", 0.82, 0.80, -0.02, Interval{-0.03, -0.01}},
             "A is better: B minus A is -2.0 percentage points"},
        Case{"alike",
             Task::grade,
             {"top3", 0.80, 0.81, 0.01, Interval{-0.01, 0.03}},
             "The two runs cannot be told apart: B minus A is +1.0 percentage points"},
        Case{"same", Task::grade, {"top3", 0.80, 0.80, 0.0, Interval{0.0, 0.0}}, "cannot be told apart"},
        Case{"no_interval",
             Task::grade,
             {"top3", 0.80, 0.81, 0.01, {}},
             "Without an interval that may be chance."},
        Case{"lower_error_of_b",
             Task::measurement,
             {"mae", 0.20, 0.18, -0.02, Interval{-0.03, -0.01}},
             "B is better: B minus A is -0.0200, and"},
        Case{"lower_error_of_a",
             Task::measurement,
             {"mae", 0.18, 0.20, 0.02, Interval{0.01, 0.03}},
             "A is better: B minus A is +0.0200, and"},
        Case{"undefined", Task::grade, {"top3", 0.8, {}, {}, {}}, "is not defined for both runs"}),
    [](const auto& test) { return test.param.name; });

TEST(ComparisonHtml, NamesBothRunsAndWhatWasLeftOut) {
  const auto html = html_of(test::sample_comparison());
  const auto text = text_of(html);
  EXPECT_THAT(text, HasSubstr("fp32/predictions.jsonl"));
  EXPECT_THAT(text, HasSubstr("<b>int8</b>/predictions.jsonl"));
  EXPECT_THAT(html, Not(HasSubstr("<b>int8")));
  EXPECT_THAT(text, HasSubstr("12 crops judged by A alone"));
  EXPECT_THAT(text, Not(HasSubstr("judged by B alone")));
  EXPECT_THAT(text, HasSubstr("1 crop whose truths differ"));
}

TEST(ComparisonHtml, IsWellFormed) {
  for (const auto& made : {test::sample_comparison(), ComparisonReport{}}) {
    const auto html = html_of(made);
    EXPECT_THAT(test::badly_nested(html), IsEmpty());
    EXPECT_EQ(count_of(html, "<table"), count_of(html, "<caption>"));
  }
}

TEST(ComparisonHtml, ShowsEveryHeadOfBothTasks) {
  auto html = html_of(test::sample_comparison());
  for (auto at = html.find("<wbr>"); at != std::string::npos; at = html.find("<wbr>", at)) html.erase(at, 5);
  for (const auto& sign : signs()) {
    const auto key = std::string(sign.key);
    const bool both =
        find_sign_by_key(key, Task::grade) != nullptr && find_sign_by_key(key, Task::measurement) != nullptr;
    EXPECT_EQ(count_of(html, "<code>" + key + "</code>"), both ? 2 : 1) << key;
  }
}

}  // namespace
}  // namespace skingauge
