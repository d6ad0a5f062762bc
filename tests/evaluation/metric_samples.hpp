// What the tests of several metrics share.
#pragma once

#include "skingauge/figure.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace skingauge::test {

inline std::vector<std::string> names(const std::vector<Figure>& figures) {
  std::vector<std::string> result(figures.size());
  std::transform(figures.begin(), figures.end(), result.begin(),
                 [](const Figure& figure) { return figure.name; });
  return result;
}

/// Truths 0..classes-1, each as often as a random number below 5 says; some grades never occur.
inline std::vector<int> random_truths(std::mt19937& random, int classes) {
  std::vector<int> truths;
  for (int grade = 0; grade < classes; ++grade) truths.insert(truths.end(), random() % 5, grade);
  return truths;
}

}  // namespace skingauge::test
