// A validation's figures as a person reads them.
#pragma once

#include "skingauge/summary.hpp"

#include <string>

namespace skingauge::app {

std::string validation_text(const RunFacts& facts, const Evaluations& evaluations);

}  // namespace skingauge::app
