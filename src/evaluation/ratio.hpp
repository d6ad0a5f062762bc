// Means over counts that may be zero.
#pragma once

#include <cstdint>
#include <optional>

namespace skingauge {

/// sum / count; empty, that is not defined, where nothing was counted.
inline std::optional<double> ratio(double sum, std::int64_t count) {
  return count == 0 ? std::nullopt : std::optional(sum / static_cast<double>(count));
}

}  // namespace skingauge
