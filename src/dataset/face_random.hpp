// Random numbers that are the same with every standard library (its distributions are not).
#pragma once

#include <cstdint>
#include <initializer_list>

namespace skingauge::face {

/// A seed from several numbers, e.g. {seed, subject, photo}: streams of different numbers are unrelated.
std::uint64_t mix_seed(std::initializer_list<std::uint64_t> parts) noexcept;

/// SplitMix64 (Steele, Lea, Flood 2014). Not safe to share between threads.
class Random {
 public:
  explicit Random(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t bits() noexcept;
  /// In [0, 1).
  double uniform() noexcept;
  double uniform(double low, double high) noexcept { return low + (high - low) * uniform(); }
  /// In 0..count-1; count >= 1.
  int below(int count) noexcept;
  /// Mean 0, standard deviation 1, between -6 and 6.
  double normal() noexcept;
  bool chance(double probability) noexcept { return uniform() < probability; }

 private:
  std::uint64_t state_;
};

/// Smooth noise over the plane with one bump per unit square, in [-1, 1].
double smooth_noise(double x, double y, std::uint64_t seed) noexcept;

/// Uniform in [0, 1] where u and v are, and the closer to u the larger the weight (0.5..1).
double blend_uniform(double u, double v, double weight) noexcept;

}  // namespace skingauge::face
