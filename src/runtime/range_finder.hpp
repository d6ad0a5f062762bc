// Finds the magnitude at which 8 bits should end for one value of a network.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace skingauge {

/// Counts magnitudes in steps that double whenever a larger one comes.
class RangeFinder {
 public:
  void add(std::span<const float> elements);

  /// The end with the least mean square error of what is rounded to `steps` steps up to it and of what is
  /// clipped beyond. At most the largest magnitude seen; 0 where all were 0.
  [[nodiscard]] float best(int steps) const;

 private:
  void widen(float magnitude);

  static constexpr std::size_t kBins = 4096;
  std::array<std::int64_t, kBins> counts_{};
  float bin_{0};  ///< width
  float largest_{0};
};

}  // namespace skingauge
