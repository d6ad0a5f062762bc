#include "face_features.hpp"

#include "face_marks.hpp"
#include "face_random.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace skingauge::face {
namespace {

constexpr Color kBand{58.0F, 56.0F, 54.0F};
constexpr Color kShine{245.0F, 250.0F, 255.0F};

double bell(double a, double b, FacePoint centre, double width, double height) noexcept {
  const double x = (a - centre.a) / width;
  const double y = (b - centre.b) / height;
  const double far = x * x + y * y;
  return far > 9.0 ? 0.0 : std::exp(-far);
}

double box(FacePoint at, FacePoint centre, double half_a, double half_b) noexcept {
  constexpr double kSoft = 0.02;
  const double x = std::abs(at.a - centre.a);
  const double y = std::abs(at.b - centre.b);
  return ramp(x, half_a + kSoft, half_a - kSoft) * ramp(y, half_b + kSoft, half_b - kSoft);
}

// How loose the skin is at a point: 0 firm or not a measured region, 1 loosest.
double looseness(FacePoint at, const Regions& firmness) noexcept {
  if (at.b < 0.24) return (1.0 - firmness.forehead) * box(at, {.495, .10}, .25, .11);
  if (at.b > 0.76) return (1.0 - firmness.chin) * box(at, {.497, .915}, .31, .13);
  return (1.0 - firmness.cheek[0]) * box(at, {.27, .565}, .125, .16) +
         (1.0 - firmness.cheek[1]) * box(at, {.73, .565}, .125, .16);
}

// Soft wavering creases, slanted outwards on both halves of the face; about -0.3 beside them, 0.7 in one.
double fine_creases(FacePoint at, std::uint64_t seed) noexcept {
  constexpr double kPerUnit = 2.0 * std::numbers::pi * 38.0;
  const double aside = std::abs(at.a - 0.5);
  const double waver = 1.5 * smooth_noise(at.a * 13.0, at.b * 13.0, seed);
  const double wave = 0.5 + 0.5 * std::sin(kPerUnit * (0.8 * aside + 0.6 * at.b) + waver);
  return wave * wave - 0.3;
}

// Share of the light that is mirrored: broad where the face is rounded, with a brighter core.
double shine(FacePoint at, const Regions& moisture) noexcept {
  const auto spot = [&](FacePoint centre, double width, double height) {
    return 0.5 * bell(at.a, at.b, centre, width, height) +
           0.7 * bell(at.a, at.b, centre, 0.45 * width, 0.45 * height);
  };
  double sum = 0.3 * spot({.5, .635}, .03, .04);
  if (at.b < 0.3) sum += moisture.forehead * (spot({.40, .105}, .08, .06) + spot({.60, .10}, .08, .055));
  sum += moisture.cheek[0] * spot({.265, .535}, .075, .085);
  sum += moisture.cheek[1] * spot({.735, .535}, .075, .085);
  if (at.b > 0.8) {
    sum += moisture.chin * (spot({.5, .945}, .08, .04) + 0.7 * spot({.36, .93}, .045, .045) +
                            0.7 * spot({.64, .93}, .045, .045));
  }
  return 0.5 * sum;
}

// Darkening by the nose's relief and the hollows around it.
double relief(double u, double b) noexcept {
  const double aside = std::abs(u);
  double dark =
      0.16 * face::bell(aside, .055 + .03 * ramp(b, .45, .66), .022) * ramp(b, .38, .46) * ramp(b, .70, .66);
  dark += 0.45 * bell(aside, b, {.036, .682}, .02, .011);
  dark += 0.22 * bell(aside, b, {.092, .655}, .012, .03);
  dark += 0.10 * bell(u, b, {0.0, .715}, .016, .02);
  dark += 0.20 * bell(u, b, {0.0, .882}, .09, .014);
  dark += 0.10 * bell(aside, b, {.12, .46}, .09, .03);
  return dark;
}

double brow(double u, double b, std::uint64_t seed) noexcept {
  if (b < 0.24 || b > 0.34) return 0.0;
  const double t = (std::abs(u) - 0.07) / 0.22;
  if (t < -0.1 || t > 1.1) return 0.0;
  const double middle = .296 - .028 * std::sin(std::numbers::pi * (0.2 + 0.75 * t));
  const double thick = .016 * (1.0 - 0.65 * t);
  const double hairs = 0.8 + 0.2 * smooth_noise((u + 0.6 * b) * 180.0, b * 60.0, seed);
  return hairs * bell(t, 0.45, {0.45, 0.45}, 0.62, 1.0) *
         ramp(std::abs(b - middle), thick * 1.3, thick * 0.5) * ramp(t, -.05, .05) * ramp(t, 1.05, .9);
}

// The data set's photographs are made anonymous by a band over the eyes.
double eye_band(double u, double b) noexcept {
  return ramp(std::abs(u), .291, .287) * ramp(b, .331, .335) * ramp(b, .418, .414);
}

double lips(double u, double b) noexcept {
  if (std::abs(u) >= kLipHalfWidth) return 0.0;
  return ramp(b, upper_lip(u) - .004, upper_lip(u) + .002) *
         ramp(b, lower_lip(u) + .004, lower_lip(u) - .002);
}

Color lip_color(double u, double b, const Traits& traits) noexcept {
  const Color moist = mix({112.0F, 98.0F, 192.0F}, {88.0F, 82.0F, 160.0F}, traits.skin_tone);
  const Color dry = mix({150.0F, 150.0F, 190.0F}, {122.0F, 124.0F, 162.0F}, traits.skin_tone);
  const double upper = ramp(b, kMouthLine, kMouthLine - .01);
  const double line = face::bell(b, kMouthLine, .0035);
  const double gloss = (1.0 - traits.lip_dryness) * bell(u, b, {0.0, .832}, .06, .01);
  const Color color = mix(moist, dry, 0.75 * traits.lip_dryness) *
                      static_cast<float>((1.0 - 0.15 * upper) * (1.0 - 0.6 * line));
  return mix(color, kShine, 0.35 * gloss);
}

}  // namespace

