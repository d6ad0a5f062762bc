#include "face_features.hpp"
#include "face_portrait.hpp"
#include "face_random.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

namespace skingauge::face {
namespace {

// Everything around the head, in units of the face box: u from the head's axis, v as b of an upright head.
struct Place {
  double u{0.0};
  double v{0.0};
};

class Scene {
 public:
  Scene(const Traits& traits, const Geometry& geometry, const Setting& setting)
      : traits_(traits), geometry_(geometry), setting_(setting), hair_(hair_tone(traits)) {}

  [[nodiscard]] Color at(const Section& section, double x, double y) const noexcept {
    const auto& pose = geometry_.pose();
    const Place place{(x - pose.center_x) / pose.width,
                      (y - pose.center_y) / pose.height + Geometry::kMiddle};
    const auto surface = geometry_.surface(section, x);
    if (!surface) return around(place);
    const double cover = ramp(surface->edge, 0.0, 7.0);
    const Color head = head_color(*surface, place);
    return cover < 1.0 ? mix(around(place), head, cover) : head;
  }

 private:
  [[nodiscard]] Color strands(double across, double down) const noexcept {
    const double noise = 0.6 * smooth_noise(across * 90.0, down * 5.0, traits_.seed + 4) +
                         0.4 * smooth_noise(across * 25.0, down * 3.0, traits_.seed + 5);
    return hair_ * static_cast<float>(1.15 + 0.45 * noise);
  }

  [[nodiscard]] Color backdrop(Place place) const noexcept {
    const double far = place.u * place.u + (place.v - 0.4) * (place.v - 0.4);
    const auto level = static_cast<float>((90.0 + 120.0 * setting_.backdrop) * (1.06 - 0.12 * far));
    return {level * 1.03F, level, level * 0.97F};
  }

  // The neck stays under the head's axis while the head turns; shoulders below.
  [[nodiscard]] std::optional<Color> body(Place place) const noexcept {
    const double shoulder = 1.27 + 0.35 * place.u * place.u - 0.11 * bell(place.u, 0.0, 0.2);
    if (place.v > shoulder) {
      const double fold = smooth_noise(place.u * 7.0, place.v * 3.0, traits_.seed + 6);
      return Color{120.0F, 105.0F, 96.0F} * static_cast<float>(0.9 + 0.12 * fold);
    }
    const double half = 0.225 + 0.6 * std::max(place.v - 1.18, 0.0);
    if (place.v < 0.75 || std::abs(place.u) > half) return std::nullopt;
    const double round = std::sqrt(std::max(1.0 - place.u * place.u / (half * half), 0.0));
    const double below_jaw = 0.25 * ramp(place.v, 1.2, 1.0);
    return skin_tone(traits_) * static_cast<float>((0.45 + 0.42 * round) * (1.0 - below_jaw));
  }

  // Share of hair at a place behind the head: a cap, and for long hair two falls beside the neck.
  [[nodiscard]] double hair_behind(Place place) const noexcept {
    const double half = 0.455 * traits_.width;
    const double height = (place.v - 0.14) / (place.v < 0.14 ? 0.43 : 0.40);
    const double cap = std::hypot(place.u / half, height);
    const double fall = traits_.female && place.v > 0.1
                            ? std::max(std::abs(place.u) / (half + 0.05 * ramp(place.v, 0.2, 1.0)),
                                       place.v / (1.22 + 0.02 * std::sin(place.u * 60.0)))
                            : 2.0;
    return ramp(std::min(cap, fall), 1.01, 0.98);
  }

  [[nodiscard]] Color around(Place place) const noexcept {
    const auto skin = body(place);
    const Color behind = skin ? *skin : backdrop(place);
    if (skin && (!traits_.female || std::abs(place.u) < 0.19)) return behind;
    const double hair = hair_behind(place);
    return hair > 0.0 ? mix(behind, strands(place.u, place.v) * 0.8F, hair) : behind;
  }

  // The hairline runs over the forehead and, further round the head, down before the ear; the jaw line rises
  // to the ear.
  [[nodiscard]] Color head_color(const Surface& surface, Place place) const noexcept {
    const double around_head = std::abs(surface.side);
    const double temple = std::max(around_head - 0.76, 0.0);
    const double hairline = -0.025 + 4.2 * temple * temple;
    const double jaw = 1.06 - 1.9 * std::max(around_head - 0.98, 0.0);
    const double hair = ramp(surface.point.b, hairline + 0.012, hairline - 0.012);
    const double below_jaw = ramp(surface.point.b, jaw, jaw + 0.02);
    if (below_jaw >= 1.0) return around(place);
    const auto light = static_cast<float>(shade(surface, setting_));
    const Color locks = hair > 0.0 ? strands(surface.side, surface.point.b) * light : Color{};
    const Color head = hair < 1.0 ? mix(face_color(surface, traits_, setting_), locks, hair) : locks;
    return below_jaw > 0.0 ? mix(head, around(place), below_jaw) : head;
  }

  const Traits& traits_;
  const Geometry& geometry_;
  const Setting& setting_;
  Color hair_;
};

}  // namespace

void paint_scene(Canvas& canvas, const Traits& traits, const Geometry& geometry, const Setting& setting) {
  const Scene scene(traits, geometry, setting);
  const auto exposure = static_cast<float>(setting.exposure);
  const auto warm = static_cast<float>(0.05 * setting.warmth);
  for (int row = 0; row < canvas.rows(); ++row) {
    const double y = row * Canvas::kGrid;
    const auto section = geometry.section(y);
    for (int column = 0; column < canvas.columns(); ++column) {
      const auto color = scene.at(section, column * Canvas::kGrid, y) * exposure;
      canvas.base(column, row) = {color.b * (1.0F - warm), color.g, color.r * (1.0F + warm)};
    }
  }
}

}  // namespace skingauge::face
