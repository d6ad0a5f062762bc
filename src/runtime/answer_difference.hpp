// Whether a network in some precision answers what it should.
#pragma once

#include "skingauge/engine.hpp"

#include <span>
#include <string>

namespace skingauge {

/// Why these are not the expected answers within what the precision allows (docs/architecture.md), or empty.
std::string answer_difference(std::span<const float> found, std::span<const float> expected,
                              Precision precision);

}  // namespace skingauge
