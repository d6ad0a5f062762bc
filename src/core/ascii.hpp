// Letters and digits of ASCII, whatever the locale.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace skingauge {

inline std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  return text;
}

/// Two digits a byte: "0fa3", or with `between` a space "0f a3".
inline std::string hex(std::span<const std::byte> bytes, std::string_view between = {}) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * (2 + between.size()));
  for (const auto byte : bytes) {
    if (!text.empty()) text += between;
    text += kDigits[std::to_integer<std::size_t>(byte >> 4U)];
    text += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return text;
}

}  // namespace skingauge
