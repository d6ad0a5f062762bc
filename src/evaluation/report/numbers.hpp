// Numbers for people.
#pragma once

#include "skingauge/figure.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace skingauge::report {

inline constexpr std::string_view kNotDefined = "not defined";
/// A head that gives one answer to this share of its crops is said to give it nearly always.
inline constexpr double kNearlyAlways = 0.95;

/// "1,430".
std::string with_thousands(std::int64_t count);
/// The same of a count that is kept as a double.
std::string with_thousands(double count);
/// "1 photograph", "1,430 photographs": an s is added.
std::string counted(std::int64_t count, std::string_view noun);
/// "1 person", "434 people".
std::string counted_people(std::int64_t count);
/// So many decimals, never "-0.0"; "not defined" where the value is not finite.
std::string decimals(double value, int digits);
/// Three significant digits, at most four decimals: "310", "12.3", "0.0757".
std::string significant(double value);
/// "80.9 %" of 0.809.
std::string percent(double share);
/// "80.88 %", "79 %": as many decimals as the share has, at most two.
std::string short_percent(double share);
/// "4.2 s", "3 min 20 s", "1 h 5 min".
std::string duration(double seconds);
/// Few digits for data that is only drawn.
double rounded(double value);

}  // namespace skingauge::report
