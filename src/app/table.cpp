#include "app/table.hpp"

#include <algorithm>

namespace skingauge::app {
namespace {

// Characters of UTF-8 text: every byte but the continuation bytes.
std::size_t length(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

std::string Table::text() const {
  std::vector<std::size_t> widths;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    std::size_t width = length(columns_[c].title);
    for (const auto& row : rows_) width = std::max(width, length(row[c]));
    widths.push_back(width);
  }
  const auto line = [&](const auto& cell) {
    std::string text;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const std::string pad(widths[c] - length(cell(c)), ' ');
      text += columns_[c].right ? pad + cell(c) : cell(c) + pad;
      text += "  ";
    }
    return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  };
  std::string text = line([&](std::size_t c) { return columns_[c].title; });
  std::size_t total = 0;
  for (const auto width : widths) total += width + 2;
  text += std::string(total - 2, '-') + "\n";
  for (const auto& row : rows_) text += line([&](std::size_t c) { return row[c]; });
  return text;
}

}  // namespace skingauge::app
