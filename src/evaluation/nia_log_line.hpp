// One line of a published log, read (protocol, section 7; both spellings).
#pragma once

#include "skingauge/sign.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace skingauge::nia_log {

/// "Sub_0120_Equ_01_Angle_Ft_Area_6(pore)==> Pred: 2  /  Gt: 3  ==> True "
struct Head {
  std::string photo;  ///< "0120_01_Ft"
  int facepart{0};
  std::string item;
  Task task{};
  double answer{0};
  double truth{0};
  bool hit{false};  ///< grades
  double error{0};  ///< measurements
};
/// "pigmentation: 50.0%(T: 31 / F: 31) // wrinkle: ..." or "count: 0.2711 // moisture: ..."
struct Running {
  struct Item {
    std::string name;
    std::string figure;  ///< as printed, without %
    long long hits{0};
    long long misses{0};
  };
  Task task{};
  std::vector<Item> items;
};
/// "[21 / 22]Total Average Acc => 47.74%"; the count may be missing.
struct Total {
  Task task{};
  std::string figure;  ///< as printed, without %
};
struct Rule {};    ///< a photograph ends
struct Finish {};  ///< the log does
struct Blank {};

using Line = std::variant<Blank, Head, Running, Total, Rule, Finish>;

/// Empty where the line is none of these. The time before it may be missing.
std::optional<Line> parse(std::string_view line);

}  // namespace skingauge::nia_log
