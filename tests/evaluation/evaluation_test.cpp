#include "skingauge/evaluation.hpp"

#include "evaluation/made_up.hpp"
#include "evaluation/rank_model.hpp"

#include <cmath>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::grade_sign;
using test::made_up;
using test::measure_sign;

constexpr double kExact = 1e-12;

EvaluationOptions without_intervals() {
  EvaluationOptions options;
  options.bootstrap.rounds = 0;
  return options;
}

const HeadReport& head(const TaskReport& report, const std::string& key) {
  for (const auto& h : report.heads) {
    if (h.group.name == key) return h;
  }
  throw std::out_of_range(key);
}

// Samples of all heads of a task, as a plain list.
struct Plain {
  const Sign* sign;
  double truth, answer;
  int rank;
};
std::vector<Plain> plain(const EvaluationData& data, Task task) {
  std::vector<Plain> all;
  for (const auto* h : data.heads(task)) {
    for (std::size_t i = 0; i < h->size(); ++i)
      all.push_back({h->sign, h->truth[i], h->answer[i], task == Task::grade ? h->rank[i] : 0});
  }
  return all;
}

TEST(Evaluate, GradesAreThoseOfAPlainLoop) {
  const auto data = made_up(20, 4, 1);
  const auto report = evaluate(data, Task::grade, without_intervals());
  double sum_of_items = 0;
  for (const auto& item : report.items) {
    double n = 0, top3 = 0, within1 = 0, exact = 0;
    for (const auto& s : plain(data, Task::grade)) {
      if (to_string(s.sign->item) != item.name) continue;
      ++n;
      top3 += s.rank < 3 ? 1 : 0;
      within1 += std::abs(s.answer - s.truth) < 2 ? 1 : 0;
      exact += s.answer == s.truth ? 1 : 0;
    }
    EXPECT_EQ(static_cast<double>(item.judged), n);
    EXPECT_NEAR(*item.value("top3"), top3 / n, kExact);
    EXPECT_NEAR(*item.value("within1"), within1 / n, kExact);
    EXPECT_NEAR(*item.value("exact"), exact / n, kExact);
    sum_of_items += top3 / n;
  }
  EXPECT_NEAR(*report.mean_of_items.value("top3"), sum_of_items / 5, kExact);
  EXPECT_EQ(report.pooled.judged, 20 * 4 * 11);
  EXPECT_EQ(report.pooled.photos, 80);
  EXPECT_EQ(report.pooled.people, 20);
}

TEST(Evaluate, MeasurementsAreThoseOfAPlainLoop) {
  const auto data = made_up(20, 4, 2);
  const auto report = evaluate(data, Task::measurement, without_intervals());
  double n = 0, absolute = 0, bias = 0, squared = 0, pore_units = 0, pores = 0;
  for (const auto& s : plain(data, Task::measurement)) {
    const double error = s.answer - s.truth;
    ++n;
    absolute += std::abs(error);
    bias += error;
    squared += error * error;
    if (s.sign->item != Item::pore) continue;
    ++pores;
    pore_units += std::abs(error) * 3000;
  }
  EXPECT_NEAR(*report.pooled.value("mae"), absolute / n, kExact);
  EXPECT_NEAR(*report.pooled.value("bias"), bias / n, kExact);
  EXPECT_NEAR(*report.pooled.value("rmse"), std::sqrt(squared / n), kExact);
  EXPECT_EQ(report.pooled.find("mae_units"), nullptr) << "units of different instruments have no mean";
  EXPECT_NEAR(*report.items.back().value("mae_units"), pore_units / pores, 1e-9);
}

