#include "drawn_face.hpp"

#include "face_shots.hpp"

namespace skingauge {

DrawnFace draw_face(std::uint64_t seed) {
  const auto shot = face::plan_shots({.subjects = 1, .seed = seed, .devices = {2}}).front();
  const auto sitting = face::sit(shot, seed, false);
  DrawnFace drawn{sitting.photograph(shot), {}};
  for (const auto& part : faceparts()) {
    drawn.boxes.push_back(
        {part.facepart, sitting.geometry.box(part.facepart, shot.facts.width, shot.facts.height)});
  }
  return drawn;
}

}  // namespace skingauge
