// One drawn face in memory, for measurements where no data set is at hand.
#pragma once

#include "skingauge/boxes_file.hpp"
#include "skingauge/image.hpp"

#include <cstdint>
#include <vector>

namespace skingauge {

/// A photograph as `synthesize` draws it, and where its nine faceparts lie.
struct DrawnFace {
  Image photo;                     ///< 2448 x 3264 px
  std::vector<FacepartBox> boxes;  ///< all nine, by number
};

/// The same seed, the same face: person 1 of `synthesize` with this seed, as the tablet sees it from the
/// front.
DrawnFace draw_face(std::uint64_t seed);

}  // namespace skingauge
