// A synthetic person: looks, and how strongly each sign of the skin is drawn.
#pragma once

#include "skingauge/sign.hpp"

#include <array>
#include <cstdint>

namespace skingauge::face {

/// Viewer's left, viewer's right.
using Sides = std::array<double, 2>;

/// One value for each region that instruments touch.
struct Regions {
  double forehead{0.0};
  Sides cheek{};
  double chin{0.0};

  /// The value of the forehead, a cheek or the chin; throws std::invalid_argument for another facepart.
  [[nodiscard]] double at(Facepart facepart) const;
};

/// All strengths run from 0 (none) to 1 (the strongest drawn) and are uniform over people, so that every
/// grade is about equally frequent.
struct Traits {
  bool female{false};
  double skin_tone{0.5};  ///< 0 light, 1 tanned
  double hair_tone{0.5};  ///< 0 black, 1 brown or grey
  double width{1.0};      ///< of the head, relative to the average
  double height{1.0};
  std::uint64_t seed{0};  ///< of everything placed on the skin

  double forehead_wrinkle{0.0};
  double glabella_wrinkle{0.0};
  Sides crow_feet{};   ///< how many, how long
  Sides crow_depth{};  ///< how deep
  Sides pores{};
  double forehead_spots{0.0};
  Sides cheek_spots{};
  double other_spots{0.0};
  double lip_dryness{0.0};
  double sagging{0.0};
  Regions moisture{};  ///< seen as shine
  Regions firmness{};  ///< its lack is seen as fine crossed creases
};

/// The person of this seed.
Traits draw_traits(std::uint64_t seed);

/// The strength that a grade tells. Throws std::invalid_argument for a sign that is not drawn.
double strength(const Traits& traits, const Sign& grade_sign);

/// The grade of a strength: equal steps over 0..`seen_max_grade(sign)`.
int grade_of(double strength, const Sign& grade_sign) noexcept;

/// The highest grade that occurs in the real data (protocol, section 1: "seen").
int seen_max_grade(const Sign& grade_sign) noexcept;

}  // namespace skingauge::face
