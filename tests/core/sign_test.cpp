#include "skingauge/sign.hpp"

#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;
using Widths = std::map<int, int>;

// Outputs of a network by facepart: a grade has a score each for 0..max, a measurement one output.
Widths widths(Task task, const std::set<Side>& sides) {
  Widths sums;
  for (const auto& sign : signs()) {
    if (sign.task == task && sides.contains(info(sign.facepart).side)) {
      sums[number(sign.facepart)] += task == Task::grade ? sign.max_grade + 1 : 1;
    }
  }
  return sums;
}

TEST(Signs, AreElevenGradesThenThirteenMeasurements) {
  ASSERT_EQ(signs().size(), 24U);
  for (std::size_t i = 0; i < signs().size(); ++i) {
    EXPECT_EQ(signs()[i].task, i < 11 ? Task::grade : Task::measurement) << signs()[i].key;
  }
}

TEST(Signs, FillTheOutputsOfThePublishedCheckpoints) {  // protocol, section 2
  EXPECT_EQ(widths(Task::grade, {Side::none, Side::left}),
            (Widths{{1, 15}, {2, 7}, {3, 7}, {5, 12}, {7, 5}, {8, 7}}));
  EXPECT_EQ(widths(Task::measurement, {Side::none, Side::left}),
            (Widths{{0, 1}, {1, 2}, {3, 1}, {5, 3}, {8, 2}}));
}

TEST(Signs, HaveOneKeyEachPerTask) {
  std::set<std::pair<Task, std::string_view>> keys;
  for (const auto& sign : signs()) EXPECT_TRUE(keys.insert({sign.task, sign.key}).second) << sign.key;
}

TEST(Signs, DifferBetweenLeftAndRightInKeyAndFacepartAlone) {
  int left = 0;
  int right = 0;
  for (const auto& sign : signs()) {
    const auto side = info(sign.facepart).side;
    right += side == Side::right ? 1 : 0;
    if (side != Side::left) continue;
    ++left;
    SCOPED_TRACE(sign.key);
    const auto* twin = find_sign(sign.stem, sign.task, *facepart_from_number(number(sign.facepart) + 1));
    ASSERT_NE(twin, nullptr);
    EXPECT_EQ(sign.key, "l_" + std::string(sign.stem));
    EXPECT_EQ(twin->key, "r_" + std::string(sign.stem));
    EXPECT_EQ(info(twin->facepart).side, Side::right);
    EXPECT_EQ(std::tie(twin->item, twin->max_grade, twin->scale, twin->official_max, twin->unit),
              std::tie(sign.item, sign.max_grade, sign.scale, sign.official_max, sign.unit));
  }
  EXPECT_EQ(left, 7);
  EXPECT_EQ(right, 7);
}

TEST(Signs, WithoutSideAreCalledByTheirStem) {
  for (const auto& sign : signs()) {
    if (info(sign.facepart).side == Side::none) {
      EXPECT_EQ(sign.key, sign.stem);
    }
  }
}

TEST(Signs, HoldTheProtocolsRangesAndScales) {
  struct Row {
    std::string_view key;
    Task task;
    int facepart;
    int max_grade;
    double scale;
    double official_max;
  };
  constexpr std::array kRows{Row{"forehead_wrinkle", Task::grade, 1, 8, 1, 0},
                             Row{"glabellus_wrinkle", Task::grade, 2, 6, 1, 0},
                             Row{"r_perocular_wrinkle", Task::grade, 4, 6, 1, 0},
                             Row{"lip_dryness", Task::grade, 7, 4, 1, 0},
                             Row{"chin_sagging", Task::grade, 8, 6, 1, 0},
                             Row{"pigmentation_count", Task::measurement, 0, 0, 350, 300},
                             Row{"chin_moisture", Task::measurement, 8, 0, 100, 100},
                             Row{"r_perocular_wrinkle_Ra", Task::measurement, 4, 0, 100, 100},
                             Row{"l_cheek_elasticity_R2", Task::measurement, 5, 0, 1, 1},
                             Row{"l_cheek_pore", Task::measurement, 5, 0, 3000, 3000}};
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.key);
    const auto* sign = find_sign_by_key(row.key, row.task);
    ASSERT_NE(sign, nullptr);
    EXPECT_EQ(number(sign->facepart), row.facepart);
    EXPECT_EQ(sign->max_grade, row.max_grade);
    EXPECT_EQ(sign->scale, row.scale);
    EXPECT_EQ(sign->official_max, row.official_max);
    EXPECT_EQ(sign->unit.empty(), row.task == Task::grade);
  }
}

TEST(Signs, AreFoundByStemAndByKey) {
  for (const auto& sign : signs()) {
    EXPECT_EQ(find_sign(sign.stem, sign.task, sign.facepart), &sign) << sign.key;
    EXPECT_EQ(find_sign_by_key(sign.key, sign.task), &sign) << sign.key;
  }
}

TEST(Signs, AreNotFoundUnderAnotherTaskFacepartOrSpelling) {
  EXPECT_EQ(find_sign("chin_sagging", Task::measurement, Facepart::chin), nullptr);
  EXPECT_EQ(find_sign("chin_sagging", Task::grade, Facepart::lips), nullptr);
  EXPECT_EQ(find_sign("l_cheek_pore", Task::grade, Facepart::left_cheek), nullptr);
  EXPECT_EQ(find_sign_by_key("cheek_pore", Task::grade), nullptr);
  EXPECT_EQ(find_sign_by_key("glabella_wrinkle", Task::grade), nullptr);
  EXPECT_EQ(find_sign_by_key("l_cheek_elasticity_R0", Task::measurement), nullptr);
  EXPECT_EQ(find_sign_by_key("", Task::grade), nullptr);
}

TEST(Signs, MeasurementOutsideItsOfficialRangeIsKnown) {
  const auto& pore = *find_sign_by_key("l_cheek_pore", Task::measurement);  // 0..3000 pores
  EXPECT_FALSE(is_outside_official_range(pore, 0.0));
  EXPECT_FALSE(is_outside_official_range(pore, 3000.0));
  EXPECT_TRUE(is_outside_official_range(pore, -706.0));
  const auto& count = *find_sign_by_key("pigmentation_count", Task::measurement);  // 0..300, scale 350
  EXPECT_FALSE(is_outside_official_range(count, static_cast<float>(300.0 / 350.0) * count.scale));
  EXPECT_TRUE(is_outside_official_range(pore, 3000.5));
  EXPECT_TRUE(is_outside_official_range(pore, std::nan("")));
  EXPECT_FALSE(is_outside_official_range(*find_sign_by_key("l_cheek_pore", Task::grade), -1.0));
}

TEST(Items, StandInTheOrderOfThePublishedLog) {
  EXPECT_THAT(items(Task::grade),
              ElementsAre(Item::pigmentation, Item::wrinkle, Item::sagging, Item::pore, Item::dryness));
  EXPECT_THAT(items(Task::measurement),
              ElementsAre(Item::count, Item::moisture, Item::wrinkle, Item::elasticity, Item::pore));
}

TEST(Items, OfATaskAreThoseOfItsSigns) {
  for (const auto task : {Task::grade, Task::measurement}) {
    std::set<Item> used;
    for (const auto& sign : signs()) {
      if (sign.task == task) used.insert(sign.item);
    }
    EXPECT_EQ(used, std::set<Item>(items(task).begin(), items(task).end())) << to_string(task);
  }
}

}  // namespace
}  // namespace skingauge
