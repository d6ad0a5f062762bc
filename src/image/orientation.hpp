// How a stored picture is turned upright (EXIF 2.3, tag 0x0112).
#pragma once

#include "skingauge/box.hpp"
#include "skingauge/image.hpp"

namespace skingauge {

/// Orientations 5..8 exchange rows and columns.
constexpr bool lies_on_its_side(int orientation) noexcept { return orientation >= 5; }

/// Where a box of the upright picture lies in the stored one, whose size is given.
Box stored_box(const Box& upright, int orientation, int stored_width, int stored_height) noexcept;

/// A part of a stored picture turned upright, as OpenCV's imread does for an orientation 1..8. The whole of
/// an upright one is not copied.
Image turn_upright(const Image& stored, const Box& part, int orientation);

}  // namespace skingauge
