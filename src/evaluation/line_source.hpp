// A text file, line by line, as UTF-8, hashed on the way, in bounded memory.
#pragma once

#include "core/sha256.hpp"
#include "evaluation/text_encoding.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace skingauge {

/// Lines without their ends (LF or CRLF; CR where the file's start has no LF), a byte order mark passed over,
/// UTF-16 turned into UTF-8. A line longer than kLongest bytes comes cut to that length.
class LineSource {
 public:
  static constexpr std::size_t kLongest = std::size_t{4} << 20U;

  /// Throws InputError evaluation-missing; evaluation-format where the file is UTF-32 or packed.
  LineSource(std::filesystem::path file, std::function<void(std::int64_t, std::int64_t)> progress = {});
  /// False at the end. Throws DiskError where reading fails.
  bool next(std::string& line);
  [[nodiscard]] std::int64_t number() const noexcept { return number_; }  ///< of the last line, from 1
  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
  /// Of the whole file, once next() has answered false.
  [[nodiscard]] std::string sha256() { return hash_.hex(); }
  /// What ended the last line: "\n", "\r\n", "\r", or nothing at the end of the file.
  [[nodiscard]] std::string_view end_of_line() const noexcept;
  /// The last line had an end of line.
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// Of what was read so far: "utf-8", "utf-16le", "utf-16be", "utf-8, partly utf-16le", "not utf-8", "not
  /// utf-8, perhaps cp949".
  [[nodiscard]] std::string_view encoding() const noexcept;
  /// `report` is called with the number of each line that is not well-formed UTF-8, and what it holds, before
  /// next() gives the line as it is.
  void on_not_utf8(std::function<void(std::int64_t line, const std::string& found)> report) {
    report_not_utf8_ = std::move(report);
  }

 private:
  void start();
  bool fill();
  bool read_chunk();
  void check_utf8(std::string& line);
  Sha256 hash_;
  std::filesystem::path file_;
  std::ifstream stream_;
  std::function<void(std::int64_t, std::int64_t)> progress_;
  std::function<void(std::int64_t, const std::string&)> report_not_utf8_;
  std::string buffer_;
  TextEncoding encoding_{TextEncoding::utf8};
  std::optional<Utf16Decoder> decoder_;
  char line_end_{'\n'};
  std::size_t place_{0};
  std::int64_t number_{0};
  std::int64_t read_{0};
  std::int64_t size_{0};
  bool ended_{true};
  bool partly_utf16_{false};
  bool not_utf8_{false};
  bool crlf_{false};
  bool perhaps_cp949_{true};
};

}  // namespace skingauge
