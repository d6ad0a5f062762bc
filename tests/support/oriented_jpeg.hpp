// JPEG files that say how they are stored.
#pragma once

#include <string>

namespace skingauge::test {

/// With an EXIF block that says how the picture is stored, behind start-of-image.
inline std::string oriented(std::string jpeg, int orientation) {
  using namespace std::string_literals;
  const auto value = std::string(1, '\0') + static_cast<char>(orientation);
  return jpeg.insert(2, "\xFF\xE1\x00\x22"s + "Exif\0\0"s + "MM\0*\0\0\0\x08"s +
                            "\0\x01\x01\x12\0\x03\0\0\0\x01"s + value + "\0\0\0\0\0\0"s);
}

}  // namespace skingauge::test
