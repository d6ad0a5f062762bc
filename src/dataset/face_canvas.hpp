// A photograph in the making: smooth colours on a coarse grid, fine detail at full size, then camera noise.
#pragma once

#include "skingauge/image.hpp"

#include <cstdint>
#include <vector>

namespace skingauge::face {

/// Linear in the picture's bytes, 0..255.
struct Color {
  float b{0.0F};
  float g{0.0F};
  float r{0.0F};
};

constexpr Color operator+(Color x, Color y) noexcept { return {x.b + y.b, x.g + y.g, x.r + y.r}; }
constexpr Color operator*(Color x, float k) noexcept { return {x.b * k, x.g * k, x.r * k}; }
/// x where t is 0, y where t is 1.
constexpr Color mix(Color x, Color y, double t) noexcept {
  return x * static_cast<float>(1.0 - t) + y * static_cast<float>(t);
}

/// Not safe to share between threads.
class Canvas {
 public:
  /// Pixels between two points of the coarse grid.
  static constexpr int kGrid = 4;

  Canvas(int width, int height);

  [[nodiscard]] int width() const noexcept { return width_; }
  [[nodiscard]] int height() const noexcept { return height_; }
  [[nodiscard]] int columns() const noexcept { return columns_; }
  [[nodiscard]] int rows() const noexcept { return rows_; }
  /// The colour at pixel (column * kGrid, row * kGrid).
  Color& base(int column, int row) noexcept {
    return base_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
                 static_cast<std::size_t>(column)];
  }

  /// Darkens (depth > 0) or lightens (< 0) a spot with Gaussian flanks, sigmas in pixels. Depths add up; 1
  /// turns the skin's middle channel black.
  void stamp(double x, double y, double sigma_x, double sigma_y, double depth) noexcept;

  /// Takes light of the three channels away under a spot with Gaussian flanks, on the coarse grid: sigmas of
  /// 2 kGrid pixels and more keep their shape. Depths in 0..1; overlapping spots multiply.
  void tint(double x, double y, double sigma_x, double sigma_y, Color depth) noexcept;

  /// The finished picture; noise is the standard deviation of a pixel's brightness.
  [[nodiscard]] Image develop(double noise, std::uint64_t seed) const;

 private:
  int width_;
  int height_;
  int columns_;
  int rows_;
  std::vector<Color> base_;
  std::vector<float> detail_;  ///< width x height
};

}  // namespace skingauge::face
