// A CSV file with a header, record by record.
#pragma once

#include "evaluation/csv.hpp"
#include "evaluation/line_source.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge {

/// A record. `problem` says why it cannot be used; then `fields` means nothing.
struct CsvRecord {
  std::int64_t line{0};  ///< of its beginning, from 1
  std::vector<std::string> fields;
  std::string problem;
};

/// Reads records, not lines: a quoted field may hold separators, quotes and ends of lines. Lines end with LF
/// or CRLF, or with CR where the header's does; elsewhere a lone CR is part of its field, as pandas writes
/// it. The separator is the one of comma, semicolon and tab that parts the header into the most fields. A
/// quote that is never closed costs its own line alone: reading goes on with the next.
class CsvTable {
 public:
  /// A quoted field that has not ended after so many bytes never does.
  static constexpr std::size_t kLongestRecord = std::size_t{1} << 17U;

  /// `first`: the header's first line, which has been read from `lines` already.
  CsvTable(LineSource& lines, const std::string& first);

  /// Names of columns compare without case.
  [[nodiscard]] bool has(const std::string& column) const { return places_.contains(column); }
  /// The next record that is not blank. False at the end.
  bool next(CsvRecord& record);
  /// The field of a column; empty where the column is missing.
  [[nodiscard]] std::string field(const CsvRecord& record, const std::string& column) const;

 private:
  struct Line {
    std::string text;
    std::string end;
    std::int64_t number{0};
    bool cut{false};  ///< longer than what is read of a line
  };
  bool take(Line& line);
  void split(const std::string& text, std::string_view end);
  bool read(CsvRecord& record, std::vector<Line>& taken);
  void put_back(std::vector<Line>& lines, std::size_t from);
  void read_header();

  LineSource* lines_;
  bool returns_end_lines_;
  char separator_{','};
  std::size_t columns_{0};
  std::map<std::string, std::size_t> places_;
  std::int64_t returns_{0};   ///< ends of lines that `lines_` did not count
  std::deque<Line> pending_;  ///< taken from the file, not yet part of a record
};

}  // namespace skingauge
