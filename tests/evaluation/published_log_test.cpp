#include "skingauge/evaluation_input.hpp"
#include "skingauge/nia_log.hpp"

#include "support/encoded_text.hpp"
#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace skingauge {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

// A log of both kinds of head by our own writer.
class Log : public ::testing::Test {
 protected:
  EvaluationInput read(const std::string& text, const InputOptions& options = {}) {
    const auto file = folder_.path() / "class_test.txt";
    test::write_bytes(file, text);
    EvaluationInput input;
    read_evaluation_input(file, input, options);
    return input;
  }
  test::TemporaryFolder folder_;
  static HeadOutcome grade(std::string_view key, int answer, int truth) {
    GradePrediction p;
    p.grade = answer;
    p.top3 = {answer, (answer + 1) % 5, (answer + 2) % 5};
    return {find_sign_by_key(key, Task::grade), p, static_cast<double>(truth)};
  }
  static HeadOutcome measurement(std::string_view key, double value, double truth) {
    const auto* sign = find_sign_by_key(key, Task::measurement);
    return {sign, MeasurementPrediction{value, value * sign->scale, sign->scale, ""}, truth * sign->scale};
  }
  // Three photographs; every item is judged at the end.
  static std::string log(Task task, Criterion criterion) {
    std::ostringstream out;
    NiaLog log(out, task, 3, criterion, [] { return "2023-11-25 20:41:16,803"; });
    const std::vector<HeadOutcome> outcomes{grade("forehead_pigmentation", 1, 0),
                                            grade("forehead_wrinkle", 1, 3),
                                            grade("r_cheek_pore", 2, 3),
                                            grade("lip_dryness", 2, 0),
                                            grade("chin_sagging", 0, 0),
                                            measurement("pigmentation_count", 0.5781, 0.4913),
                                            measurement("chin_moisture", 0.1234, 0.5),
                                            measurement("l_perocular_wrinkle_Ra", -0.4, 0.21),
                                            measurement("chin_elasticity_R2", 1.2, 0.4),
                                            measurement("l_cheek_pore", 0.3333, 0.1111)};
    log.add({"", "", PhotoDevice::camera, "0120", "Ft", {}}, outcomes);
    log.add({"", "", PhotoDevice::phone, "0120", "L", {}}, {outcomes[0], outcomes[3], outcomes[6]});
    log.add({"", "", PhotoDevice::tablet, "0862", "R", {}}, {});
    log.finish();
    return out.str();
  }
  static std::string unfinished(const std::string& log) { return log.substr(0, log.rfind("2023")); }
  static std::string older_spelling(std::string text) {
    for (const auto& [from, to] : {std::pair{"Sub_", "Sub."},
                                   {"_Equ_", "_Equ."},
                                   {"_Angle_", "_Angle."},
                                   {"_Area_", "_Area."},
                                   {"[0 / 3]", ""}}) {
      for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
        text.replace(at, std::string(from).size(), to);
    }
    return text;
  }
};

TEST_F(Log, ReplaysItsOwnLogInBothSpellings) {
  for (const auto criterion : {Criterion::top3, Criterion::within1, Criterion::exact}) {
    for (const bool older : {false, true}) {
      const auto text = log(Task::grade, criterion);
      const auto input = read(older ? older_spelling(text) : text);
      SCOPED_TRACE(std::string(to_string(criterion)) + (older ? " older" : ""));
      EXPECT_THAT(input.problem_counts, ::testing::IsEmpty());
      const auto& replay = input.replays.front();
      EXPECT_EQ(replay.criterion, to_string(criterion));
      EXPECT_EQ(replay.running_lines, 3);
      EXPECT_EQ(replay.agreed, 3) << replay.first_disagreement;
      EXPECT_EQ(replay.photos, 3);
      EXPECT_EQ(replay.judged, 7);
      EXPECT_EQ(replay.total, replay.printed_total);
      EXPECT_TRUE(replay.finished);
      ASSERT_EQ(input.data.photos().size(), 2U) << "nothing of the third was judged";
      EXPECT_EQ(input.data.photos()[0].id, "0120_01_Ft");
      EXPECT_EQ(input.data.photos()[1].device, PhotoDevice::phone);
    }
  }
}

