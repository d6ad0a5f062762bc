#include "face_traits.hpp"

#include "face_random.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

namespace skingauge::face {
namespace {

constexpr double kSameOnBothSides = 0.75;

Sides draw_sides(Random& random) {
  const double person = random.uniform();
  Sides sides{};
  for (auto& side : sides) side = blend_uniform(person, random.uniform(), kSameOnBothSides);
  return sides;
}

Regions draw_regions(Random& random) {
  const double person = random.uniform();
  const auto region = [&] { return blend_uniform(person, random.uniform(), 0.6); };
  Regions regions;
  regions.forehead = region();
  for (auto& cheek : regions.cheek) cheek = region();
  regions.chin = region();
  return regions;
}

void draw_looks(Traits& traits, Random& random) {
  traits.female = random.chance(0.5);
  traits.skin_tone = random.uniform();
  traits.hair_tone = random.uniform();
  traits.width = random.uniform(0.95, 1.05);
  traits.height = random.uniform(0.96, 1.04);
}

void draw_spots(Traits& traits, Random& random) {
  const double person = random.uniform();
  traits.other_spots = person;
  traits.forehead_spots = blend_uniform(person, random.uniform(), 0.7);
  for (auto& cheek : traits.cheek_spots) cheek = blend_uniform(person, random.uniform(), 0.7);
}

std::size_t side_index(Facepart facepart) noexcept { return info(facepart).side == Side::right ? 1U : 0U; }

}  // namespace

double Regions::at(Facepart facepart) const {
  switch (facepart) {
    case Facepart::forehead:
      return forehead;
    case Facepart::left_cheek:
    case Facepart::right_cheek:
      return cheek[side_index(facepart)];
    case Facepart::chin:
      return chin;
    default:
      throw std::invalid_argument("no instrument touches the " + std::string(info(facepart).name));
  }
}

Traits draw_traits(std::uint64_t seed) {
  Random random{seed};
  Traits traits;
  traits.seed = random.bits();
  draw_looks(traits, random);
  traits.forehead_wrinkle = random.uniform();
  traits.glabella_wrinkle = random.uniform();
  traits.crow_feet = draw_sides(random);
  for (std::size_t side = 0; side < 2; ++side) {
    traits.crow_depth[side] = blend_uniform(traits.crow_feet[side], random.uniform(), 0.7);
  }
  traits.pores = draw_sides(random);
  draw_spots(traits, random);
  traits.lip_dryness = random.uniform();
  traits.sagging = random.uniform();
  traits.moisture = draw_regions(random);
  traits.firmness = draw_regions(random);
  return traits;
}

double strength(const Traits& traits, const Sign& grade_sign) {
  const auto side = side_index(grade_sign.facepart);
  switch (grade_sign.facepart) {
    case Facepart::forehead:
      return grade_sign.item == Item::wrinkle ? traits.forehead_wrinkle : traits.forehead_spots;
    case Facepart::glabella:
      return traits.glabella_wrinkle;
    case Facepart::left_eye_corner:
    case Facepart::right_eye_corner:
      return traits.crow_feet[side];
    case Facepart::left_cheek:
    case Facepart::right_cheek:
      return grade_sign.item == Item::pore ? traits.pores[side] : traits.cheek_spots[side];
    case Facepart::lips:
      return traits.lip_dryness;
    case Facepart::chin:
      return traits.sagging;
    case Facepart::face:
      break;
  }
  throw std::invalid_argument("no sign is drawn for " + std::string(grade_sign.key));
}

int grade_of(double strength, const Sign& grade_sign) noexcept {
  const int top = seen_max_grade(grade_sign);
  return std::clamp(static_cast<int>(strength * (top + 1)), 0, top);
}

int seen_max_grade(const Sign& grade_sign) noexcept {
  constexpr int kSeenForeheadWrinkle = 6;
  return grade_sign.facepart == Facepart::forehead && grade_sign.item == Item::wrinkle ? kSeenForeheadWrinkle
                                                                                       : grade_sign.max_grade;
}

}  // namespace skingauge::face
