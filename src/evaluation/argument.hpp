// Errors of accumulators: std::invalid_argument that names the argument, what was found and what was
// expected.
#pragma once

#include <cmath>
#include <stdexcept>
#include <string>

namespace skingauge {

[[noreturn]] inline void bad_argument(const std::string& name, const std::string& found,
                                      const std::string& expected) {
  throw std::invalid_argument(name + ": found " + found + ", expected " + expected);
}

inline void require_at_least(const char* name, long long found, long long least) {
  if (found < least) bad_argument(name, std::to_string(found), "at least " + std::to_string(least));
}

/// 0..count-1.
inline void require_index(const char* name, long long found, long long count) {
  if (found < 0 || found >= count) {
    bad_argument(name, std::to_string(found), "0.." + std::to_string(count - 1));
  }
}

inline void require_size(const char* name, std::size_t found, std::size_t expected) {
  if (found != expected) {
    bad_argument(name, std::to_string(found) + " values", std::to_string(expected) + " values");
  }
}

inline void require_finite(const char* name, double found) {
  if (!std::isfinite(found)) bad_argument(name, std::to_string(found), "a finite number");
}

/// Weights and weighted counts: as far as a double counts exactly.
inline void require_weight(const char* name, double found) {
  if (!(found >= 0 && found <= 0x1p53)) bad_argument(name, std::to_string(found), "a number 0..2^53");
}

}  // namespace skingauge
