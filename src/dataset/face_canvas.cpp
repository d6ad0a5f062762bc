#include "face_canvas.hpp"

#include "face_random.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <span>

namespace skingauge::face {
namespace {

constexpr double kFlank = 2.6;  // sigmas after which a stamp ends
constexpr int kLongestFlank = 255;
// Light that comes out of a groove or a pore has gone through more skin: it is a little redder.
constexpr std::array<float, 3> kTint{1.05F, 1.0F, 0.88F};
constexpr std::size_t kNoiseSize = 1U << 13U;

using Weights = std::array<float, 2 * kLongestFlank + 1>;

// One axis of a stamp: the first pixel, how many, and their weights.
struct Flank {
  int first{0};
  int count{0};
};

Flank weigh(double centre, double sigma, int limit, Weights& weights) noexcept {
  const double half = std::min(kFlank * sigma, static_cast<double>(kLongestFlank - 1));
  const int first = std::max(static_cast<int>(std::ceil(centre - half)), 0);
  const int last = std::min(static_cast<int>(std::floor(centre + half)), limit - 1);
  for (int i = first; i <= last; ++i) {
    const double t = (i - centre) / sigma;
    weights[static_cast<std::size_t>(i - first)] = static_cast<float>(std::exp(-0.5 * t * t));
  }
  return {first, last - first + 1};
}

std::vector<float> make_noise(double sigma, std::uint64_t seed) {
  Random random{seed};
  std::vector<float> noise(kNoiseSize);
  for (auto& value : noise) {
    value = static_cast<float>(sigma * 2.449 * (random.uniform() + random.uniform() - 1.0));
  }
  return noise;
}

void blend_rows(std::span<const Color> above, std::span<const Color> below, float t,
                std::span<Color> out) noexcept {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = above[i] * (1.0F - t) + below[i] * t;
}

std::uint8_t to_byte(float value) noexcept {
  return static_cast<std::uint8_t>(std::clamp(value + 0.5F, 0.0F, 255.0F));
}

// One picture row out of one row of the coarse grid.
void develop_row(std::span<const Color> base, std::span<const float> detail, std::span<const float> noise,
                 std::size_t noise_at, std::uint8_t* out) noexcept {
  constexpr auto kGrid = static_cast<std::size_t>(Canvas::kGrid);
  for (std::size_t x = 0; x < detail.size(); ++x) {
    const std::size_t cell = x / kGrid;
    const float t = static_cast<float>(x % kGrid) / static_cast<float>(kGrid);
    const Color color = base[cell] * (1.0F - t) + base[cell + 1] * t;
    const float depth = std::clamp(detail[x], -0.5F, 0.8F);
    const float grain = noise[(noise_at + x) % kNoiseSize];
    *out++ = to_byte(color.b * (1.0F - kTint[0] * depth) + grain);
    *out++ = to_byte(color.g * (1.0F - kTint[1] * depth) + grain);
    *out++ = to_byte(color.r * (1.0F - kTint[2] * depth) + grain);
  }
}

}  // namespace

Canvas::Canvas(int width, int height)
    : width_(width),
      height_(height),
      columns_((width + kGrid - 1) / kGrid + 1),
      rows_((height + kGrid - 1) / kGrid + 1),
      base_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_)),
      detail_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {}

void Canvas::stamp(double x, double y, double sigma_x, double sigma_y, double depth) noexcept {
  Weights across;
  Weights down;
  const auto columns = weigh(x, sigma_x, width_, across);
  const auto rows = weigh(y, sigma_y, height_, down);
  if (columns.count <= 0) return;
  for (int j = 0; j < rows.count; ++j) {
    float* row = detail_.data() +
                 static_cast<std::size_t>(rows.first + j) * static_cast<std::size_t>(width_) +
                 static_cast<std::size_t>(columns.first);
    const float weight = static_cast<float>(depth) * down[static_cast<std::size_t>(j)];
    for (int i = 0; i < columns.count; ++i) row[i] += weight * across[static_cast<std::size_t>(i)];
  }
}

void Canvas::tint(double x, double y, double sigma_x, double sigma_y, Color depth) noexcept {
  Weights across;
  Weights down;
  const auto columns = weigh(x / kGrid, sigma_x / kGrid, columns_, across);
  const auto rows = weigh(y / kGrid, sigma_y / kGrid, rows_, down);
  for (int j = 0; j < rows.count; ++j) {
    for (int i = 0; i < columns.count; ++i) {
      const float weight = across[static_cast<std::size_t>(i)] * down[static_cast<std::size_t>(j)];
      auto& color = base(columns.first + i, rows.first + j);
      color = {color.b * (1.0F - depth.b * weight), color.g * (1.0F - depth.g * weight),
               color.r * (1.0F - depth.r * weight)};
    }
  }
}

Image Canvas::develop(double noise, std::uint64_t seed) const {
  const auto width = static_cast<std::size_t>(width_);
  const auto columns = static_cast<std::size_t>(columns_);
  const auto grain = make_noise(noise, seed);
  auto pixels =
      std::make_shared_for_overwrite<std::uint8_t[]>(width * static_cast<std::size_t>(height_) * 3U);
  std::vector<Color> line(columns);
  Random random{seed + 1};
  for (int y = 0; y < height_; ++y) {
    const Color* above = base_.data() + static_cast<std::size_t>(y / kGrid) * columns;
    const float t = static_cast<float>(y % kGrid) / static_cast<float>(kGrid);
    blend_rows({above, columns}, {above + columns, columns}, t, line);
    const auto row = static_cast<std::size_t>(y) * width;
    develop_row(line, {detail_.data() + row, width}, grain,
                static_cast<std::size_t>(random.below(static_cast<int>(kNoiseSize))), pixels.get() + 3 * row);
  }
  return {width_, height_, std::move(pixels)};
}

}  // namespace skingauge::face