TEST_F(Log, APersonsNameMayHoldBlanksAndHalfALineMayStandBeforeIt) {
  auto text = log(Task::grade, Criterion::exact);
  for (auto at = text.find("Sub_0120"); at != std::string::npos; at = text.find("Sub_0120", at + 1))
    text.replace(at, 8, "Sub_=1, 'x\";@");
  text.insert(text.find("Sub_"), "Sub_01 testing: 60%|### | ");
  const auto input = read(text);
  EXPECT_EQ(input.replays.front().judged, 7);
  EXPECT_EQ(input.data.photos()[0].id, "=1, 'x\";@_01_Ft");
}

TEST_F(Log, MeasurementsAgreeWithinWhatIsPrinted) {
  const auto input = read(log(Task::measurement, Criterion::top3));
  const auto& replay = input.replays.front();
  EXPECT_EQ(replay.agreed, 3) << replay.first_disagreement;
  EXPECT_EQ(replay.total, replay.printed_total);
  EXPECT_EQ(replay.criterion, "");
  EXPECT_LE(replay.largest_difference, 0.00055);
  EXPECT_NEAR(input.data.heads(Task::measurement)[0]->answer[0], 0.578, 1e-12);
}

TEST_F(Log, OnlyATop3LogTellsWhetherTheTruthIsAmongThree) {
  const auto by_top3 = read(log(Task::grade, Criterion::top3));
  for (const auto* head : by_top3.data.heads(Task::grade)) EXPECT_GE(head->rank.front(), 0);
  const auto by_within1 = read(log(Task::grade, Criterion::within1));
  for (const auto* head : by_within1.data.heads(Task::grade))
    EXPECT_EQ(head->rank.front(), HeadSamples::kUnknown);
  const auto told = read(log(Task::grade, Criterion::within1), {.criterion = Criterion::top3});
  EXPECT_GE(told.data.heads(Task::grade).front()->rank.front(), 0);
}

TEST_F(Log, TamperedFiguresAreFound) {
  const auto text = log(Task::grade, Criterion::within1);
  for (const auto& [from, to] :
       {std::pair{"pigmentation: 100.0%(T: 2 / F: 0)", "pigmentation: 99.0%(T: 2 / F: 0)"},
        {"(T: 2 / F: 0)", "(T: 2 / F: 1)"},
        {"=> 60.00%", "=> 60.01%"}}) {
    auto tampered = text;
    const auto at = tampered.rfind(from);
    ASSERT_NE(at, std::string::npos) << from << "\n" << text;
    tampered.replace(at, std::string(from).size(), to);
    const auto input = read(tampered);
    EXPECT_THAT(input.problem_counts, ::testing::Contains(Pair("running-disagrees", ::testing::Ge(1))))
        << from;
    EXPECT_LT(input.replays.front().agreed, 3);
    EXPECT_THAT(input.replays.front().first_disagreement, HasSubstr("line "));
  }
}

TEST_F(Log, TruncatedAtEveryLineAndMidLine) {
  const auto text = log(Task::grade, Criterion::within1);
  for (std::size_t length = text.find('\n') + 1; length < text.size(); length += 37) {
    const auto input = read(text.substr(0, length));
    const bool finished = text.substr(0, length).find("Finish!") != std::string::npos;
    EXPECT_EQ(input.problem_counts.contains("log-truncated"), !finished) << length;
    EXPECT_FALSE(input.replays.front().agreed > 3);
  }
}

TEST_F(Log, LinesOfTheOtherTaskAreCountedApart) {
  const auto grades = log(Task::grade, Criterion::within1);
  const auto measurements = log(Task::measurement, Criterion::within1);
  auto mixed = grades;
  mixed.insert(grades.find('\n') + 1, measurements.substr(0, measurements.find('\n') + 1));
  const auto input = read(mixed);
  EXPECT_THAT(input.problem_counts, ElementsAre(Pair("log-mixed", 1)));
  EXPECT_EQ(input.replays.front().agreed, 3);
  EXPECT_FALSE(input.data.has(Task::measurement));
}

