// From a person and a pose to a photograph.
#pragma once

#include "skingauge/image.hpp"

#include "face_canvas.hpp"
#include "face_geometry.hpp"
#include "face_marks.hpp"
#include "face_traits.hpp"

#include <cstdint>

namespace skingauge::face {

/// What differs between two photographs of a person besides the pose.
struct Setting {
  double light_side{0.0};  ///< sine of the direction the light comes from: -1 from the left .. 1
  double exposure{1.0};    ///< factor on all colours
  double warmth{0.0};      ///< -1 bluish .. 1 yellowish
  double backdrop{0.5};    ///< 0 dark .. 1 light
  double noise{1.5};       ///< as in Canvas::develop
  std::uint64_t seed{0};
};

/// The outline of this person's head.
Head head_of(const Traits& traits) noexcept;

/// Skin, hair, features, clothes and background: everything but the marks.
void paint_scene(Canvas& canvas, const Traits& traits, const Geometry& geometry, const Setting& setting);

/// The marks, as the camera sees them.
void paint_marks(Canvas& canvas, const Marks& marks, const Geometry& geometry);

/// The photograph, width x height pixels; the same arguments, the same bytes.
Image photograph(const Traits& traits, const Marks& marks, const Geometry& geometry, const Setting& setting,
                 int width, int height);

}  // namespace skingauge::face
