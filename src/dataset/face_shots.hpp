// Which photographs are taken of a person, and how the head is held in each.
#pragma once

#include "skingauge/synthesis.hpp"

#include "face_geometry.hpp"
#include "face_labels.hpp"
#include "face_portrait.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace skingauge::face {

/// One photograph to be taken.
struct Shot {
  int subject{0};  ///< 1..9999
  PhotoFacts facts;
  std::uint64_t seed{0};  ///< of everything that differs from photograph to photograph

  /// Relative to the data set's folders `img` and `label`: "01/0001".
  [[nodiscard]] std::string folder() const;
};

/// Pose and light of one shot.
struct Take {
  Pose pose;
  Setting setting;
  bool far_turn{false};  ///< turned further than the angle says
};

/// A person in front of the camera.
struct Sitting {
  Traits traits;
  Marks marks;
  Take take;
  Geometry geometry;

  [[nodiscard]] Image photograph(const Shot& shot) const;
};

/// The person of a shot, held and lit for it. `seed` is SynthesisOptions::seed.
Sitting sit(const Shot& shot, std::uint64_t seed, bool awkward);

/// Four digits.
std::string subject_id(int subject);

/// All photographs, by subject, then device and angle.
std::vector<Shot> plan_shots(const SynthesisOptions& options);

/// How the head is held and lit in a shot of this person.
Take direct(const Shot& shot, const Traits& traits, bool awkward);

}  // namespace skingauge::face
