// Files that are not read, known by their first bytes: an error can then say what a photograph really is,
// whatever its name says.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace skingauge {

/// Whether `magic` stands in a file at an offset.
bool starts_with(std::span<const std::byte> bytes, std::string_view magic, std::size_t at = 0) noexcept;

/// Says that a file is no picture of the formats that are read, what it is where that is known, and what
/// helps: "HEIC picture (iPhone), not a JPEG picture (starts with 00 00 00 24); convert it to JPEG".
std::string describe_unreadable(std::span<const std::byte> bytes, std::string_view readable);

}  // namespace skingauge
