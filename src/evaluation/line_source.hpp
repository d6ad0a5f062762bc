// A text file, line by line, hashed on the way, in bounded memory.
#pragma once

#include "core/sha256.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>

namespace skingauge {

/// Lines without their ends (LF or CRLF), a byte order mark passed over. A line longer than kLongest bytes
/// comes cut to that length.
class LineSource {
 public:
  static constexpr std::size_t kLongest = std::size_t{4} << 20U;

  /// Throws InputError evaluation-missing.
  LineSource(std::filesystem::path file, std::function<void(std::int64_t, std::int64_t)> progress = {});
  /// False at the end. Throws DiskError where reading fails.
  bool next(std::string& line);
  [[nodiscard]] std::int64_t number() const noexcept { return number_; }  ///< of the last line, from 1
  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
  /// Of the whole file, once next() has answered false.
  [[nodiscard]] std::string sha256() { return hash_.hex(); }
  /// The last line had an end of line.
  [[nodiscard]] bool ended() const noexcept { return ended_; }

 private:
  bool fill();
  Sha256 hash_;
  std::filesystem::path file_;
  std::ifstream stream_;
  std::function<void(std::int64_t, std::int64_t)> progress_;
  std::string buffer_;
  std::size_t place_{0};
  std::int64_t number_{0};
  std::int64_t read_{0};
  std::int64_t size_{0};
  bool ended_{true};
};

}  // namespace skingauge
