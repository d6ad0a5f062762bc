#include "face_geometry.hpp"

#include <algorithm>
#include <cmath>

namespace skingauge::face {
namespace {

constexpr double kTiltRadius = 0.85;  // of the face's vertical curve, in units of b
constexpr double kWidest = 0.42;      // b of the largest cross-section
constexpr double kAbove = 0.64;       // from there to the top of the head
constexpr double kBelow = 0.62;       // and to the chin
constexpr double kHalfWidth = 0.385;
constexpr double kDepth = 0.37;
constexpr double kSeenFrom = 1.36;      // radians: nearer to the outline than this a label draws no box
constexpr double kLeastVisible = 0.12;  // share of a facepart that must be seen for a box

struct Extent {
  double a;
  double b;
  double width;
  double height;
};

// Centre and size as fractions of a frontal face detector's box: protocol, section 9. The whole face has
// none: its box is the photograph.
constexpr Extent extent(Facepart facepart) noexcept {
  switch (facepart) {
    case Facepart::face:
      break;
    case Facepart::forehead:
      return {.493, .104, .466, .183};
    case Facepart::glabella:
      return {.497, .252, .131, .156};
    case Facepart::left_eye_corner:
      return {.176, .379, .061, .162};
    case Facepart::right_eye_corner:
      return {.822, .378, .051, .162};
    case Facepart::left_cheek:
      return {.275, .564, .209, .286};
    case Facepart::right_cheek:
      return {.721, .563, .207, .282};
    case Facepart::lips:
      return {.498, .804, .325, .127};
    case Facepart::chin:
      return {.497, .915, .592, .234};
  }
  return {};
}

int pixel(double value, int limit) noexcept {
  return std::clamp(static_cast<int>(std::lround(value)), 0, limit);
}

}  // namespace

Geometry::Geometry(const Head& head, const Pose& pose) noexcept
    : head_(head),
      pose_(pose),
      sin_yaw_(std::sin(pose.yaw)),
      cos_yaw_(std::cos(pose.yaw)),
      sin_pitch_(std::sin(pose.pitch)) {}

Section Geometry::cut(double b) const noexcept {
  Section section;
  section.b = b;
  const double height = (b - kWidest) / (b < kWidest ? kAbove : kBelow);
  const double far = std::abs(height);
  if (far >= 1.0) return section;
  const double jowl = (b - 0.87) / 0.07;
  section.half_width = head_.width * kHalfWidth * std::sqrt(1.0 - std::pow(far, 2.4)) +
                       0.03 * head_.sagging * std::exp(-jowl * jowl);
  const double depth = kDepth * std::sqrt(1.0 - std::pow(far, 6.0));
  const double across = section.half_width * cos_yaw_;
  const double forward = depth * sin_yaw_;
  const double reach = std::hypot(across, forward);
  section.reach = pose_.width * reach;
  section.sin_shift = forward / reach;
  section.cos_shift = across / reach;
  return section;
}

double Geometry::row(double b) const noexcept {
  const double tilt = std::asin(std::clamp((b - kMiddle) / kTiltRadius, -1.0, 1.0));
  return pose_.center_y + pose_.height * kTiltRadius * (std::sin(tilt + pose_.pitch) - sin_pitch_);
}

Section Geometry::section(double y) const noexcept {
  const double sine = (y - pose_.center_y) / (pose_.height * kTiltRadius) + sin_pitch_;
  const double tilt = std::asin(std::clamp(sine, -1.0, 1.0)) - pose_.pitch;
  return cut(kMiddle + kTiltRadius * std::sin(tilt));
}

std::optional<Surface> Geometry::surface(const Section& section, double x) const noexcept {
  if (section.half_width <= 0.0) return std::nullopt;
  const double offset = x - pose_.center_x;
  const double sine = offset / section.reach;
  if (std::abs(sine) >= 1.0) return std::nullopt;
  Surface seen;
  seen.across = sine;
  seen.facing = std::sqrt(1.0 - sine * sine);
  seen.edge = section.reach - std::abs(offset);
  const double side = sine * section.cos_shift - seen.facing * section.sin_shift;
  const double front = seen.facing * section.cos_shift + sine * section.sin_shift;
  seen.side = front >= 0.0 ? side : std::copysign(2.0, side) - side;
  seen.point = {0.5 + section.half_width * seen.side, section.b};
  return seen;
}

std::optional<Projection> Geometry::project(FacePoint point) const noexcept {
  const auto section = cut(point.b);
  const double side = (point.a - 0.5) / section.half_width;
  if (section.half_width <= 0.0 || std::abs(side) >= 1.0) return std::nullopt;
  const double front = std::sqrt(1.0 - side * side);
  Projection seen;
  seen.facing = front * section.cos_shift - side * section.sin_shift;
  if (seen.facing < 0.05) return std::nullopt;
  seen.x = pose_.center_x + section.reach * (side * section.cos_shift + front * section.sin_shift);
  seen.y = row(point.b);
  seen.per_a = std::min(section.reach * seen.facing / (section.half_width * front), 2.5 * pose_.width);
  seen.per_b = (row(point.b + 0.005) - row(point.b - 0.005)) / 0.01;
  return seen;
}

std::optional<Box> Geometry::box(Facepart facepart, int picture_width, int picture_height) const {
  if (facepart == Facepart::face) return Box{0, 0, picture_width, picture_height};
  constexpr int kSteps = 8;
  const auto region = extent(facepart);
  const double top = region.b - region.height / 2.0;
  double left = picture_width;
  double right = 0.0;
  int visible = 0;
  for (int j = 0; j <= kSteps; ++j) {
    const auto section = cut(std::min(top + region.height * j / kSteps, 1.03));
    const double shift = std::atan2(section.sin_shift, section.cos_shift);
    for (int i = 0; i <= kSteps; ++i) {
      const double a = region.a + region.width * (static_cast<double>(i) / kSteps - 0.5);
      const double place = std::asin(std::clamp((a - 0.5) / section.half_width, -1.0, 1.0)) + shift;
      const double x = pose_.center_x + section.reach * std::sin(std::clamp(place, -kSeenFrom, kSeenFrom));
      visible += std::abs(place) <= kSeenFrom ? 1 : 0;
      left = std::min(left, x);
      right = std::max(right, x);
    }
  }
  if (visible < kLeastVisible * (kSteps + 1) * (kSteps + 1)) return std::nullopt;
  const Box box{pixel(left, picture_width), pixel(row(top), picture_height), pixel(right, picture_width),
                pixel(row(top + region.height), picture_height)};
  if (!box.inside(picture_width, picture_height)) return std::nullopt;
  return box;
}

}  // namespace skingauge::face
