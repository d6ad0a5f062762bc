// Text in the encodings that other programs save it in.
#pragma once

#include "evaluation/text_encoding.hpp"

#include <string>

namespace skingauge::test {

/// UTF-16 of a text without characters beyond U+FFFF, with or without its byte order mark.
inline std::string utf16(const std::string& utf8, TextEncoding encoding, bool mark) {
  std::string bytes;
  const auto put = [&](unsigned unit) {
    const char low = static_cast<char>(unit & 0xFFU);
    const char high = static_cast<char>(unit >> 8U);
    if (encoding == TextEncoding::utf16_be) {
      bytes += {high, low};
    } else {
      bytes += {low, high};
    }
  };
  if (mark) put(0xFEFF);
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = [&](std::size_t at) {
      return static_cast<unsigned>(static_cast<unsigned char>(utf8[at]));
    };
    if (byte(i) < 0x80) {
      put(byte(i));
    } else if (byte(i) < 0xE0) {
      put((byte(i) & 0x1FU) << 6U | (byte(i + 1) & 0x3FU));
      i += 1;
    } else {
      put((byte(i) & 0x0FU) << 12U | (byte(i + 1) & 0x3FU) << 6U | (byte(i + 2) & 0x3FU));
      i += 2;
    }
  }
  return bytes;
}

}  // namespace skingauge::test
