// What the parts of the pipeline, each measured alone, allow the whole.
#pragma once

#include <algorithm>

namespace skingauge::app {

/// Photographs a second where decoding and networks share the cores. Core-seconds are of one photograph.
constexpr double shared_cores_limit(int cores, double decode_core_s, double network_core_s) {
  return cores / (decode_core_s + network_core_s);
}

/// Photographs a second where the networks have a device of their own, which does `device_photos_per_s`.
constexpr double own_device_limit(int cores, double decode_core_s, double device_photos_per_s) {
  return std::min(cores / decode_core_s, device_photos_per_s);
}

}  // namespace skingauge::app
