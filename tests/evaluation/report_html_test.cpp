#include "evaluation/report/report_html.hpp"

#include "support/html_text.hpp"
#include "support/sample_reports.hpp"

#include <cmath>
#include <limits>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using report::Assets;
using test::attributes_of;
using test::count_of;
using test::text_of;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr Assets kWithPlots{"/*css*/", "/*js*/", "/*plotly*/"};
constexpr Assets kWithoutPlots{"/*css*/", "/*js*/", ""};

std::string html_of(const EvaluationReport& made, const Assets& assets = kWithPlots) {
  std::ostringstream out;
  report::write_report_html(out, made, assets);
  return out.str();
}

// The plots' data block.
Json plots_of(const std::string& html) {
  const std::string start = "id=\"plot-data\">";
  const auto first = html.find(start) + start.size();
  return Json::parse(html.substr(first, html.find("</script>", first) - first));
}

// A report of one task whose mean of items has one figure.
EvaluationReport report_of(Task task, const Figure& figure) {
  EvaluationReport made;
  auto& report = made.tasks[task];
  report.task = task;
  report.mean_of_items.name = "mean of items";
  report.mean_of_items.figures = {figure};
  report.pooled = report.mean_of_items;
  report.pooled.judged = 12345;
  report.pooled.photos = 1393;
  report.pooled.people = 512;
  return made;
}

struct Sample {
  std::string name;
  EvaluationReport report;
};
std::vector<Sample> samples() {
  return {{"rich", test::rich_report()},
          {"minimal", test::minimal_report()},
          {"log", test::log_report()},
          {"hostile", test::hostile_report()},
          {"empty", {}}};
}

TEST(ReportHtml, SaysHowGoodComparedWithWhatAndOnHowManyFirst) {
  const auto html = html_of(report_of(Task::grade, {"top3", 0.8512, 0.80, Interval{0.841, 0.865}}));
  const auto text = text_of(html.substr(0, html.find("<nav")));
  EXPECT_THAT(text, HasSubstr("among the network's three best guesses in 85.1 % of cases"));
  EXPECT_THAT(text, HasSubstr("Better than the best constant answer (80.0 %)"));
  EXPECT_THAT(text, HasSubstr("95 % interval 84.1 to 86.5"));
  EXPECT_THAT(text, HasSubstr("79 %"));
  EXPECT_THAT(text, HasSubstr("guideline"));
  EXPECT_THAT(text, HasSubstr("12,345 judged crops of 1,393 photographs of 512 people"));
  EXPECT_THAT(text, HasSubstr("each head gives one and the same answer for every photograph"));
}

struct StandingCase {
  const char* name;
  Task task;
  Figure figure;
  const char* words;
};
class ReportStanding : public ::testing::TestWithParam<StandingCase> {};

TEST_P(ReportStanding, IsSaidInWords) {
  const auto& c = GetParam();
  const auto html = html_of(report_of(c.task, c.figure));
  EXPECT_THAT(text_of(html.substr(0, html.find("<nav"))), HasSubstr(c.words));
}

INSTANTIATE_TEST_SUITE_P(
    All, ReportStanding,
    ::testing::Values(StandingCase{"grade_better",
                                   Task::grade,
                                   {"top3", 0.85, 0.80, Interval{0.83, 0.87}},
                                   "Better than the best constant answer (80.0 %)."},
                      StandingCase{
                          "grade_overlaps",
                          Task::grade,
                          {"top3", 0.81, 0.80, Interval{0.79, 0.83}},
                          "No better than the best constant answer (80.0 %): the interval includes it."},
                      StandingCase{"grade_touches",
                                   Task::grade,
                                   {"top3", 0.81, 0.80, Interval{0.80, 0.83}},
                                   "the interval includes it"},
                      StandingCase{"grade_worse",
                                   Task::grade,
                                   {"top3", 0.70, 0.80, Interval{0.68, 0.72}},
                                   "Worse than the best constant answer (80.0 %)."},
                      StandingCase{"grade_without_interval",
                                   Task::grade,
                                   {"top3", 0.85, 0.80, {}},
                                   "without an interval that may be chance"},
                      StandingCase{"grade_lower_without_interval",
                                   Task::grade,
                                   {"top3", 0.79, 0.80, {}},
                                   "No better than the best constant answer (80.0 %)."},
                      StandingCase{"error_better",
                                   Task::measurement,
                                   {"mae", 0.19, 0.25, Interval{0.18, 0.20}},
                                   "Better than the best constant answer (0.2500)."},
                      StandingCase{"error_overlaps",
                                   Task::measurement,
                                   {"mae", 0.19, 0.195, Interval{0.18, 0.20}},
                                   "the interval includes it"},
                      StandingCase{"error_worse",
                                   Task::measurement,
                                   {"mae", 0.30, 0.25, Interval{0.29, 0.31}},
                                   "Worse than the best constant answer (0.2500)."}),
    [](const auto& test) { return test.param.name; });