TEST(Evaluate, MeasurementsOutsideTheOfficialRangeAreCountedAndJudgedAsTheyAre) {
  EvaluationData data;
  const auto& pores = test::measure_sign("l_cheek_pore");
  const auto& spots = test::measure_sign("pigmentation_count");
  const std::vector<double> answers{-706.0 / 3000, 0, 1, 1.001};
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const auto photo = data.add_photo(facts_from_name(std::to_string(i) + "_01_F"));
    data.add_measurement(photo, pores, answers[i], 0.5);
    data.add_measurement(photo, spots, 0.5, i == 0 ? 301.0 / 350 : 300.0 / 350);
  }
  const auto report = evaluate(data, Task::measurement);
  EXPECT_EQ(report.heads[0].sign, &spots);
  EXPECT_EQ(report.heads[0].truths_outside, 1) << "300 of 0..300 is inside";
  EXPECT_EQ(report.heads[0].answers_outside, 0);
  EXPECT_EQ(report.heads[1].answers_outside, 2);
  EXPECT_EQ(report.heads[1].truths_outside, 0);
  EXPECT_NEAR(*report.heads[1].group.value("mae"), (706.0 / 3000 + 0.5 + 0.5 + 0.5 + 0.501) / 4, 1e-12);
}

TEST(Evaluate, HeadHasTheMetricsOfItsClass) {
  const auto data = made_up(30, 3, 3);
  const auto grades = evaluate(data, Task::grade, without_intervals());
  const auto& pore = head(grades, "l_cheek_pore");
  EXPECT_EQ(pore.group.value("weighted_kappa"), pore.confusion->weighted_kappa());
  EXPECT_EQ(pore.group.value("macro_f1"), pore.confusion->macro_f1());
  EXPECT_EQ(pore.group.value("balanced_accuracy"), pore.confusion->balanced_accuracy());
  EXPECT_EQ(pore.group.value("ece"), pore.calibration->expected_error());
  EXPECT_EQ(pore.confusion->count(), 90);

  const auto measurements = evaluate(data, Task::measurement, without_intervals());
  const auto* samples = data.heads(Task::measurement).front();
  MeasurementMetrics metrics;
  for (std::size_t i = 0; i < samples->size(); ++i) metrics.add(samples->truth[i], samples->answer[i]);
  const auto& count = head(measurements, "pigmentation_count");
  EXPECT_EQ(count.group.value("spearman"), metrics.spearman());
  EXPECT_EQ(count.group.value("pearson"), metrics.pearson());
  EXPECT_EQ(count.error_deviation, metrics.error_deviation());
  EXPECT_EQ(count.pairs.size(), 90U);
  EXPECT_EQ(count.truths->count(), 90);
}

TEST(Evaluate, BestConstantOfAnItemIsThatOfItsHeadsEach) {
  EvaluationData data;
  for (int i = 0; i < 4; ++i) {
    const auto photo = data.add_photo(facts_from_name("000" + std::to_string(i) + "_01_F"));
    data.add_grade(photo, grade_sign("l_cheek_pore"), {0, 1, 0});
    data.add_grade(photo, grade_sign("r_cheek_pore"), {0, 4, 0});
  }
  const auto report = evaluate(data, Task::grade, without_intervals());
  EXPECT_DOUBLE_EQ(*report.items[3].find("exact")->best_constant, 1.0) << "1 on the left, 4 on the right";
  EXPECT_DOUBLE_EQ(*report.items[3].value("exact"), 0.0);
  EXPECT_FALSE(report.mean_of_items.value("exact")) << "four items have nothing judged";
  EXPECT_FALSE(report.items[0].value("exact"));
  EXPECT_EQ(report.items[0].judged, 0);
  EXPECT_DOUBLE_EQ(report.heads[0].same_share, 1.0);
  EXPECT_DOUBLE_EQ(report.heads[0].same_answer, 0.0);
}

TEST(Evaluate, WithoutRanksTop3IsNotDefinedAndTheRestIs) {
  EvaluationData data;
  const auto photo = data.add_photo(facts_from_name("0001_01_F"));
  data.add_grade(photo, grade_sign("lip_dryness"), {1, 2});
  const auto report = evaluate(data, Task::grade, without_intervals());
  EXPECT_FALSE(report.pooled.value("top3"));
  EXPECT_DOUBLE_EQ(*report.pooled.value("within1"), 1.0);
  EXPECT_FALSE(report.heads[0].group.value("ece"));
  EXPECT_FALSE(report.heads[0].calibration);
}