TEST_F(Log, OddLinesAreNamedWithTheirNumber) {
  const std::string first =
      "2023-11-25 20:41:16,803 Sub_1_Equ_01_Angle_F_Area_7(dryness)==> Pred: 1  /  Gt: 1  ==> True \n";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"Sub_1_Equ_01_Angle_F_Area_7(dryness)==> Pred: 9  /  Gt: 1  ==> False ", "grade-out-of-range"},
      {"Sub_1_Equ_01_Angle_F_Area_7(dry)==> Pred: 1  /  Gt: 1  ==> True ", "unknown-key"},
      {"Sub_1_Equ_01_Angle_F_Area_12(dryness)==> Pred: 1  /  Gt: 1  ==> True ", "unknown-key"},
      {"Sub_1_Equ_01_Angle_F_Area_7(dryness)==> Pred: 1  /  Gt: 1  ==> True ", "duplicate"},
      {"Sub_1_Equ_01_Angle_F_Area_7(dryness)==> Pred: 1  /  Gt", "bad-line"},
      {"Sub_1_Equ_01_Angle_F_Area_7(dryness)==> Pred: nan  /  Gt: 1 ==> False", "value-invalid"},
      {"Total Average Acc => 10%x", "bad-line"},
      {"pigmentation: 50.0%(T: 1 / F: 1) // wri", "bad-line"}};
  for (const auto& [line, code] : cases) {
    const auto input = read(first + line + "\n2023-11-25 20:41:16,803 Finish!\n");
    ASSERT_THAT(input.problem_counts, ElementsAre(Pair(code, 1))) << line;
    EXPECT_EQ(input.problems.front().line, 2);
  }
}

// What the program prints besides, each line of it as one of its versions writes it.
const std::string kStamp = "2023-12-02 14:02:52,574 ";
const std::string kPreamble =
    kStamp + "Sat 02 Dec 2023 02:02:52 PM KST\n\n" + kStamp +
    "total 108\ndrwxrwxrwx  7 a a  4096 Dec  2 13:42 .\n" + "-rw-rw-r--  1 a a    19 Dec  1 23:47 .env\n\n" +
    kStamp + "Command Line: /home/a/NIA/test.py --mode class\n" + kStamp +
    "\x1B[92mResuming......checkpoint/class/100%/1,2,3\x1B[0m\n" + kStamp + "Inferece ...\n";
constexpr std::int64_t kPreambleLines = 7;  // that are not blank

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
  return text;
}

class DirtyLog : public Log {
 protected:
  // The figures of the clean log, whatever stands around its lines.
  void expect_as_clean(const std::string& text, std::int64_t foreign_lines, const std::string& what) {
    SCOPED_TRACE(what);
    const auto input = read(text);
    EXPECT_THAT(input.problem_counts, IsEmpty());
    ASSERT_EQ(input.replays.size(), 1U);
    EXPECT_EQ(input.replays[0].judged, 7);
    EXPECT_EQ(input.replays[0].agreed, 3) << input.replays[0].first_disagreement;
    EXPECT_EQ(input.replays[0].total, input.replays[0].printed_total);
    EXPECT_TRUE(input.replays[0].finished);
    EXPECT_EQ(input.files[0].foreign_lines, foreign_lines) << input.files[0].foreign_example;
    EXPECT_EQ(input.files[0].kind, "published log");
  }
  std::string grades_{log(Task::grade, Criterion::within1)};
  const std::string clean_stamp_{"2023-11-25 20:41:16,803 "};
};

