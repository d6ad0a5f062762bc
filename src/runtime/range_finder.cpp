#include "runtime/range_finder.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace skingauge {

void RangeFinder::add(std::span<const float> elements) {
  float largest = 0;
  for (const float value : elements) largest = std::max(largest, std::abs(value));
  if (!std::isfinite(largest) || largest == 0) return;
  largest_ = std::max(largest_, largest);
  widen(largest);
  const float per_bin = 1.0F / bin_;
  for (const float value : elements) {
    if (value != 0) ++counts_[std::min(kBins - 1, static_cast<std::size_t>(std::abs(value) * per_bin))];
  }
}

void RangeFinder::widen(float magnitude) {
  if (bin_ == 0) bin_ = magnitude / static_cast<float>(kBins);
  for (; magnitude > bin_ * static_cast<float>(kBins); bin_ *= 2) {
    for (std::size_t i = 0; i < kBins / 2; ++i) counts_[i] = counts_[2 * i] + counts_[2 * i + 1];
    std::fill(counts_.begin() + kBins / 2, counts_.end(), 0);
  }
}

float RangeFinder::best(int steps) const {
  constexpr std::size_t kCandidates = 128;
  double least = std::numeric_limits<double>::infinity();
  float best = largest_;
  for (std::size_t k = 1; k <= kCandidates; ++k) {
    const double end = static_cast<double>(largest_) * static_cast<double>(k) / kCandidates;
    const double rounding = end / steps * end / steps / 12;
    double error = 0;
    for (std::size_t i = 0; i < kBins; ++i) {
      if (counts_[i] == 0) continue;
      const double beyond = (static_cast<double>(i) + 0.5) * bin_ - end;
      error += static_cast<double>(counts_[i]) * (beyond > 0 ? beyond * beyond : rounding);
    }
    if (error >= least) continue;
    least = error;
    best = static_cast<float>(end);
  }
  return best;
}

}  // namespace skingauge
