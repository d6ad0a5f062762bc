#include "skingauge/dataset.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

// Each less than the next.
const std::vector<std::string>& ordered() {
  static const std::vector<std::string> names{"",
                                              "0001_01_F.jpg",
                                              "0001_01_L15.jpg",
                                              "0001_01_L30.jpg",
                                              "0001_02_F.jpg",
                                              "2",
                                              "0002_01_F.jpg",
                                              "9",
                                              "10",
                                              "11a",
                                              "11b2",
                                              "11b10",
                                              "99999999999999999999",
                                              "100000000000000000000",
                                              "F",
                                              "Fb",
                                              "Ft",
                                              "L",
                                              "R15",
                                              "R30",
                                              "a",
                                              "a0",
                                              "a1",
                                              "a1b",
                                              "\uAC00"};
  return names;
}

TEST(NaturalLess, OrdersRunsOfDigitsAsNumbers) {
  for (std::size_t i = 0; i < ordered().size(); ++i) {
    for (std::size_t j = 0; j < ordered().size(); ++j) {
      EXPECT_EQ(natural_less(ordered()[i], ordered()[j]), i < j) << ordered()[i] << " < " << ordered()[j];
    }
  }
}

TEST(NaturalLess, TakesLeadingZerosForTheSameNumberButNotTheSameName) {
  EXPECT_TRUE(natural_less("7", "008"));
  EXPECT_TRUE(natural_less("007", "8"));
  EXPECT_NE(natural_less("7", "007"), natural_less("007", "7"));
  EXPECT_TRUE(natural_less("007_a", "7_b"));
  EXPECT_TRUE(natural_less("7_a", "007_b"));
}

TEST(NaturalLess, IsAStrictOrderOfAnyNames) {
  std::mt19937 random(5);
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i) {
    std::string name;
    for (auto n = random() % 5; n > 0; --n) name += "01aZ_\xEA"[random() % 6];
    names.push_back(name);
  }
  for (const auto& a : names) {
    EXPECT_FALSE(natural_less(a, a)) << a;
    for (const auto& b : names) {
      EXPECT_EQ(natural_less(a, b) || natural_less(b, a), a != b) << a << " and " << b;
      for (const auto& c : names) {
        const bool chain = natural_less(a, b) && natural_less(b, c);
        EXPECT_TRUE(!chain || natural_less(a, c)) << a << " < " << b << " < " << c;
      }
    }
  }
}

}  // namespace
}  // namespace skingauge
