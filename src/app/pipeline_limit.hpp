// What the parts of the pipeline, each measured alone, allow the whole.
#pragma once

#include <algorithm>

namespace skingauge::app {

/// Photographs a second where decoding and networks share the cores. Core-seconds are of one photograph.
constexpr double shared_cores_limit(int cores, double decode_core_s, double network_core_s) {
  return cores / (decode_core_s + network_core_s);
}

/// Photographs a second where the networks have a device of their own: of what decoding alone did, on cores
/// or on the device too, and what the networks did alone.
constexpr double own_device_limit(double decoded_photos_per_s, double network_photos_per_s) {
  return std::min(decoded_photos_per_s, network_photos_per_s);
}

}  // namespace skingauge::app