TEST(ReportHtml, FallsBackOnWithinOneWhereTheScoresAreNotKnown) {
  const auto text = text_of(html_of(test::log_report()));
  EXPECT_THAT(text, HasSubstr("the true grade or a neighbour of it"));
  EXPECT_THAT(text, HasSubstr("Top-3 accuracy is not defined"));
  EXPECT_THAT(text, HasSubstr("80.88 %"));
}

TEST(ReportHtml, FallsBackOnAllCropsWhereTheMeanOfItemsIsNotDefined) {
  auto made = report_of(Task::grade, {"top3", 0.8, 0.7, {}});
  made.tasks[Task::grade].mean_of_items.figures.front().value.reset();
  const auto html = html_of(made);
  const auto text = text_of(html.substr(0, html.find("<nav")));
  EXPECT_THAT(text, HasSubstr("over all crops"));
  EXPECT_THAT(text, Not(HasSubstr("guideline"))) << "the documented figure is a mean of items";
}

TEST(ReportHtml, WarnsBeforeAnythingElseIsShown) {
  const auto html = html_of(test::rich_report());
  const auto warnings = html.find("What to distrust");
  ASSERT_NE(warnings, std::string::npos);
  EXPECT_LT(warnings, html.find("<nav"));
  EXPECT_LT(html.find("4 of 11 heads of grades always answer the same"), html.find("<nav"));
  EXPECT_THAT(html_of(report_of(Task::grade, {"top3", 0.8, 0.7, {}})), Not(HasSubstr("What to distrust")));
}

TEST(ReportHtml, MarksDemoCheckpointsBeforeTheFigures) {
  auto made = test::rich_report();
  EXPECT_THAT(html_of(made), Not(HasSubstr("DEMO")));
  made.run->demo = true;
  const auto html = html_of(made);
  EXPECT_LT(html.find("DEMO checkpoints."), html.find("This run"));
}

TEST(ReportHtml, MarksHeadsThatAlwaysAnswerTheSame) {
  const auto html = html_of(test::rich_report());
  EXPECT_EQ(count_of(html, "always the same</span>"), 4) << "the four wrinkle heads";
}

TEST(ReportHtml, ShowsEveryHeadInWordsAndByItsKey) {
  const auto html = html_of(test::rich_report());
  for (const auto& sign : signs()) {
    const auto id = std::string(to_string(sign.task)) + "-" + std::string(sign.key);
    EXPECT_EQ(count_of(html, "id=\"" + id + "\""), 1) << id;
  }
  EXPECT_THAT(text_of(html), HasSubstr("left cheek, pore"));
  EXPECT_THAT(text_of(html), HasSubstr("right eye corner, wrinkle depth Ra"));
}

TEST(ReportHtml, SaysWhyCropsWereNotJudged) {
  const auto text = text_of(html_of(test::rich_report()));
  EXPECT_THAT(text, HasSubstr("1,298 of 15,598 (8.3 %) were not judged"));
  EXPECT_THAT(text, HasSubstr("The instrument's reading failed"));
}

TEST(ReportHtml, ShowsProblemsWithFileAndLine) {
  const auto text = text_of(html_of(test::rich_report()));
  EXPECT_THAT(text, HasSubstr("predictions.jsonl:17"));
  EXPECT_THAT(text, HasSubstr("truth 9 of l_cheek_pore, expected 0..5"));
}

TEST(ReportHtml, SaysWhetherALogFollowsFromItself) {
  const auto text = text_of(html_of(test::log_report()));
  EXPECT_THAT(text, HasSubstr("All 300 running lines of the log follow from its own answers and truths."));
  EXPECT_THAT(text, HasSubstr("299 of 300 running lines follow"));
  EXPECT_THAT(text, HasSubstr("line 812: wrinkle 60.5 printed, 60.1 recomputed"));
  EXPECT_THAT(text, HasSubstr("the log breaks off"));
}

