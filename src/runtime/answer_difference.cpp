#include "runtime/answer_difference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

namespace skingauge {
namespace {

// The largest difference that still counts as the same, beside outputs of this size (docs/architecture.md).
// Of 8 bits, noise says little of what they make of photographs: `bench precision` shows that.
double tolerance(Precision precision, double largest) {
  switch (precision) {
    case Precision::fp32:
      return 1e-3 * std::max(1.0, largest);
    case Precision::int8:
      return std::numeric_limits<double>::max();
    default:
      return 0.1 * std::max(1.0, largest);
  }
}

}  // namespace

std::string answer_difference(std::span<const float> found, std::span<const float> expected,
                              Precision precision) {
  double largest = 0;
  double worst = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    largest = std::max(largest, std::abs(static_cast<double>(expected[i])));
    const double distance = std::abs(static_cast<double>(found[i]) - expected[i]);
    worst = std::isfinite(distance) ? std::max(worst, distance) : HUGE_VAL;
  }
  if (worst <= tolerance(precision, largest)) return "";
  std::ostringstream text;
  text << "differs from what it should answer by " << worst << ", allowed " << tolerance(precision, largest);
  return text.str();
}

}  // namespace skingauge
