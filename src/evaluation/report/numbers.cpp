#include "evaluation/report/numbers.hpp"

#include "evaluation/python_format.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace skingauge::report {

std::string with_thousands(std::int64_t count) {
  std::string text = std::to_string(count);
  const std::size_t first = count < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string with_thousands(double count) {
  return std::isfinite(count) ? with_thousands(static_cast<std::int64_t>(std::llround(count)))
                              : std::string(kNotDefined);
}

std::string counted(std::int64_t count, std::string_view noun) {
  return with_thousands(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

std::string counted_people(std::int64_t count) {
  return count == 1 ? "1 person" : with_thousands(count) + " people";
}

std::string decimals(double value, int digits) {
  if (!std::isfinite(value)) return std::string(kNotDefined);
  auto text = fixed(value, digits);
  if (text.front() == '-' && text.find_first_not_of("-0.") == std::string::npos) text.erase(0, 1);
  return text;
}

std::string significant(double value) {
  if (!std::isfinite(value)) return std::string(kNotDefined);
  const double size = std::abs(value);
  const int before = size > 0 ? static_cast<int>(std::floor(std::log10(size))) : 0;
  return decimals(value, std::clamp(2 - before, 0, 4));
}

std::string percent(double share) {
  return std::isfinite(share) ? decimals(100 * share, 1) + " %" : std::string(kNotDefined);
}

std::string short_percent(double share) {
  auto text = decimals(100 * share, 2);
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text + " %";
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0) return std::string(kNotDefined);
  if (seconds < 60) return decimals(seconds, 1) + " s";
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 3600) return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  return with_thousands(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

double rounded(double value) {
  std::array<char, 64> text{};
  std::to_chars(text.data(), text.data() + text.size() - 1, value, std::chars_format::general, 5);
  return std::strtod(text.data(), nullptr);
}

}  // namespace skingauge::report
