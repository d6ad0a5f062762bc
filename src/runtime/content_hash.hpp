// Tells damaged files from whole ones; no protection against anybody's will.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include <xxhash.h>

namespace skingauge {

inline std::string content_hash(std::span<const std::byte> bytes) {
  return std::to_string(XXH3_64bits(bytes.data(), bytes.size()));
}

}  // namespace skingauge