double ramp(double x, double from, double to) noexcept {
  const double t = std::clamp((x - from) / (to - from), 0.0, 1.0);
  return t * t * (3.0 - 2.0 * t);
}

double bell(double x, double centre, double width) noexcept {
  const double t = (x - centre) / width;
  return std::exp(-t * t);
}

double shade(const Surface& surface, const Setting& setting) noexcept {
  const double up = 0.45 - surface.point.b;
  const double light = 0.78 * surface.facing + 0.30 * setting.light_side * surface.across + 0.16 * up;
  return 0.56 + 0.56 * std::max(light, 0.0);
}

Color skin_tone(const Traits& traits) noexcept {
  return mix({172.0F, 196.0F, 232.0F}, {118.0F, 150.0F, 196.0F}, traits.skin_tone);
}

Color hair_tone(const Traits& traits) noexcept {
  return mix({26.0F, 26.0F, 30.0F}, {52.0F, 66.0F, 92.0F}, traits.hair_tone);
}

Color face_color(const Surface& surface, const Traits& traits, const Setting& setting) noexcept {
  const auto [a, b] = surface.point;
  const double u = a - 0.5;
  const double mottled = 1.0 + 0.02 * smooth_noise(a * 22.0, b * 28.0, traits.seed) +
                         0.02 * smooth_noise(a * 6.0, b * 8.0, traits.seed + 1);
  const double flush =
      0.10 * bell(std::abs(u), b, {.2, .55}, .13, .12) + 0.07 * bell(u, b, {0.0, .63}, .07, .05);
  Color color = mix(skin_tone(traits), {110.0F, 110.0F, 215.0F}, flush) * static_cast<float>(mottled);
  const double loose = looseness(surface.point, traits.firmness);
  const double creases = loose > 0.01 ? 0.15 * loose * fine_creases(surface.point, traits.seed + 2) : 0.0;
  color = mix(color, kShine, shine(surface.point, traits.moisture));
  color = color * static_cast<float>((1.0 - creases) * (1.0 - relief(u, b)));
  color = mix(color, hair_tone(traits), 0.85 * brow(u, b, traits.seed + 3));
  if (const double cover = lips(u, b); cover > 0.0) color = mix(color, lip_color(u, b, traits), cover);
  color = color * static_cast<float>(shade(surface, setting));
  return mix(color, kBand, eye_band(u, b));
}

}  // namespace skingauge::face
