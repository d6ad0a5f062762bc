// A box as JSON writes it.
#pragma once

#include "skingauge/box.hpp"

#include "core/json_file.hpp"

#include <optional>

namespace skingauge {

struct ParsedBox {
  Box box;  ///< corners sorted
  bool corners_swapped{false};
};

/// [x1, y1, x2, y2], two opposite corners; fractions are truncated as the published program does. Empty for
/// anything but four finite numbers of at most 2^20.
std::optional<ParsedBox> parse_box(const Json& value);

}  // namespace skingauge
