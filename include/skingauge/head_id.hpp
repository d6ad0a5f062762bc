// What tells one head from another, wherever heads are counted, compared or kept by name.
#pragma once

#include "skingauge/facepart.hpp"
#include "skingauge/sign.hpp"

#include <string>
#include <tuple>

namespace skingauge {

/// One head. A key of the label files is not enough: "l_cheek_pore" is a grade and a measurement. Ordered by
/// task, facepart and key: grades first.
struct HeadId {
  Task task{};
  Facepart facepart{};
  std::string key;  ///< as in the label files, side included: "l_cheek_pore"
  friend bool operator==(const HeadId&, const HeadId&) = default;
  friend bool operator<(const HeadId& a, const HeadId& b) noexcept {
    return std::tie(a.task, a.facepart, a.key) < std::tie(b.task, b.facepart, b.key);
  }
};

/// "grade/l_cheek_pore": the name in JSON and tables. A key tells its facepart, so the names differ as heads
/// do.
inline std::string to_string(const HeadId& head) {
  return std::string(to_string(head.task)) + "/" + head.key;
}

}  // namespace skingauge
