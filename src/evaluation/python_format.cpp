#include "evaluation/python_format.hpp"

#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>

namespace skingauge {

std::string fixed(double value, int digits) {
  const int size = std::snprintf(nullptr, 0, "%.*f", digits, value);
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(text.data(), text.size(), "%.*f", digits, value);
  text.pop_back();
  return text;
}

// Like Python, printf rounds the exact binary value, half to even.
double python_round(double value, int digits) { return std::strtod(fixed(value, digits).c_str(), nullptr); }

std::string python_repr(double value) {
  std::array<char, 400> buffer{};
  const auto [end, ec] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  std::string text(buffer.data(), end);
  if (text.find('.') == std::string::npos) text += ".0";
  return text;
}

}  // namespace skingauge
