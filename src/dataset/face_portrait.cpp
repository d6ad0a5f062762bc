#include "face_portrait.hpp"

#include <algorithm>
#include <cmath>

namespace skingauge::face {
namespace {

// Melanin takes most of the blue and little of the red.
constexpr Color kPigment{1.0F, 0.80F, 0.48F};

double narrowing(const Projection& seen, double width) noexcept {
  return std::clamp(seen.per_a / width, 0.25, 1.6);
}

// A dot or a piece of a crease, scaled as the surface under it is.
void stamp(Canvas& canvas, const Projection& seen, double width, double size, double depth,
           double drop = 0.0) {
  const double pixels = size * width;
  canvas.stamp(seen.x, seen.y + drop, pixels * narrowing(seen, width), pixels, depth);
}

void paint_spots(Canvas& canvas, const std::vector<Dot>& spots, const Geometry& geometry) {
  const double width = geometry.pose().width;
  for (const auto& spot : spots) {
    if (const auto seen = geometry.project(spot.at)) {
      canvas.tint(seen->x, seen->y, spot.size * width * narrowing(*seen, width), spot.size * width,
                  kPigment * static_cast<float>(spot.depth));
    }
  }
}

void paint_dots(Canvas& canvas, const std::vector<Dot>& dots, const Geometry& geometry) {
  for (const auto& dot : dots) {
    if (const auto seen = geometry.project(dot.at)) {
      stamp(canvas, *seen, geometry.pose().width, dot.size, dot.depth);
    }
  }
}

FacePoint along(const std::vector<FacePoint>& path, double t) noexcept {
  const double place = t * static_cast<double>(path.size() - 1);
  const auto i = std::min(static_cast<std::size_t>(place), path.size() - 2);
  const double rest = place - static_cast<double>(i);
  return {std::lerp(path[i].a, path[i + 1].a, rest), std::lerp(path[i].b, path[i + 1].b, rest)};
}

double length(const std::vector<FacePoint>& path) noexcept {
  double sum = 0.0;
  for (std::size_t i = 1; i < path.size(); ++i) {
    sum += std::hypot(path[i].a - path[i - 1].a, 1.28 * (path[i].b - path[i - 1].b));
  }
  return sum;
}

void paint_crease(Canvas& canvas, const Crease& crease, const Geometry& geometry) {
  // Gaussians one sigma apart add up to sqrt(2 pi) of one, without ripples.
  constexpr double kOverlap = 2.5066;
  const int steps = std::max(static_cast<int>(length(crease.path) / crease.size), 4);
  const double rim = 2.0 * crease.size * geometry.pose().width;
  for (int i = 0; i <= steps; ++i) {
    const double t = static_cast<double>(i) / steps;
    const auto seen = geometry.project(along(crease.path, t));
    if (!seen) continue;
    const double depth = crease.depth / kOverlap * std::min(1.0, 5.0 * std::min(t, 1.0 - t) + 0.1);
    stamp(canvas, *seen, geometry.pose().width, crease.size, depth);
    stamp(canvas, *seen, geometry.pose().width, crease.size, -0.3 * depth, rim);
  }
}

}  // namespace

Head head_of(const Traits& traits) noexcept { return {traits.width, traits.sagging}; }

void paint_marks(Canvas& canvas, const Marks& marks, const Geometry& geometry) {
  paint_dots(canvas, marks.shadows, geometry);
  for (const auto& crease : marks.creases) paint_crease(canvas, crease, geometry);
  for (const auto& pores : marks.pores) paint_dots(canvas, pores, geometry);
  paint_spots(canvas, marks.spots, geometry);
  paint_dots(canvas, marks.glints, geometry);
  paint_dots(canvas, marks.flakes, geometry);
}

Image photograph(const Traits& traits, const Marks& marks, const Geometry& geometry, const Setting& setting,
                 int width, int height) {
  Canvas canvas(width, height);
  paint_scene(canvas, traits, geometry, setting);
  paint_marks(canvas, marks, geometry);
  return canvas.develop(setting.noise, setting.seed);
}

}  // namespace skingauge::face
