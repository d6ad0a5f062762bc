#include "skingauge/dataset.hpp"

#include <algorithm>
#include <cctype>

namespace skingauge {
namespace {

bool digit(char c) noexcept { return c >= '0' && c <= '9'; }

// The leading run of digits or of other bytes.
std::string_view chunk(std::string_view text) noexcept {
  if (text.empty()) return text;
  const bool digits = digit(text.front());
  const auto* end = std::find_if(text.begin(), text.end(), [&](char c) { return digit(c) != digits; });
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

// Numbers of any length: without leading zeros, the longer one is greater.
int compare_numbers(std::string_view a, std::string_view b) noexcept {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) noexcept {
  const auto whole_a = a;
  const auto whole_b = b;
  while (!a.empty() && !b.empty()) {
    const auto left = chunk(a);
    const auto right = chunk(b);
    const bool numbers = digit(left.front()) && digit(right.front());
    const int order = numbers ? compare_numbers(left, right) : left.compare(right);
    if (order != 0) return order < 0;
    a.remove_prefix(left.size());
    b.remove_prefix(right.size());
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;  // "01" and "1": any fixed order will do
}

}  // namespace skingauge
