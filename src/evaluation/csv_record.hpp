// A record of a CSV with its header: fields by name, and what they tell of a photograph.
#pragma once

#include "skingauge/evaluation_data.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

/// The columns of a header line; names compare without case.
class CsvHeader {
 public:
  explicit CsvHeader(const std::string& line);
  [[nodiscard]] bool has(const std::string& column) const { return places_.contains(column); }
  /// Splits a record's line.
  [[nodiscard]] std::vector<std::string> split(const std::string& line) const;
  /// The field of a column; empty where the column or the field is missing.
  [[nodiscard]] std::string field(const std::vector<std::string>& record, const std::string& column) const;
  [[nodiscard]] std::size_t size() const noexcept { return columns_; }

 private:
  char separator_;
  std::size_t columns_{0};
  std::map<std::string, std::size_t> places_;
};

/// A whole finite number, or empty.
std::optional<double> parse_number(const std::string& text);
std::optional<int> parse_int(const std::string& text);

/// The photograph of a record: what its name tells, then what the optional columns tell. `problem` is set to
/// what cannot be read in one of them.
PhotoFacts photo_facts_of(const CsvHeader& header, const std::vector<std::string>& record,
                          std::string& problem);

}  // namespace skingauge
