#include "skingauge/box.hpp"

#include <array>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

TEST(Box, SortsCornersGivenInAnyOrder) {
  const Box expected{10, 20, 30, 50};
  EXPECT_EQ(Box::from_corners(10, 20, 30, 50), expected);
  EXPECT_EQ(Box::from_corners(30, 50, 10, 20), expected);
  EXPECT_EQ(Box::from_corners(30, 20, 10, 50), expected);
  EXPECT_EQ(Box::from_corners(10, 50, 30, 20), expected);
}

TEST(Box, CountsHalfOpenSides) {
  EXPECT_EQ((Box{10, 20, 30, 50}.width()), 20);
  EXPECT_EQ((Box{10, 20, 30, 50}.height()), 30);
}

TEST(Box, LiesInsideOnlyAPictureThatHoldsAllOfIt) {
  struct Case {
    Box box;
    bool inside;
  };
  constexpr std::array kCases{Case{{0, 0, 100, 80}, true},   Case{{99, 79, 100, 80}, true},
                              Case{{-1, 0, 100, 80}, false}, Case{{0, -1, 100, 80}, false},
                              Case{{0, 0, 101, 80}, false},  Case{{0, 0, 100, 81}, false},
                              Case{{5, 5, 5, 9}, false},     Case{{5, 5, 9, 5}, false}};
  for (const auto& c : kCases) EXPECT_EQ(c.box.inside(100, 80), c.inside) << to_string(c.box);
}

TEST(Box, IsWrittenAsInTheLabelFiles) { EXPECT_EQ(to_string(Box{-1, 2, 30, 4000}), "[-1, 2, 30, 4000]"); }

}  // namespace
}  // namespace skingauge
