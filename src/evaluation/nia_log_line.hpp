// One line of a published log, read (protocol, section 7; both spellings).
#pragma once

#include "skingauge/sign.hpp"

#include <cstdint>
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
  double answer{0};  ///< NaN where the line says so; so are truth and error
  double truth{0};
  bool hit{false};  ///< grades
  double error{0};  ///< measurements

  /// Prediction and truth are numbers.
  [[nodiscard]] bool defined() const noexcept;
};
/// "pigmentation: 50.0%(T: 31 / F: 31) // wrinkle: ..." or "count: 0.2711 // moisture: ..."
struct Running {
  struct Item {
    std::string name;
    std::string figure;  ///< as printed, without %; "nan" occurs
    long long hits{0};
    long long misses{0};
  };
  Task task{};
  std::vector<Item> items;
};
/// "[21 / 22]Total Average Acc => 47.74%"; the count may be missing.
struct Total {
  struct Counter {
    std::int64_t photo{0};  ///< from 0
    std::int64_t photos{0};
  };
  Task task{};
  std::string figure;  ///< as printed, without %
  std::optional<Counter> counter;
};
struct Rule {};    ///< a photograph ends
struct Finish {};  ///< a run does
/// What the program prints before its first photograph: "Command Line: ...", "Resuming......", "Inferece
/// ...".
struct Start {
  bool command{false};  ///< the first of them
};
/// Begins like one of the lines above, and is cut or damaged.
struct Broken {};

using Line = std::variant<Head, Running, Total, Rule, Finish, Start, Broken>;

/// Reads a fragment (log_fragments.hpp): before the line, the time, a logger's names and a progress bar may
/// stand. Empty where it is a line of another kind.
std::optional<Line> parse(std::string_view fragment);

}  // namespace skingauge::nia_log
