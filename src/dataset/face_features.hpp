// The colour of a face at one point: skin with its shine and fine creases, brows, eye band, nose and lips.
#pragma once

#include "face_canvas.hpp"
#include "face_geometry.hpp"
#include "face_portrait.hpp"
#include "face_traits.hpp"

namespace skingauge::face {

/// 0 below `from`, 1 above `to`, smooth between; also from the higher to the lower value where from > to.
double ramp(double x, double from, double to) noexcept;

/// A bell of height 1 around `centre`.
double bell(double x, double centre, double width) noexcept;

/// Brightness factor of a matt surface that faces the camera as `surface` does.
double shade(const Surface& surface, const Setting& setting) noexcept;

Color skin_tone(const Traits& traits) noexcept;
Color hair_tone(const Traits& traits) noexcept;

/// The face at a point of the head, lit; hair is not part of it.
Color face_color(const Surface& surface, const Traits& traits, const Setting& setting) noexcept;

}  // namespace skingauge::face
