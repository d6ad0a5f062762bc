#include "evaluation/log_fragments.hpp"

#include "core/ascii.hpp"

#include <algorithm>

namespace skingauge::nia_log {
namespace {

constexpr std::string_view kStamp = "0000-00-00 00:00:00,000";
constexpr char kEscape = '\x1B';
constexpr std::string_view kColourCharacters = "0123456789;";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The length of "[92m" at a place, or 0: what is left of a colour where the escape character was lost.
std::size_t bare_colour_length(std::string_view text, std::size_t at) {
  if (text[at] != '[') return 0;
  const auto end = text.find_first_not_of(kColourCharacters, at + 1);
  return end != std::string_view::npos && end > at + 1 && text[end] == 'm' ? end + 1 - at : 0;
}

// The length of the escape sequence at a place, or 0: "ESC [ ... letter", "ESC ] ... BEL", "ESC c", "^[[92m".
std::size_t escape_length(std::string_view text, std::size_t at) {
  if (text[at] != kEscape) {
    if (!text.substr(at).starts_with("^[") || at + 2 >= text.size()) return bare_colour_length(text, at);
    const auto colour = bare_colour_length(text, at + 2);
    return colour == 0 ? 0 : colour + 2;
  }
  const auto kind = at + 1 < text.size() ? text[at + 1] : '\0';
  auto end = at + 2;
  if (kind == '[') {
    while (end < text.size() && text[end] >= ' ' && text[end] < '@') ++end;
  } else if (kind == ']') {
    while (end < text.size() && text[end] != '\a' && text[end] != kEscape) ++end;
  } else {
    --end;
  }
  return std::min(end + 1, text.size()) - at;
}

std::string without_escapes(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto length = escape_length(text, at);
    if (length == 0) plain += text[at];
    at += std::max<std::size_t>(length, 1);
  }
  return plain;
}

// "INFO " or "[": what a logger writes before its time. Progress bars and heads hold digits.
bool is_logger_prefix(std::string_view text) {
  constexpr std::size_t kLongest = 24;
  return text.size() <= kLongest && std::none_of(text.begin(), text.end(), is_digit);
}

void add_trimmed(std::string_view text, std::vector<std::string>& found) {
  using namespace std::string_view_literals;
  const auto fragment = trimmed(text, " \t\v\f\b\0"sv);
  if (!fragment.empty()) found.emplace_back(fragment);
}

void add_between_stamps(std::string_view text, std::vector<std::string>& found) {
  std::size_t start = 0;
  for (auto at = text.find('-'); at != std::string_view::npos; at = text.find('-', at + 1)) {
    const auto stamp = at < 4 ? 0 : at - 4;
    if (stamp <= start || time_stamp_length(text, stamp) == 0) continue;
    if (is_logger_prefix(text.substr(start, stamp - start))) continue;
    add_trimmed(text.substr(start, stamp - start), found);
    start = stamp;
  }
  add_trimmed(text.substr(start), found);
}

}  // namespace

std::size_t time_stamp_length(std::string_view text, std::size_t at) noexcept {
  if (at + kStamp.size() > text.size()) return 0;
  for (std::size_t i = 0; i < kStamp.size(); ++i) {
    const char c = text[at + i];
    const bool matches = kStamp[i] == '0' ? is_digit(c) : c == kStamp[i] || (kStamp[i] == ',' && c == '.');
    if (!matches) return 0;
  }
  return kStamp.size();
}

std::vector<std::string> fragments(const std::string& line) {
  std::vector<std::string> found;
  const auto plain = without_escapes(line);
  for (std::size_t start = 0; start <= plain.size();) {
    const auto end = std::min(plain.find('\r', start), plain.size());
    add_between_stamps(std::string_view(plain).substr(start, end - start), found);
    start = end + 1;
  }
  return found;
}

}  // namespace skingauge::nia_log
