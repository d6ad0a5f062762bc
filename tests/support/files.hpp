// Whole files written and read by tests.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace skingauge::test {

/// Writes a file and the folders above it.
inline void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream(file, std::ios::binary) << bytes;
}

inline std::string read_bytes(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

}  // namespace skingauge::test
