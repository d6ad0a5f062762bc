// Numbers for JSON: short, and reading back to the same float32.
#pragma once

#include "core/json_file.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <vector>

namespace skingauge {

/// The double whose shortest digits are those of the float: 0.1F becomes 0.1, not 0.10000000149.
inline double short_double(float value) {
  std::array<char, 64> text{};
  std::to_chars(text.data(), text.data() + text.size() - 1, value);
  return std::strtod(text.data(), nullptr);
}

inline Json short_numbers(const std::vector<float>& values) {
  Json list = Json::array();
  for (const float value : values) list.push_back(short_double(value));
  return list;
}

/// null where a figure is not defined.
inline Json number_or_null(const std::optional<double>& value) {
  return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

}  // namespace skingauge
