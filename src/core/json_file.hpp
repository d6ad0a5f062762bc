// Reading JSON that may be damaged or hostile: size and depth are bounded, errors name the byte.
#pragma once

#include <cstddef>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace skingauge {

using Json = nlohmann::ordered_json;

struct JsonLimits {
  std::size_t max_bytes{4U << 20U};
  int max_depth{32};
};

/// What is wrong, without the file's name; callers translate it to their own code.
class JsonError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct JsonDocument {
  Json value;
  std::vector<std::string> duplicate_keys;  ///< keys that one object holds twice; the last value is kept
};

/// Parses strict JSON, except that the bare words NaN, Infinity and -Infinity (Python writes them) become
/// strings. Throws JsonError: empty, not UTF-8, byte-order mark, NUL, too deep, trailing bytes, each with its
/// byte offset. Of a key that one object holds twice the last value is kept, as Python's json does.
JsonDocument parse_json(std::string_view text, const JsonLimits& limits = {});

/// The whole of a regular file. Throws JsonError for a missing, unreadable or too large file.
std::string read_text_file(const std::filesystem::path& path, std::size_t max_bytes);

/// Both together.
JsonDocument read_json_file(const std::filesystem::path& path, const JsonLimits& limits = {});

/// A short form of a value for messages: at most 60 bytes, valid UTF-8.
std::string brief(const Json& value);

}  // namespace skingauge