TEST_F(DirtyLog, LinesOfOtherKindsAreCountedAndChangeNothing) {
  const std::string bar = "\r testing:  60%|\xE2\x96\x88\xE2\x96\x88    | 3/5 [00:00<00:05,  1.20it/s]";
  expect_as_clean(kPreamble + grades_, kPreambleLines, "preamble");
  expect_as_clean(replaced(grades_, "Finish!\n", "Finish!\n" + kPreamble), kPreambleLines, "after the end");
  expect_as_clean(replaced(kPreamble, "\n", "\r\n") + replaced(grades_, "\n", "\r\n"), kPreambleLines,
                  "CRLF");
  expect_as_clean("\n \n" + grades_, 0, "blank lines first");
  expect_as_clean("\xEF\xBB\xBF" + grades_, 0, "byte order mark");
  expect_as_clean(bar + grades_, 1, "bar before a line");
  expect_as_clean(bar + bar + bar + "\r" + grades_, 3, "three bars over one another");
  expect_as_clean(replaced(grades_, clean_stamp_ + "Sub", bar + clean_stamp_ + "Sub"), 7,
                  "bar before each head");
  expect_as_clean(replaced(grades_, clean_stamp_ + "Sub", bar.substr(1) + "Sub"), 0,
                  "bar, no return, no time");
  expect_as_clean(replaced(grades_, clean_stamp_, "\r\x1B[95m2023-11-25 20:41:16,803\x1B[0m  "), 0,
                  "terminal");
  expect_as_clean(replaced(replaced(grades_, clean_stamp_, "\x1B[32m" + clean_stamp_), "\n", "\x1B[0m\n"), 0,
                  "coloured lines");
  expect_as_clean(replaced(replaced(grades_, clean_stamp_, "[32m" + clean_stamp_), "\n", "[0m\n"), 0,
                  "colours without their escape");
  for (const auto* logger : {"INFO root: ", "[INFO] ", "INFO ", "root - INFO - ", "INFO:root:"})
    expect_as_clean(replaced(grades_, clean_stamp_, clean_stamp_ + logger), 0, logger);
  for (const auto* logger : {"INFO ", "[", "INFO:root:"})
    expect_as_clean(replaced(grades_, clean_stamp_, logger + clean_stamp_), 0, logger);
  expect_as_clean(replaced(grades_, clean_stamp_, ""), 0, "no time");
  expect_as_clean(replaced(grades_, "803 ", "803] "), 0, "bracket after the time");
  expect_as_clean(replaced(grades_, ",803", ".803"), 0, "point in the time");
  const std::string traceback =
      "Traceback (most recent call last):\n  File \"/home/Sub_1/test.py\", line 3, in <module>\nKeyError: "
      "'F'\n";
  expect_as_clean(traceback + grades_ + traceback, 6, "traceback");
  expect_as_clean("epoch: 3\ncount: 3\nseed: 523 // x\n{'mode': 'class'}\n" + grades_, 4, "other programs");
  expect_as_clean("\xC7\xC7\xBA\xCE.jpg\n" + grades_, 1, "a folder's names in CP949");
  expect_as_clean(grades_ + "5_pore => 1112 \xEC\x9E\xA5\n", 1, "counts after the end");
}

TEST_F(DirtyLog, EncodingsOfAWindowsShellAreRead) {
  const auto text = replaced(kPreamble + grades_, "\n", "\r\n");
  for (const auto encoding : {TextEncoding::utf16_le, TextEncoding::utf16_be}) {
    for (const bool mark : {true, false})
      expect_as_clean(test::utf16(text, encoding, mark), kPreambleLines, "utf-16");
  }
  const auto cut = unfinished(grades_);
  const auto input = read(cut + test::utf16("Sub_1_Equ_01_Ang\r\n", TextEncoding::utf16_le, false));
  EXPECT_EQ(input.problems.front().line, std::count(cut.begin(), cut.end(), '\n') + 1);
}

TEST_F(DirtyLog, LateFirstHeadIsFound) {
  std::string restarts;
  for (int i = 0; i < 2000; ++i) restarts += kPreamble;
  const auto input = read(restarts + grades_);
  EXPECT_EQ(input.replays[0].agreed, 3);
  EXPECT_EQ(input.replays[0].empty_runs, 1999);
  EXPECT_EQ(input.replays[0].runs.size(), 1U);
  EXPECT_THAT(input.problem_counts, IsEmpty());
}

