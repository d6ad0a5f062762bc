#include "skingauge/mean_iou.hpp"

#include <random>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using Mask = std::vector<int>;
using ::testing::HasSubstr;

TEST(MeanIou, CountsByHand) {
  MeanIou iou(4);
  iou.add(Mask{0, 0, 1, 1}, Mask{0, 1, 1, 1});
  iou.add(Mask{2, 0}, Mask{0, 0});
  EXPECT_EQ(iou.count(), 2);
  EXPECT_EQ(iou.pixels(), 6);
  EXPECT_DOUBLE_EQ(*iou.iou(0), 2.0 / 4);
  EXPECT_DOUBLE_EQ(*iou.iou(1), 2.0 / 3);
  EXPECT_DOUBLE_EQ(*iou.iou(2), 0);
  EXPECT_FALSE(iou.iou(3)) << "nowhere";
  EXPECT_DOUBLE_EQ(*iou.mean_iou(), (0.5 + 2.0 / 3 + 0) / 3);
  EXPECT_DOUBLE_EQ(*iou.constant_iou(0), 3.0 / 6);
  EXPECT_DOUBLE_EQ(*iou.constant_mean_iou(), 3.0 / 6 / 3);
}

TEST(MeanIou, FiguresNameEachClass) {
  const auto figures = MeanIou(2).figures();
  ASSERT_EQ(figures.size(), 3U);
  EXPECT_EQ(figures[0].name, "mean_iou");
  EXPECT_EQ(figures[2].name, "iou_1");
}

TEST(MeanIou, NothingJudgedIsNotDefined) {
  MeanIou iou(2, 255);
  iou.add(Mask{}, Mask{});
  iou.add(Mask{255, 255}, Mask{0, 1});
  EXPECT_EQ(iou.count(), 2);
  EXPECT_EQ(iou.pixels(), 0);
  for (const auto& figure : iou.figures()) {
    EXPECT_FALSE(figure.value) << figure.name;
    EXPECT_FALSE(figure.best_constant) << figure.name;
  }
}

TEST(MeanIou, AnIgnoredIdOutsideTheClassesLeavesPixelsOut) {
  MeanIou iou(2, 255);
  iou.add(Mask{0, 255, 1, 255}, Mask{0, 1, 1, 255});
  EXPECT_EQ(iou.pixels(), 2);
  EXPECT_DOUBLE_EQ(*iou.mean_iou(), 1);
}

TEST(MeanIou, AnIgnoredClassIsNotInTheMeanButAnsweringItIsWrong) {
  MeanIou iou(3, 0);
  iou.add(Mask{0, 0, 1, 1, 2}, Mask{1, 2, 1, 0, 2});
  EXPECT_FALSE(iou.iou(0));
  EXPECT_DOUBLE_EQ(*iou.iou(1), 0.5);
  EXPECT_DOUBLE_EQ(*iou.mean_iou(), 0.75);
  EXPECT_FALSE(iou.constant_iou(0));
}

TEST(MeanIou, BestConstantIsTheBestOfAllClasses) {
  std::mt19937 random(9);
  for (int round = 0; round < 200; ++round) {
    const auto ignored =
        round % 2 == 0 ? std::optional<int>() : std::optional(static_cast<int>(random() % 5));
    Mask truth(random() % 8);
    for (auto& pixel : truth) pixel = static_cast<int>(random() % 4);
    std::optional<double> best;
    for (int answer = 0; answer < 4; ++answer) {
      MeanIou constant(4, ignored);
      constant.add(truth, Mask(truth.size(), answer));
      best = std::max(best, constant.mean_iou());
    }
    MeanIou given(4, ignored);
    given.add(truth, Mask(truth.size(), 0));
    ASSERT_EQ(given.constant_mean_iou().has_value(), best.has_value()) << round;
    if (best) EXPECT_NEAR(*given.constant_mean_iou(), *best, 1e-12) << round;
  }
}

TEST(MeanIou, RefusesBadArgumentsAndAddsNothing) {
  EXPECT_THROW(MeanIou(0), std::invalid_argument);
  MeanIou iou(2, 255);
  EXPECT_THROW(iou.add(Mask{0, 1}, Mask{0}), std::invalid_argument);
  EXPECT_THROW(iou.add(Mask{0, 2}, Mask{0, 0}), std::invalid_argument);
  EXPECT_THROW(iou.add(Mask{0, 1}, Mask{0, 255}), std::invalid_argument) << "no class to answer";
  EXPECT_THROW(iou.add(Mask{0, -1}, Mask{0, 0}), std::invalid_argument);
  EXPECT_THROW((void)iou.iou(2), std::invalid_argument);
  EXPECT_THROW(iou.merge(MeanIou(3, 255)), std::invalid_argument);
  EXPECT_EQ(iou.count(), 0);
  EXPECT_EQ(iou.pixels(), 0);
  try {
    iou.merge(MeanIou(2));
    FAIL() << "accepted";
  } catch (const std::invalid_argument& e) {
    EXPECT_THAT(e.what(), HasSubstr("found 2 classes, ignored none, expected 2 classes, ignored 255"));
  }
}

}  // namespace
}  // namespace skingauge
