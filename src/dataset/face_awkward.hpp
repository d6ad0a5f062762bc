// Cases that the real data holds too and that a reader must cope with; all of them are valid data.
#pragma once

#include "skingauge/synthesis.hpp"

#include "face_random.hpp"

#include <nlohmann/json.hpp>

namespace skingauge::face {

/// Turns a few percent of labels awkward: null boxes, swapped corners, null blocks, failed readings and null
/// values. Each change is counted in the report.
void make_awkward(nlohmann::ordered_json& label, Random& random, SynthesisReport& report);

}  // namespace skingauge::face