TEST_F(DirtyLog, NumbersThatAreNoneAreProblemsOfTheirLinesAlone) {
  const auto measurements = log(Task::measurement, Criterion::top3);
  const auto first = measurements.substr(0, measurements.find('\n') + 1);
  const auto broken = replaced(replaced(first, "Gt: 0.491", "Gt: nan"), "MAE: 0.087", "MAE: nan");
  ASSERT_NE(broken, first);
  // A program that leaves the value out prints 0 for the item, one that does not prints nan.
  auto left_out = broken + measurements.substr(first.size());
  for (const auto* total : {"0.0868", "nan"}) {
    auto text = replaced(left_out, "count: 0.0868", std::string("count: ") + total);
    const bool is_nan = std::string(total) == "nan";
    if (is_nan) text = replaced(text, "MAE => 0.419", "MAE => nan");
    const auto input = read(text);
    EXPECT_EQ(input.problem_counts.at("value-invalid"), 1);
    EXPECT_EQ(input.problems.front().line, 1);
    EXPECT_EQ(input.data.heads(Task::measurement).size(), 4U);
    if (is_nan) EXPECT_FALSE(input.problem_counts.contains("running-disagrees")) << text;
    EXPECT_TRUE(std::isfinite(*input.replays[0].total));
  }
}

class Runs : public DirtyLog {
 protected:
  // A run whose first head answers `grade`, so that runs can be told apart.
  std::string run(int grade) const {
    return replaced(grades_, "Area_7(dryness)==> Pred: 2",
                    "Area_7(dryness)==> Pred: " + std::to_string(grade));
  }
  // The first `photos` photographs of a run, and a piece of the next.
  static std::string cut(const std::string& log, int photos, std::size_t more) {
    std::size_t at = 0;
    for (int i = 0; i < photos; ++i) at = log.find("===\n", at) + 4;
    return log.substr(0, at + more);
  }
  // Which run's predictions were taken, by the grade above.
  static double taken(const EvaluationInput& input) { return find_head(input, "lip_dryness").answer.front(); }
  static const HeadSamples& find_head(const EvaluationInput& input, const std::string& key) {
    for (const auto* head : input.data.heads(Task::grade)) {
      if (head->sign->key == key) return *head;
    }
    throw std::runtime_error(key);
  }
  static std::vector<bool> finished(const EvaluationInput& input) {
    std::vector<bool> all;
    for (const auto& run : input.replays.at(0).runs) all.push_back(run.finished);
    return all;
  }
};

TEST_F(Runs, AreToldApartByWhateverBeginsThem) {
  const auto half = cut(run(1), 2, 0);
  const auto mid_line = cut(run(1), 1, 60);
  const std::vector<std::pair<std::string, std::string>> cases{
      {"preamble", half + kPreamble + run(3)},
      {"Inferece alone", half + kStamp + "Inferece ...\n" + run(3)},
      {"counter after whole photographs", half + run(3)},
      {"counter after half a photograph", cut(run(1), 1, run(1).find('\n') + 1) + run(3)},
      {"counter after half a line", mid_line + "\n" + run(3)},
      {"half a line goes on", mid_line + run(3)},
      {"half a line goes on in the preamble", mid_line + kPreamble + run(3)},
      {"after Finish!", run(1) + run(3)},
      {"after Finish! and what follows it", run(1) + kPreamble + kPreamble + run(3)},
      {"within1 log without counters",
       replaced(replaced(half, "[0 / 3]", ""), "[1 / 3]", "") +
           replaced(replaced(replaced(run(3), "[0 / 3]", ""), "[1 / 3]", ""), "[2 / 3]", "")},
  };
  for (const auto& [name, text] : cases) {
    SCOPED_TRACE(name);
    const auto input = read(text);
    ASSERT_EQ(input.replays.size(), 1U);
    EXPECT_EQ(input.replays[0].run, 2);
    EXPECT_EQ(input.replays[0].runs.size(), 2U);
    EXPECT_EQ(taken(input), 3);
    EXPECT_EQ(input.replays[0].agreed, 3) << input.replays[0].first_disagreement;
    EXPECT_EQ(input.replays[0].judged, 7);
    EXPECT_FALSE(input.problem_counts.contains("duplicate"));
    EXPECT_FALSE(input.problem_counts.contains("bad-line")) << "lines of runs that are passed over";
    const auto first = read(text, {.run = 1});
    EXPECT_EQ(first.replays.at(0).run, 1);
    EXPECT_FALSE(first.problem_counts.contains("running-disagrees")) << first.replays[0].first_disagreement;
    EXPECT_FALSE(first.problem_counts.contains("duplicate"));
  }
}

