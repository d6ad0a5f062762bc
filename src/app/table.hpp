// Tables a person likes to read.
#pragma once

#include <string>
#include <vector>

namespace skingauge::app {

/// Columns padded to their widest cell, two blanks between; counts characters, not bytes. Columns
/// are left-aligned unless `right`.
class Table {
 public:
  struct Column {
    std::string title;
    bool right{false};
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  /// The header, a rule, the rows; each line ends with a newline.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace skingauge::app
