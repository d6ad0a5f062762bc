// What tells one head from another, wherever heads are counted, compared or kept by name.
#pragma once

#include "skingauge/facepart.hpp"
#include "skingauge/sign.hpp"

#include <compare>
#include <string>

namespace skingauge {

/// One head. A key of the label files is not enough: "l_cheek_pore" is a grade and a measurement. Ordered by
/// task, facepart and key: grades first.
struct HeadId {
  Task task{};
  Facepart facepart{};
  std::string key;  ///< as in the label files, side included: "l_cheek_pore"
  friend auto operator<=>(const HeadId&, const HeadId&) = default;
};

/// "grade/l_cheek_pore": the name in JSON and tables. A key tells its facepart, so the names differ as heads
/// do.
inline std::string to_string(const HeadId& head) {
  return std::string(to_string(head.task)) + "/" + head.key;
}

}  // namespace skingauge