TEST(Evaluate, NothingJudgedIsNotDefined) {
  EvaluationData data;
  data.add_skipped(grade_sign("lip_dryness"), "no-box");
  for (const auto task : {Task::grade, Task::measurement}) {
    const auto report = evaluate(data, task);
    EXPECT_TRUE(report.heads.empty());
    EXPECT_EQ(report.items.size(), 5U);
    for (const auto& figure : report.pooled.figures) {
      EXPECT_FALSE(figure.value);
      EXPECT_FALSE(figure.best_constant);
      EXPECT_FALSE(figure.interval);
    }
  }
  EXPECT_EQ(evaluate(data, Task::grade).skipped.at("no-box"), 1);
}

TEST(Evaluate, TwoHalvesMergedAreTheWhole) {
  auto whole = made_up(12, 3, 5);
  const auto second = made_up(9, 4, 6);
  EvaluationData merged;
  merged.merge(whole);
  merged.merge(second);
  for (const auto task : {Task::grade, Task::measurement}) {
    const auto report = evaluate(merged, task, without_intervals());
    EXPECT_EQ(report.pooled.judged,
              static_cast<std::int64_t>(plain(whole, task).size() + plain(second, task).size()));
    EXPECT_EQ(report.pooled.people, 12) << "both halves name their people alike";
  }
}

// All that a round computes, against the same crops written out as often as their person was drawn.
TEST(Evaluate, WeightsAreAsGoodAsRepeatedCrops) {
  const auto data = made_up(15, 3, 8);
  for (const auto task : {Task::grade, Task::measurement}) {
    EvaluationOptions options;
    options.bootstrap = {.rounds = 20, .seed = 99};
    const auto report = evaluate(data, task, options);
    std::vector<double> by_hand;
    for (std::uint64_t round = 0; round < 20; ++round) {
      const auto weights = draw_people(15, 99, round);
      EvaluationData drawn;
      for (const auto* h : data.heads(task)) {
        for (std::size_t i = 0; i < h->size(); ++i) {
          const auto& facts = data.photos()[h->photo[i]];
          const auto person = static_cast<std::size_t>(std::stoi(facts.subject) - 1000);
          for (std::uint32_t copy = 0; copy < weights[person]; ++copy) {
            auto copied = facts;
            copied.id += "/" + std::to_string(copy);
            const auto photo = drawn.add_photo(copied);
            if (task == Task::grade) {
              drawn.add_grade(photo, *h->sign,
                              {static_cast<int>(h->answer[i]), static_cast<int>(h->truth[i]), h->rank[i],
                               h->confidence[i]});
            } else {
              drawn.add_measurement(photo, *h->sign, h->answer[i], h->truth[i]);
            }
          }
        }
      }
      const auto again = evaluate(drawn, task, without_intervals());
      by_hand.push_back(*again.heads[0].group.value("spearman"));
    }
    std::sort(by_hand.begin(), by_hand.end());
    const auto interval = report.heads[0].group.find("spearman")->interval;
    ASSERT_TRUE(interval);
    EXPECT_NEAR(interval->low, by_hand[0] + 0.475 * (by_hand[1] - by_hand[0]), 1e-9);
    EXPECT_NEAR(interval->high, by_hand[18] + 0.525 * (by_hand[19] - by_hand[18]), 1e-9);
  }
}

TEST(Evaluate, EveryFigureThatIsDefinedHasAnIntervalAroundIt) {
  const auto report = evaluate(made_up(60, 2, 4), Task::grade);
  for (const auto& h : report.heads) {
    for (const auto& figure : h.group.figures) {
      ASSERT_TRUE(figure.value && figure.interval) << h.group.name << " " << figure.name;
      // The expected calibration error is biased upwards under resampling; the others lie inside.
      if (figure.name == "ece") continue;
      EXPECT_LE(figure.interval->low, *figure.value + 1e-9) << h.group.name << " " << figure.name;
      EXPECT_GE(figure.interval->high, *figure.value - 1e-9) << h.group.name << " " << figure.name;
    }
  }
}

