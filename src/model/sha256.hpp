// SHA-256 of bytes, as the manifest lists it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace skingauge {

/// 64 lower-case hex digits.
std::string sha256_hex(std::span<const std::byte> bytes);

}  // namespace skingauge