TEST_F(Runs, TheLastFinishedOneIsTakenElseTheLast) {
  const auto finished_first = read(run(1) + kPreamble + run(3) + kPreamble + cut(run(4), 2, 0));
  EXPECT_EQ(finished_first.replays[0].run, 2);
  EXPECT_EQ(taken(finished_first), 3);
  EXPECT_THAT(finished(finished_first), ElementsAre(true, true, false));
  EXPECT_THAT(finished_first.problem_counts, IsEmpty()) << "a run that is passed over is no problem";
  const auto none = read(cut(run(1), 2, 0) + kPreamble + cut(run(4), 1, 0));
  EXPECT_EQ(taken(none), 4);
  EXPECT_THAT(none.problem_counts, ElementsAre(Pair("log-truncated", 1)));
}

TEST_F(Runs, AreChosenByNumberOrAllTaken) {
  const auto text = kPreamble + kPreamble + run(1) + kPreamble + run(3);
  EXPECT_EQ(taken(read(text, {.run = 1})), 1);
  const auto all = read(text, {.all_runs = true});
  EXPECT_EQ(all.replays.size(), 2U);
  EXPECT_EQ(all.replays[1].agreed, 3);
  EXPECT_EQ(all.replays[0].empty_runs, 1);
  EXPECT_EQ(all.problem_counts.at("duplicate"), 7) << "the same photographs: the first count";
  const auto& runs = all.replays[0].runs;
  EXPECT_EQ(runs[0].photos, 2) << "with a prediction";
  const auto lines_before = [&](std::size_t at) {
    return std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  };
  EXPECT_EQ(runs[0].last_line, lines_before(text.find("Finish!")) + 1);
  EXPECT_LE(runs[1].first_line, lines_before(text.rfind("Command Line")) + 1);
  EXPECT_GT(runs[1].first_line, runs[0].last_line);
  test::expect_error<UsageError>(ErrorCode::bad_option, {"3", "2"}, [&] { read(text, {.run = 3}); });
}

TEST_F(Runs, OfBothTasksInOneFileKeepTheirTasks) {
  const auto text = kPreamble + run(3) + kPreamble + log(Task::measurement, Criterion::top3);
  EXPECT_FALSE(read(text).data.has(Task::grade));
  const auto all = read(text, {.all_runs = true});
  EXPECT_THAT(all.problem_counts, IsEmpty());
  EXPECT_EQ(all.replays[0].task, Task::grade);
  EXPECT_EQ(all.replays[1].task, Task::measurement);
  EXPECT_EQ(all.replays[1].agreed, 3);
}

TEST_F(Runs, WithoutPredictionAreNeverTaken) {
  const auto input = read(run(3) + kPreamble + kStamp + "Finish!\n" + kPreamble);
  EXPECT_EQ(taken(input), 3);
  EXPECT_EQ(input.replays[0].empty_runs, 2);
  EXPECT_EQ(input.replays[0].runs.size(), 1U);
}

TEST_F(Runs, ARepeatedPhotographIsNoNewRun) {
  const auto text = run(3);
  const auto second = text.find("===\n") + 4;
  const auto third = text.find("===\n", second) + 4;
  const auto input = read(text.substr(0, third) + text.substr(second));
  EXPECT_EQ(input.replays[0].runs.size(), 1U);
  EXPECT_EQ(input.problem_counts.at("duplicate"), 2);
}

}  // namespace
}  // namespace skingauge