TEST(Evaluate, SlicesCoverAllCropsAndMarkSmallCells) {
  const auto data = made_up(24, 3, 7);
  const auto report = evaluate(data, Task::grade, without_intervals());
  std::map<std::string, std::int64_t> judged;
  std::map<std::string, std::vector<std::string>> values;
  for (const auto& slice : report.slices) {
    judged[slice.dimension] += slice.pooled.judged;
    values[slice.dimension].push_back(slice.value);
    EXPECT_EQ(slice.small, slice.pooled.people < 10 || slice.pooled.judged < 30);
  }
  EXPECT_THAT(values["device"], ::testing::ElementsAre("camera", "tablet", "phone"));
  EXPECT_THAT(values["side"], ::testing::ElementsAre("left", "right", "middle"));
  EXPECT_THAT(values["gender"], ::testing::ElementsAre("F", "M"));
  EXPECT_THAT(values["age"], ::testing::ElementsAre("20-29", "30-39", "40-49", "50-59"));
  EXPECT_FALSE(values.contains("skin_type")) << "nobody's is known";
  for (const auto& [dimension, count] : judged) EXPECT_EQ(count, report.pooled.judged) << dimension;
}

TEST(Evaluate, SliceIsTheEvaluationOfItsCropsAlone) {
  const auto data = made_up(20, 3, 9);
  EvaluationData women;
  for (const auto* h : data.heads(Task::measurement)) {
    for (std::size_t i = 0; i < h->size(); ++i) {
      const auto& facts = data.photos()[h->photo[i]];
      if (facts.gender == "F")
        women.add_measurement(women.add_photo(facts), *h->sign, h->answer[i], h->truth[i]);
    }
  }
  const auto alone = evaluate(women, Task::measurement, without_intervals());
  const auto report = evaluate(data, Task::measurement, without_intervals());
  for (const auto& slice : report.slices) {
    if (slice.dimension != "gender" || slice.value != "F") continue;
    EXPECT_NEAR(*slice.mean_of_items.value("mae"), *alone.mean_of_items.value("mae"), kExact);
    EXPECT_NEAR(*slice.pooled.find("mae")->best_constant, *alone.pooled.find("mae")->best_constant, kExact);
    EXPECT_EQ(slice.pooled.judged, alone.pooled.judged);
    EXPECT_EQ(slice.pooled.people, alone.pooled.people);
  }
}

TEST(Evaluate, UnknownIsASliceOfItsOwnBesideKnownOnes) {
  EvaluationData data;
  for (const auto* gender : {"F", "M", ""}) {
    auto facts = facts_from_name(std::string("x") + gender);
    facts.gender = gender;
    data.add_grade(data.add_photo(facts), grade_sign("lip_dryness"), {1, 1, 0});
  }
  const auto report = evaluate(data, Task::grade, without_intervals());
  std::vector<std::string> values;
  for (const auto& slice : report.slices) values.push_back(slice.dimension + " " + slice.value);
  EXPECT_THAT(values, ::testing::ElementsAre("gender F", "gender M", "gender unknown"));
}

TEST(Evaluate, PhotographsWithoutAPersonAreOneEach) {
  EvaluationData data;
  for (const auto* id : {"a", "b", "c"})
    data.add_grade(data.add_photo(facts_from_name(id)), grade_sign("lip_dryness"), {1, 1, 0});
  EXPECT_EQ(evaluate(data, Task::grade).pooled.people, 3);
}

TEST(RankModel, EqualWeightsGiveSpearman) {
  const std::vector<double> a{1, 2, 2, 5, 9, 9};
  const std::vector<double> b{3, 1, 4, 4, 8, 7};
  const RankModel model(a, b, {0, 1, 2, 3, 4, 5});
  EXPECT_NEAR(*model.correlation(std::vector<std::uint32_t>(6, 1)), *pearson(mid_ranks(a), mid_ranks(b)),
              kExact);
  EXPECT_FALSE(model.correlation(std::vector<std::uint32_t>{5, 0, 0, 0, 0, 0})) << "one value alone";
}

}  // namespace
}  // namespace skingauge
