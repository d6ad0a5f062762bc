#include "skingauge/report.hpp"

#include "core/json_file.hpp"
#include "evaluation/csv_table.hpp"
#include "evaluation/made_up.hpp"
#include "evaluation/run_facts_file.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::grade_sign;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> codes(const EvaluationReport& report) {
  std::vector<std::string> all;
  for (const auto& warning : report.warnings) all.push_back(warning.code);
  return all;
}

EvaluationReport report_of(const EvaluationData& data) {
  EvaluationReport report;
  for (const auto task : {Task::grade, Task::measurement}) {
    if (data.has(task)) report.tasks.emplace(task, evaluate(data, task));
  }
  return report;
}

// 40 people whose answer is right two times in three, or one and the same.
EvaluationData one_head(bool constant) {
  EvaluationData data;
  for (int person = 0; person < 40; ++person) {
    const int truth = person % 5;
    const int answer = constant ? 2 : person % 3 == 0 ? (truth + 2) % 5 : truth;
    data.add_grade(data.add_photo(facts_from_name(std::to_string(person) + "_01_F")),
                   grade_sign("lip_dryness"), {answer, truth, answer == truth ? 0 : 4});
  }
  return data;
}

TEST(Warnings, HeadThatAlwaysAnswersTheSameIsNamedWithItsAnswer) {
  auto report = report_of(one_head(true));
  add_warnings(report);
  EXPECT_THAT(codes(report), Contains("always-the-same"));
  for (const auto& warning : report.warnings) {
    if (warning.code == "always-the-same") EXPECT_THAT(warning.text, HasSubstr("lip_dryness 2"));
  }
  EXPECT_THAT(codes(report), Contains("no-better-than-constant"));
  auto better = report_of(one_head(false));
  add_warnings(better);
  EXPECT_THAT(codes(better), ::testing::Not(Contains("always-the-same")));
}

TEST(Warnings, FactsOfTheRunThatAReaderMustNotOverlook) {
  EvaluationReport report;
  report.run.emplace();
  add_warnings(report);
  EXPECT_THAT(report.warnings, IsEmpty()) << "a run without fault and an empty report";
  report.run->demo = true;
  report.run->stopped = true;
  report.run->shared_subjects = {"0001", "0002"};
  report.run->photos_failed = 3;
  report.run->gpu_photos = 5;
  report.run->labels_failed = 1;
  report.problem_counts["duplicate"] = 2;
  add_warnings(report);
  EXPECT_THAT(codes(report),
              ::testing::ElementsAre("demo-checkpoints", "people-in-two-parts", "stopped", "photos-failed",
                                     "decoded-on-gpu", "labels-failed", "input-problems"));
}

TEST(Warnings, TellOfADataSetThatIsSmallerThanItLooksAndOfBoxesThatAreHardlyCorners) {
  const auto told = [](std::int64_t without_labels, const PassedOver& over, std::int64_t boxes,
                       std::int64_t swapped) {
    EvaluationReport report;
    report.run.emplace();
    report.run->photos_without_labels = without_labels;
    report.run->passed_over = over;
    report.run->boxes = boxes;
    report.run->swapped_corners = swapped;
    add_warnings(report);
    return codes(report);
  };
  EXPECT_THAT(told(1, {}, 0, 0), ::testing::ElementsAre("photos-without-labels"));
  for (const auto& over : {PassedOver{1, 0, 0}, PassedOver{0, 1, 0}, PassedOver{0, 0, 1}})
    EXPECT_THAT(told(0, over, 0, 0), ::testing::ElementsAre("files-passed-over"));
  EXPECT_THAT(told(0, {}, 29, 3), ::testing::ElementsAre("swapped-corners"));
  EXPECT_THAT(told(0, {}, 30, 3), IsEmpty());
  EXPECT_THAT(told(0, {}, 2, 2), IsEmpty());
}

TEST(Warnings, ReadingsInUnitsAreSuspected) {
  EvaluationData data;
  const auto photo = data.add_photo(facts_from_name("0001_01_F"));
  data.add_measurement(photo, test::measure_sign("chin_moisture"), 55.2, 63.3);
  data.add_measurement(photo, test::measure_sign("l_cheek_moisture"), 0.552, 1.1);
  data.add_measurement(photo, test::measure_sign("chin_elasticity_R2"), 0.5, 1.7);
  auto report = report_of(data);
  add_warnings(report);
  for (const auto& warning : report.warnings) {
    if (warning.code == "values-in-units") EXPECT_THAT(warning.text, ::testing::EndsWith(": chin_moisture."));
  }
  EXPECT_THAT(codes(report), Contains("values-in-units"));
}

