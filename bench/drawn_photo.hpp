// The photograph that the benchmarks work on.
#pragma once

#include "skingauge/ensemble.hpp"

#include "app/bench_input.hpp"
#include "app/regions.hpp"
#include "dataset/drawn_face.hpp"

#include <string>

namespace skingauge::bench {

/// Drawn once a program.
inline const DrawnFace& drawn_face() {
  static const DrawnFace face = draw_face(app::kDrawnSeed);
  return face;
}

/// As a JPEG, drawn and compressed once a program.
inline const std::string& drawn_jpeg() {
  static const std::string jpeg = encode_jpeg(drawn_face().photo);
  return jpeg;
}

inline double drawn_megapixels() {
  return 1e-6 * static_cast<double>(drawn_face().photo.pixels().size()) / 3;
}

}  // namespace skingauge::bench