TEST(ReportHtml, SaysWhichRunOfALogAndWhatWasPassedOver) {
  auto report = test::log_report();
  report.replays[0].run = 2;
  report.replays[0].runs = {{1, 1, 40, 2, false, false}, {2, 41, 900, 300, true, true}};
  report.replays[0].empty_runs = 12;
  report.inputs = {{"published-class.log", "published log", "", 900, "utf-16le", 41, 1, "\"total 108\""}};
  const auto text = text_of(html_of(report));
  EXPECT_THAT(text, HasSubstr("Run 2 of 2 of the file; 1 run passed over. 12 runs without a prediction."));
  EXPECT_THAT(text, HasSubstr("utf-16le"));
}

TEST(ReportHtml, MarksAnswersOutsideTheOfficialRange) {
  auto report = test::rich_report();
  EXPECT_THAT(text_of(html_of(report)), ::testing::Not(HasSubstr("out of range")));
  auto& head = report.tasks[Task::measurement].heads.back();
  head.answers_outside = 12;
  head.truths_outside = 1;
  report.gallery = {
      {"a", find_sign_by_key("l_cheek_pore", Task::measurement), 0.4, -0.235, "\xFF\xD8\xFF\xD9"}};
  const auto text = text_of(html_of(report));
  EXPECT_THAT(text, HasSubstr("out of range"));
  EXPECT_THAT(text, HasSubstr("12 answers and 1 truth lie outside the official range, 0 to 1"));
  EXPECT_THAT(text, HasSubstr("pores (outside the official range)"));
}

TEST(ReportHtml, GivesTheFactsOfTheRun) {
  const auto text = text_of(html_of(test::rich_report()));
  for (const auto& fact :
       {std::string(64, 'a'), std::string(64, 'b'), std::string(64, 'c'), std::string("cpu (8 threads)"),
        std::string("fp32"), std::string("torchscript"), std::string("6 min 53 s"),
        std::string("bootstrap over people, 1,000 rounds, seed 523"), std::string("50 pixels"),
        std::string("skingauge validate /data/skin")})
    EXPECT_THAT(text, HasSubstr(fact));
}

TEST(ReportHtml, ShowsPicturesOnlyWhereThereAreAny) {
  EXPECT_THAT(html_of(test::rich_report()), Not(HasSubstr("<img")));
  const auto html = html_of(test::hostile_report());
  EXPECT_THAT(html, HasSubstr("src=\"data:image/jpeg;base64,/9j/2Q==\""));
  EXPECT_THAT(text_of(html), HasSubstr("people's faces"));
}

TEST(ReportHtml, SaysThatItIsNoMedicalDevice) {
  for (const auto& sample : samples())
    EXPECT_THAT(html_of(sample.report), HasSubstr("Not a medical device.")) << sample.name;
}

TEST(ReportHtml, IsWellFormedWhateverItShows) {
  for (const auto& sample : samples()) {
    const auto html = html_of(sample.report);
    EXPECT_THAT(test::badly_nested(html), IsEmpty()) << sample.name;
    EXPECT_NO_THROW(static_cast<void>(Json(html).dump())) << sample.name << " is not UTF-8";
    EXPECT_EQ(count_of(html, "<table"), count_of(html, "<caption>")) << sample.name;
    EXPECT_EQ(count_of(html, "<th "), count_of(html, " scope=\"")) << sample.name;
    EXPECT_EQ(count_of(html, "<th>"), 0) << sample.name;
  }
}

TEST(ReportHtml, EveryLinkHasItsTarget) {
  for (const auto& sample : samples()) {
    const auto html = html_of(sample.report);
    const auto ids = attributes_of(html, "id");
    const std::set<std::string> targets(ids.begin(), ids.end());
    EXPECT_EQ(targets.size(), ids.size()) << sample.name << ": an id twice";
    for (const auto& link : attributes_of(html, "href")) {
      if (link == "data:,") continue;
      EXPECT_EQ(targets.count(link.substr(1)), 1) << sample.name << ": " << link;
    }
  }
}

TEST(ReportHtml, HostileTextsStayText) {
  const auto html = html_of(test::hostile_report());
  EXPECT_EQ(count_of(html, "<script"), count_of(html_of(test::rich_report()), "<script"));
  EXPECT_EQ(count_of(html, "<img"), 1) << "the gallery's";
  EXPECT_THAT(test::without_code(html), Not(HasSubstr("onerror=alert(2)>")));
  EXPECT_THAT(html, Not(HasSubstr("\x01")));
  EXPECT_THAT(text_of(html), HasSubstr("</script><script>alert(1)</script><img src=x onerror=alert(2)>"));
}

