#include "face_random.hpp"

#include <algorithm>
#include <cmath>

namespace skingauge::face {
namespace {

constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15ULL;

constexpr std::uint64_t scramble(std::uint64_t z) noexcept {
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

double lattice(std::int64_t x, std::int64_t y, std::uint64_t seed) noexcept {
  const auto key =
      seed + static_cast<std::uint64_t>(x) * kStep + static_cast<std::uint64_t>(y) * 0xD1B54A32D192ED03ULL;
  return static_cast<double>(scramble(key) >> 11U) * 0x1.0p-52 - 1.0;
}

constexpr double ease(double t) noexcept { return t * t * (3.0 - 2.0 * t); }

}  // namespace

std::uint64_t mix_seed(std::initializer_list<std::uint64_t> parts) noexcept {
  std::uint64_t seed = 0;
  for (const auto part : parts) seed = scramble(seed + kStep + part);
  return seed;
}

std::uint64_t Random::bits() noexcept {
  state_ += kStep;
  return scramble(state_);
}

double Random::uniform() noexcept { return static_cast<double>(bits() >> 11U) * 0x1.0p-53; }

int Random::below(int count) noexcept {
  return std::min(static_cast<int>(uniform() * static_cast<double>(count)), count - 1);
}

double Random::normal() noexcept {
  double sum = -6.0;
  for (int i = 0; i < 12; ++i) sum += uniform();
  return sum;
}

double smooth_noise(double x, double y, std::uint64_t seed) noexcept {
  const double left = std::floor(x);
  const double top = std::floor(y);
  const auto i = static_cast<std::int64_t>(left);
  const auto j = static_cast<std::int64_t>(top);
  const double fx = ease(x - left);
  const double fy = ease(y - top);
  return std::lerp(std::lerp(lattice(i, j, seed), lattice(i + 1, j, seed), fx),
                   std::lerp(lattice(i, j + 1, seed), lattice(i + 1, j + 1, seed), fx), fy);
}

double blend_uniform(double u, double v, double weight) noexcept {
  // The distribution function of the weighted sum, a trapezoid's integral, makes the sum uniform again.
  const double rest = 1.0 - weight;
  const double x = weight * u + rest * v;
  if (rest <= 0.0) return u;
  if (x < rest) return x * x / (2.0 * weight * rest);
  if (x < weight) return (x - rest / 2.0) / weight;
  return 1.0 - (1.0 - x) * (1.0 - x) / (2.0 * weight * rest);
}

}  // namespace skingauge::face
