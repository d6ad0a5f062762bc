// predictions.jsonl: one line per head (format 1; docs/formats.md is its contract).
#pragma once

#include "skingauge/outcome.hpp"

#include <iosfwd>
#include <string>
#include <vector>

namespace skingauge {

/// Writes one line per outcome. `logits` adds each grade's logits.
void write_predictions(std::ostream& out, const std::string& photo, const std::vector<HeadOutcome>& outcomes,
                       bool logits = false);

}  // namespace skingauge