TEST(ReportHtml, PlotDataHoldNoTagAndNoLineSeparator) {
  const auto html = html_of(test::hostile_report());
  const auto first = html.find("id=\"plot-data\">") + 15;
  const auto block = html.substr(first, html.find("</script>", first) - first);
  EXPECT_THAT(block, HasSubstr("\\u003c/script>"));
  EXPECT_THAT(block, Not(HasSubstr("<")));
  EXPECT_TRUE(std::all_of(block.begin(), block.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

TEST(ReportHtml, EveryPlotHasItsPlaceAndItsData) {
  for (const auto& sample : samples()) {
    const auto html = html_of(sample.report);
    const auto places = attributes_of(html, "data-plot");
    const auto plots = plots_of(html);
    ASSERT_EQ(places.size(), plots.size()) << sample.name;
    for (std::size_t i = 0; i < places.size(); ++i) EXPECT_EQ(places[i], std::to_string(i)) << sample.name;
  }
  EXPECT_GT(plots_of(html_of(test::rich_report())).size(), 70U);
}

TEST(ReportHtml, WithoutPlotlySaysSoAndKeepsItsTables) {
  const auto with = html_of(test::rich_report());
  const auto without = html_of(test::rich_report(), kWithoutPlots);
  EXPECT_EQ(count_of(without, "class=\"plot\""), 0);
  EXPECT_EQ(count_of(without, "<table"), count_of(with, "<table"));
  EXPECT_THAT(text_of(without), HasSubstr("Made without plots"));
  EXPECT_THAT(text_of(with), Not(HasSubstr("Made without plots")));
}

// Every number that can be poisoned, is.
void poison(FigureGroup& group, double value) {
  for (auto& figure : group.figures) figure = {figure.name, value, value, Interval{value, value}};
}

EvaluationReport poisoned(double value) {
  auto made = test::rich_report();
  made.seconds = made.run->seconds = made.run->decode_core_seconds = value;
  for (auto& [task, report] : made.tasks) {
    for (auto& head : report.heads) {
      poison(head.group, value);
      head.same_share = head.same_answer = value;
      if (head.error_deviation) head.error_deviation = value;
      for (auto& pair : head.pairs) pair = {value, value};
    }
    for (auto& item : report.items) poison(item, value);
    poison(report.mean_of_items, value);
    poison(report.pooled, value);
    for (auto& slice : report.slices) poison(slice.pooled, value);
  }
  return made;
}

TEST(ReportHtml, NeverSaysNanOrInfinity) {
  const std::regex not_a_number("\\b[-+]?(nan|inf|infinity)\\b", std::regex::icase);
  auto all = samples();
  all.push_back({"nan", poisoned(std::nan(""))});
  all.push_back({"infinity", poisoned(std::numeric_limits<double>::infinity())});
  for (const auto& sample : all) {
    const auto html = html_of(sample.report);
    std::smatch found;
    const auto text = text_of(html);
    EXPECT_FALSE(std::regex_search(text, found, not_a_number))
        << sample.name << ": " << found.prefix().str().substr(0, 0) << found.str();
    EXPECT_FALSE(std::regex_search(plots_of(html).dump(), not_a_number)) << sample.name;
  }
  EXPECT_THAT(text_of(html_of(test::minimal_report())), HasSubstr("not defined"));
}

TEST(ReportHtml, AnEmptyReportSaysSo) {
  const auto text = text_of(html_of({}));
  EXPECT_THAT(text, HasSubstr("Nothing was judged, so there are no figures."));
}

TEST(ReportHtml, LoadsNothingFromAnywhere) {
  std::ostringstream out;
  write_report_html(out, test::rich_report());
  const auto assets = report::embedded_assets();
  auto html = out.str();
  EXPECT_THAT(html, HasSubstr("default-src &#39;none&#39;"));
  if (!assets.plotly.empty()) {
    const auto plotly = report::escape_script(assets.plotly);
    ASSERT_EQ(count_of(html, plotly), 1);
    html.erase(html.find(plotly), plotly.size());
  }
  for (const auto* what : {"http:", "https:", "url(", "@import", "//cdn", "sourceMappingURL", "src=\""})
    EXPECT_THAT(html, Not(HasSubstr(what)));
}

TEST(ReportHtml, HoldsItsStyleAndItsScript) {
  const auto assets = report::embedded_assets();
  EXPECT_THAT(std::string(assets.css), HasSubstr("prefers-color-scheme: dark"));
  EXPECT_THAT(std::string(assets.js), HasSubstr("window.skingaugeReport"));
  EXPECT_EQ(assets.css.back(), '\n') << "the whole file";
  EXPECT_EQ(assets.js.back(), '\n');
}

}  // namespace
}  // namespace skingauge
