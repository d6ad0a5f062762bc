#include "skingauge/figure.hpp"

#include <gtest/gtest.h>

namespace skingauge {
namespace {

TEST(FindFigure, FindsTheFirstOfThatName) {
  const std::vector<Figure> figures{{"mae", 0.5, 0.25, {}}, {"rmse", std::nullopt, std::nullopt, {}}};
  ASSERT_NE(find_figure(figures, "rmse"), nullptr);
  EXPECT_EQ(find_figure(figures, "mae"), figures.data());
  EXPECT_FALSE(find_figure(figures, "rmse")->value);
}

TEST(FindFigure, IsNullForAnUnknownName) {
  EXPECT_EQ(find_figure({}, "mae"), nullptr);
  const std::vector<Figure> figures{{"mae", 0.5, {}, {}}};
  EXPECT_EQ(find_figure(figures, "MAE"), nullptr);
}

}  // namespace
}  // namespace skingauge