TEST(Warnings, MeasurementsOutsideTheOfficialRangeAreNamedWithTheirHeads) {
  EvaluationData data;
  for (int i = 0; i < 3; ++i)
    data.add_measurement(data.add_photo(facts_from_name(std::to_string(i) + "_01_F")),
                         test::measure_sign("l_cheek_pore"), i == 0 ? -0.2 : 0.3, 0.4);
  auto report = report_of(data);
  add_warnings(report);
  ASSERT_THAT(codes(report), Contains("outside-official-range"));
  const auto summary = parse_json(summary_json(report)).value;
  const auto& head = summary["modes"]["regression"]["heads"]["l_cheek_pore"];
  EXPECT_EQ(head["outside_official_range"]["answers"], 1);
  EXPECT_EQ(head["outside_official_range"]["truths"], 0);
  EXPECT_EQ(head["official_range"][1], 3000);
  auto grades = report_of(one_head(true));
  add_warnings(grades);
  EXPECT_THAT(codes(grades), ::testing::Not(Contains("outside-official-range")));
}

TEST(Warnings, FewPeopleAndMissingItems) {
  auto report = report_of(test::made_up(5, 2, 1));
  add_warnings(report);
  EXPECT_THAT(codes(report), Contains("few-people"));
  EXPECT_THAT(codes(report), ::testing::Not(Contains("items-missing")));
  auto one = report_of(one_head(false));
  add_warnings(one);
  EXPECT_THAT(codes(one), Contains("items-missing"));
}

TEST(Summary, HasEveryFigureWithItsConstantAndInterval) {
  auto report = report_of(test::made_up(40, 2, 2));
  const auto json = Json::parse(summary_json(report));
  EXPECT_EQ(json["format"], 1);
  const auto& mode = json["modes"]["class"];
  for (const auto* group : {&mode["mean_of_items"], &mode["pooled"], &mode["items"]["pore"]}) {
    for (const auto* figure : {"top3", "within1", "exact"}) {
      EXPECT_TRUE((*group)[figure].is_number());
      EXPECT_TRUE((*group)["best_constant"][figure].is_number());
      EXPECT_EQ((*group)["intervals"][figure].size(), 2U);
    }
  }
  EXPECT_EQ(mode["heads"]["lip_dryness"]["confusion"].size(), 5U);
  EXPECT_EQ(mode["heads"]["lip_dryness"]["calibration"].size(), 10U);
  EXPECT_FALSE(mode["slices"].empty());
  EXPECT_EQ(json["modes"]["regression"]["heads"]["l_cheek_pore"]["unit"], "pores");
}

TEST(Summary, UndefinedIsNullNeverNan) {
  EvaluationData data;
  data.add_skipped(grade_sign("lip_dryness"), "no-box");
  const auto text = summary_json(report_of(data));
  const auto json = Json::parse(text);
  EXPECT_TRUE(json["modes"]["class"]["pooled"]["top3"].is_null());
  EXPECT_EQ(json["modes"]["class"]["skipped"]["no-box"], 1);
  EXPECT_EQ(text.find("nan"), std::string::npos);
}

TEST(Summary, RunFactsComeBackAsWritten) {
  EvaluationReport report;
  report.run.emplace();
  report.run->manifest_name = "nia";
  report.run->demo = true;
  report.run->split = "test";
  report.run->shared_subjects = {"0007"};
  report.run->criterion = Criterion::within1;
  report.run->photos = 12;
  report.run->gpu_photos = 4;
  report.run->seconds = 1.5;
  report.run->models = {{"grade/lips", "abc"}};
  report.run->files = {{"predictions.jsonl", "def"}};
  test::TemporaryFolder folder;
  test::write_bytes(folder.path() / "summary.json", summary_json(report));
  const auto facts = read_run_facts(folder.path() / "summary.json");
  ASSERT_TRUE(facts);
  EXPECT_EQ(facts->manifest_name, "nia");
  EXPECT_TRUE(facts->demo);
  EXPECT_EQ(facts->shared_subjects, std::vector<std::string>{"0007"});
  EXPECT_EQ(facts->criterion, Criterion::within1);
  EXPECT_EQ(facts->photos, 12);
  EXPECT_EQ(facts->gpu_photos, 4);
  EXPECT_EQ(facts->models.front().sha256, "abc");
  EXPECT_EQ(facts->files.at("predictions.jsonl"), "def");
  test::write_bytes(folder.path() / "other.json", R"({"format":1,"run":{"manifest":3}})");
  EXPECT_FALSE(read_run_facts(folder.path() / "other.json"));
  EXPECT_FALSE(read_run_facts(folder.path() / "none.json"));
}

TEST(Tables, OneForEachThingThereIsToSay) {
  test::TemporaryFolder folder;
  write_report(folder.path(), report_of(test::made_up(12, 2, 3)));
  for (const auto* name : {"heads.csv", "items.csv", "slices.csv", "confusion.csv", "calibration.csv"}) {
    const auto text = test::read_bytes(folder.path() / name);
    LineSource lines(folder.path() / name);
    std::string header;
    lines.next(header);
    CsvTable table(lines, header);
    int rows = 0;
    for (CsvRecord record; table.next(record); ++rows) EXPECT_EQ(record.problem, "") << name;
    EXPECT_GT(rows, 10) << name;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "skipped.csv")) << "everything was judged";
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "summary.json"));
  EXPECT_GT(std::filesystem::file_size(folder.path() / "report.html"), 10'000U);
}

}  // namespace
}  // namespace skingauge
