#include "face_marks.hpp"

#include "face_random.hpp"

#include <cmath>
#include <cstdint>
#include <numbers>

namespace skingauge::face {
namespace {

using std::numbers::pi;

constexpr int kPathSteps = 12;

int count_of(double strength, double least, double most) noexcept {
  return static_cast<int>(std::lround(least + (most - least) * strength));
}

double mirror(double a, std::size_t side) noexcept { return side == 0 ? a : 1.0 - a; }

// A path from one point to another that bends sideways in an arc and wavers a little.
std::vector<FacePoint> bend(FacePoint from, FacePoint to, double arc, double waver, Random& random) {
  const double phase = random.uniform(0.0, 2.0 * pi);
  const double waves = random.uniform(1.2, 2.4);
  std::vector<FacePoint> path;
  for (int i = 0; i <= kPathSteps; ++i) {
    const double t = static_cast<double>(i) / kPathSteps;
    const double aside = arc * std::sin(pi * t) + waver * std::sin(2.0 * pi * waves * t + phase);
    const double da = to.a - from.a;
    const double db = to.b - from.b;
    const double length = std::hypot(da, db);
    path.push_back({from.a + da * t - aside * db / length, from.b + db * t + aside * da / length});
  }
  return path;
}

// An area of the face, and what its dots look like.
struct Patch {
  FacePoint middle;
  double half_a;
  double half_b;
};
struct Ink {
  double size;
  double depth;
};

// Dots in a patch, evenly and with a soft rim. More dots leave the first ones where they are.
void scatter(std::vector<Dot>& dots, int count, const Patch& patch, Ink ink, Random& parent) {
  Random random{parent.bits()};
  for (int i = 0; i < count; ++i) {
    const double angle = random.uniform(0.0, 2.0 * pi);
    const double radius = std::sqrt(random.uniform()) + 0.08 * random.normal();
    const auto square = [&](double x) { return radius * std::copysign(std::pow(std::abs(x), 0.75), x); };
    const FacePoint at{patch.middle.a + patch.half_a * square(std::cos(angle)),
                       patch.middle.b + patch.half_b * square(std::sin(angle))};
    dots.push_back({at, ink.size * random.uniform(0.8, 1.2), ink.depth * random.uniform(0.8, 1.2)});
  }
}

void place_spots(Marks& marks, const Traits& traits, Random& random) {
  constexpr Ink kSpot{0.0074, 0.56};
  const auto place = [&](int count, const Patch& patch) {
    scatter(marks.spots, count, patch, kSpot, random);
  };
  place(count_of(traits.forehead_spots, 3, 66), {{.493, .104}, .235, .08});
  for (std::size_t side = 0; side < 2; ++side) {
    place(count_of(traits.cheek_spots[side], 3, 66), {{mirror(.275, side), .564}, .10, .135});
  }
  const int elsewhere = count_of(traits.other_spots, 20, 86);
  place(elsewhere / 4, {{.5, .58}, .07, .1});
  place(elsewhere / 4, {{.5, .93}, .16, .06});
  place(elsewhere / 4, {{.27, .76}, .08, .07});
  place(elsewhere - 3 * (elsewhere / 4), {{.73, .76}, .08, .07});
}

void place_pores(Marks& marks, const Traits& traits, Random& random) {
  constexpr Ink kPore{0.0021, 0.14};
  for (std::size_t side = 0; side < 2; ++side) {
    scatter(marks.pores[side], count_of(traits.pores[side], 140, 1870),
            {{mirror(.285, side), .56}, .105, .135}, kPore, random);
  }
}

void place_glints(Marks& marks, const Traits& traits, Random& random) {
  constexpr Ink kGlint{0.0019, -0.3};
  const auto place = [&](double moisture, const Patch& patch) {
    scatter(marks.glints, count_of(moisture, 0, 150), patch, kGlint, random);
  };
  place(traits.moisture.forehead, {{.495, .105}, .17, .06});
  for (std::size_t side = 0; side < 2; ++side) {
    place(traits.moisture.cheek[side], {{mirror(.27, side), .54}, .075, .1});
  }
  place(traits.moisture.chin, {{.5, .94}, .17, .045});
}

void place_forehead_lines(Marks& marks, const Traits& traits, Random& random) {
  const int lines = static_cast<int>(traits.forehead_wrinkle * 7.0);
  const double strength = traits.forehead_wrinkle;
  for (int i = 0; i < lines; ++i) {
    const double b = .097 + (i - (lines - 1) / 2.0) * .023 + random.uniform(-.003, .003);
    const double reach = (.12 + .1 * strength) * random.uniform(.85, 1.1);
    const double middle = .495 + random.uniform(-.02, .02);
    marks.creases.push_back(
        {bend({middle - reach, b}, {middle + reach, b}, random.uniform(-.006, .004), .0025, random), .0032,
         .14 + .34 * strength});
  }
}

void place_frown_lines(Marks& marks, const Traits& traits, Random& random) {
  const double strength = traits.glabella_wrinkle;
  const int lines = (static_cast<int>(strength * 7.0) + 1) / 2 + (strength > 0.9 ? 1 : 0);
  for (int i = 0; i < lines; ++i) {
    const double a = .497 + (i - (lines - 1) / 2.0) * .028 + random.uniform(-.003, .003);
    const double length = (.03 + .045 * strength) * random.uniform(.9, 1.1);
    marks.creases.push_back({bend({a, .25 - length}, {a + random.uniform(-.006, .006), .25 + length},
                                  random.uniform(-.004, .004), .0012, random),
                             .0026, .1 + .45 * strength});
  }
}

void place_crow_feet(Marks& marks, const Traits& traits, Random& random) {
  for (std::size_t side = 0; side < 2; ++side) {
    Random own{random.bits()};
    const double strength = traits.crow_feet[side];
    const int lines = 2 + static_cast<int>(strength * 7.0);
    const double depth = .05 + .4 * traits.crow_depth[side];
    for (int i = 0; i < lines; ++i) {
      const double turn = 1.5 * (static_cast<double>(i) / (lines - 1) - 0.5) + own.uniform(-.05, .05);
      const double length = (.05 + .025 * strength) * own.uniform(.9, 1.1);
      const double b = .38 + .05 * turn;
      const FacePoint from{mirror(.208, side), b};
      const FacePoint to{mirror(.208 - length, side), b + length * std::sin(turn)};
      marks.creases.push_back({bend(from, to, own.uniform(-.003, .003), .0005, own), .0022, depth});
    }
  }
}

void place_lip_cracks(Marks& marks, const Traits& traits, Random& random) {
  const double strength = traits.lip_dryness;
  const int cracks = count_of(strength, 2, 46);
  for (int i = 0; i < cracks; ++i) {
    const double u = kLipHalfWidth * random.uniform(-.88, .88);
    const bool upper = random.chance(0.4);
    const double edge = upper ? upper_lip(u) : lower_lip(u);
    const double middle = std::lerp(kMouthLine, edge, random.uniform(.4, .6));
    const double half = std::abs(edge - kMouthLine) * random.uniform(.25, .42);
    marks.creases.push_back(
        {bend({.5 + u, middle - half}, {.5 + u * 1.04, middle + half}, 0.0, .0008, random), .0021,
         .25 + .3 * strength});
  }
  const int flakes = count_of(strength * strength, 0, 60);
  for (int i = 0; i < flakes; ++i) {
    const double u = kLipHalfWidth * random.uniform(-.85, .85);
    const double b = std::lerp(upper_lip(u), lower_lip(u), random.uniform(.12, .9));
    marks.flakes.push_back({{.5 + u, b}, .0028 * random.uniform(.7, 1.3), -.3});
  }
}

void place_sagging(Marks& marks, const Traits& traits, Random& random) {
  const double s = traits.sagging;
  for (std::size_t side = 0; side < 2; ++side) {
    const double end = .86 + .12 * s;
    marks.creases.push_back({bend({mirror(.325, side), .825}, {mirror(.285, side), end}, .006, .0008, random),
                             .007, .08 + .4 * s});
    marks.shadows.push_back({{mirror(.27, side), .90}, .022, .34 * s});
    marks.shadows.push_back({{mirror(.30, side), .94}, .02, .24 * s});
    marks.shadows.push_back({{mirror(.235, side), .85}, .02, -.16 * s});
  }
  const double reach = .05 + .09 * s;
  marks.creases.push_back({bend({.5 - reach, .975}, {.5 + reach, .975}, .022, .0004, random), .006, .5 * s});
}

void place_nose_folds(Marks& marks, const Traits& traits, Random& random) {
  for (std::size_t side = 0; side < 2; ++side) {
    const double slack = 1.0 - traits.firmness.cheek[side];
    const double arc = side == 0 ? .012 : -.012;
    marks.creases.push_back({bend({mirror(.398, side), .635}, {mirror(.318, side), .775}, arc, .0004, random),
                             .007, .04 + .2 * slack});
  }
}

}  // namespace

Marks place_marks(const Traits& traits) {
  using Place = void (*)(Marks&, const Traits&, Random&);
  constexpr Place kAll[] = {place_spots,          place_pores,       place_glints,
                            place_forehead_lines, place_frown_lines, place_crow_feet,
                            place_lip_cracks,     place_sagging,     place_nose_folds};
  Marks marks;
  std::uint64_t stream = 0;
  for (const auto place : kAll) {
    // Streams of their own: a stronger sign does not move the others' marks.
    Random random{mix_seed({traits.seed, ++stream})};
    place(marks, traits, random);
  }
  return marks;
}

double upper_lip(double from_middle) noexcept {
  const double t = from_middle / kLipHalfWidth;
  const double bow = .008 * std::exp(-t * t / .02);
  return kMouthLine - .060 * (1.0 - t * t) + bow;
}

double lower_lip(double from_middle) noexcept {
  const double t = from_middle / kLipHalfWidth;
  return kMouthLine + .064 * (1.0 - t * t * t * t);
}

}  // namespace skingauge::face
