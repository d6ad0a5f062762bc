// What lies on a person's skin, placed once and seen in every photograph of that person.
#pragma once

#include "face_geometry.hpp"
#include "face_traits.hpp"

#include <array>
#include <vector>

namespace skingauge::face {

/// A round dot. Sizes are standard deviations in units of the face box's width.
struct Dot {
  FacePoint at;
  double size{0.0};
  double depth{0.0};  ///< > 0 darker, < 0 lighter, as in Canvas::stamp; of spots as in Canvas::tint
};

/// A crease: dark groove with a light rim, fading to its ends.
struct Crease {
  std::vector<FacePoint> path;
  double size{0.0};   ///< half its width, as in Dot
  double depth{0.0};  ///< of the groove
};

struct Marks {
  std::vector<Dot> spots;                 ///< of pigment: their number is the pigmentation count
  std::array<std::vector<Dot>, 2> pores;  ///< of the left and the right cheek: their number is the pore count
  std::vector<Dot> glints;                ///< of moist skin
  std::vector<Dot> flakes;                ///< of dry lips
  std::vector<Dot> shadows;               ///< of a sagging jaw
  std::vector<Crease> creases;            ///< wrinkles, folds and cracks
};

/// The marks of a person; the same person, the same marks.
Marks place_marks(const Traits& traits);

/// Upper and lower edge of the lips (b) at a distance from the middle (a - 0.5); meet at the corners.
double upper_lip(double from_middle) noexcept;
double lower_lip(double from_middle) noexcept;
inline constexpr double kLipHalfWidth = 0.163;  ///< the corners' distance from the middle
inline constexpr double kMouthLine = 0.802;     ///< b at which the lips meet

}  // namespace skingauge::face
