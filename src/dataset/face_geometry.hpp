// Where a point of the face lies in a photograph: a head of elliptic cross-sections, turned and tilted.
//
// Face coordinates (a, b) are fractions of a frontal face detector's box: a from the viewer's left (0) to the
// right (1), b from the top (0) to the bottom (1). The head reaches over the box: hair to b = -0.22, chin to
// b = 1.04. Picture coordinates (x, y) are pixels.
#pragma once

#include "skingauge/box.hpp"
#include "skingauge/facepart.hpp"

#include <optional>

namespace skingauge::face {

struct FacePoint {
  double a{0.5};
  double b{0.5};
};

/// How the camera sees the head.
struct Pose {
  double yaw{0.0};       ///< radians; positive: the nose points to the viewer's right
  double pitch{0.0};     ///< radians; positive: the face looks down
  double center_x{0.0};  ///< pixels: the head's axis
  double center_y{0.0};  ///< pixels: where b = Geometry::kMiddle lies
  double width{0.0};     ///< pixels: of the frontal face box
  double height{0.0};
};

/// The outline of one person's head.
struct Head {
  double width{1.0};    ///< relative to the average
  double sagging{0.0};  ///< 0..1: jowls widen the jaw
};

/// A point of the head's surface in the picture.
struct Projection {
  double x{0.0};
  double y{0.0};
  double facing{1.0};  ///< cosine of the angle to the camera in the row's plane: 1 frontal, 0 at the outline
  double per_a{0.0};   ///< pixels of x per unit of a
  double per_b{0.0};   ///< pixels of y per unit of b
};

/// What the camera sees at one pixel of the head.
struct Surface {
  FacePoint point;
  double side{0.0};    ///< sine of the place around the head, -1..1; beyond +-1 on the back, up to +-2
  double facing{0.0};  ///< as in Projection
  double across{0.0};  ///< sine of the angle to the camera: -1 the left outline .. 1 the right one
  double edge{0.0};    ///< pixels to the outline
};

/// One picture row cut through the head.
struct Section {
  double b{0.0};
  double half_width{0.0};  ///< of the frontal cross-section, in face coordinates; 0 outside the head
  double reach{0.0};       ///< half the outline's width in pixels
  double sin_shift{0.0};   ///< of the angle by which turning shifts the surface
  double cos_shift{1.0};
};

/// Immutable; safe to use from many threads.
class Geometry {
 public:
  /// b that stays in place when the head tilts.
  static constexpr double kMiddle = 0.45;

  Geometry(const Head& head, const Pose& pose) noexcept;

  [[nodiscard]] const Pose& pose() const noexcept { return pose_; }
  /// b of a picture row, without limits above and below the head.
  [[nodiscard]] Section section(double y) const noexcept;
  /// Empty beside the head.
  [[nodiscard]] std::optional<Surface> surface(const Section& section, double x) const noexcept;
  /// Empty where the point is turned away from the camera, or not on the head.
  [[nodiscard]] std::optional<Projection> project(FacePoint point) const noexcept;
  /// The visible part of a facepart as a label's box, cut to the picture; empty where too little of it is
  /// seen. The box of the whole face is the photograph, as in the real labels (protocol, section 3).
  [[nodiscard]] std::optional<Box> box(Facepart facepart, int picture_width, int picture_height) const;

 private:
  [[nodiscard]] Section cut(double b) const noexcept;
  [[nodiscard]] double row(double b) const noexcept;

  Head head_;
  Pose pose_;
  double sin_yaw_;
  double cos_yaw_;
  double sin_pitch_;
};

}  // namespace skingauge::face
