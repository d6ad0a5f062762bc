#include "skingauge/facepart.hpp"

#include <limits>
#include <set>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

TEST(Faceparts, StandInTheOrderOfTheirNumbers) {
  for (int i = 0; i < 9; ++i) {
    EXPECT_EQ(number(faceparts()[static_cast<std::size_t>(i)].facepart), i);
    EXPECT_EQ(facepart_from_number(i), faceparts()[static_cast<std::size_t>(i)].facepart);
  }
}

TEST(Faceparts, HaveTheSidesOfTheProtocol) {
  constexpr std::array kSides{Side::none, Side::none,  Side::none, Side::left, Side::right,
                              Side::left, Side::right, Side::none, Side::none};
  for (const auto& row : faceparts()) {
    EXPECT_EQ(row.side, kSides[static_cast<std::size_t>(number(row.facepart))]) << row.name;
  }
}

TEST(Faceparts, HaveOneNameEach) {
  std::set<std::string_view> names;
  for (const auto& row : faceparts()) EXPECT_TRUE(names.insert(row.name).second) << row.name;
}

TEST(Faceparts, InfoIsTheRowAsked) {
  for (const auto& row : faceparts()) EXPECT_EQ(&info(row.facepart), &row);
}

TEST(Faceparts, NumbersOutsideTheTableAreNone) {
  for (const long long outside :
       {-1LL, 9LL, 256LL, std::numeric_limits<long long>::min(), std::numeric_limits<long long>::max()}) {
    EXPECT_EQ(facepart_from_number(outside), std::nullopt) << outside;
  }
}

}  // namespace
}  // namespace skingauge
