#include "dataset/box_json.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace skingauge {

std::optional<ParsedBox> parse_box(const Json& value) {
  constexpr double kFarthest = 1 << 20;
  const auto usable = [](const Json& v) { return v.is_number() && std::abs(v.get<double>()) <= kFarthest; };
  if (!value.is_array() || value.size() != 4 || !std::all_of(value.begin(), value.end(), usable))
    return std::nullopt;
  std::array<int, 4> corner{};
  for (std::size_t i = 0; i < 4; ++i) corner[i] = static_cast<int>(value[i].get<double>());
  return ParsedBox{Box::from_corners(corner[0], corner[1], corner[2], corner[3]),
                   corner[0] > corner[2] || corner[1] > corner[3]};
}

}  // namespace skingauge
