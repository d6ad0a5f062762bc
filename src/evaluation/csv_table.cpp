#include "evaluation/csv_table.hpp"

#include "core/ascii.hpp"

#include <iterator>
#include <utility>

namespace skingauge {

CsvTable::CsvTable(LineSource& lines, const std::string& first)
    : lines_(&lines), returns_end_lines_(first.find('\r') != std::string::npos) {
  split(first, lines.end_of_line());
  read_header();
}

// Where the file's lines end with CR, LineSource finds none of them.
void CsvTable::split(const std::string& text, std::string_view end) {
  std::size_t start = 0;
  for (auto at = text.find('\r'); returns_end_lines_ && at != std::string::npos;
       at = text.find('\r', start)) {
    pending_.push_back({text.substr(start, at - start), "\r", lines_->number() + returns_++, false});
    start = at + 1;
  }
  pending_.push_back({text.substr(start), std::string(end), lines_->number() + returns_,
                      text.size() >= LineSource::kLongest});
}

bool CsvTable::take(Line& line) {
  if (pending_.empty()) {
    std::string text;
    if (!lines_->next(text)) return false;
    split(text, lines_->end_of_line());
  }
  line = std::move(pending_.front());
  pending_.pop_front();
  return true;
}

void CsvTable::put_back(std::vector<Line>& lines, std::size_t from) {
  const auto first = std::next(lines.begin(), static_cast<std::ptrdiff_t>(from));
  pending_.insert(pending_.begin(), std::make_move_iterator(first), std::make_move_iterator(lines.end()));
  lines.erase(first, lines.end());
}

// One record and the lines it was made of. Where its quotes do not close, or close in the middle of a text,
// the first line alone is taken and is the problem.
bool CsvTable::read(CsvRecord& record, std::vector<Line>& taken) {
  csv::Splitter splitter(separator_);
  std::size_t bytes = 0;
  bool cut = false;
  do {
    Line line;
    if (bytes > kLongestRecord || !take(line)) break;
    if (!taken.empty()) splitter.add(taken.back().end);
    splitter.add(line.text);
    bytes += line.text.size() + 1;
    cut = cut || line.cut;
    taken.push_back(std::move(line));
  } while (splitter.open());
  if (taken.empty()) return false;
  record.line = taken.front().number;
  record.problem = splitter.open() ? "found a quote that is never closed" : "";
  if (taken.size() > 1 && splitter.torn())
    record.problem = "found a quote that closes in the middle of a field";
  if (cut) record.problem = "found a line of more than " + std::to_string(LineSource::kLongest) + " bytes";
  record.fields = splitter.take();
  if (!record.problem.empty()) put_back(taken, 1);
  return true;
}

void CsvTable::read_header() {
  CsvRecord best;
  for (const char separator : csv::kSeparators) {
    const auto before = std::exchange(separator_, separator);
    CsvRecord header;
    std::vector<Line> taken;
    read(header, taken);
    put_back(taken, 0);
    if (header.fields.size() > best.fields.size()) {
      best = std::move(header);
    } else {
      separator_ = before;
    }
  }
  std::vector<Line> taken;
  read(best, taken);
  for (const auto& name : best.fields) places_.try_emplace(lower(csv::unescaped(name)), columns_++);
}

bool CsvTable::next(CsvRecord& record) {
  while (true) {
    std::vector<Line> taken;
    if (!read(record, taken)) return false;
    if (taken.size() == 1 && taken.front().text.find_first_not_of(" \t") == std::string::npos) continue;
    if (record.problem.empty() && record.fields.size() != columns_) {
      record.problem =
          "found " + std::to_string(record.fields.size()) + " fields, expected " + std::to_string(columns_);
      put_back(taken, 1);
    }
    for (auto& field : record.fields) field = csv::unescaped(std::move(field));
    return true;
  }
}

std::string CsvTable::field(const CsvRecord& record, const std::string& column) const {
  const auto found = places_.find(column);
  return found == places_.end() ? std::string() : record.fields[found->second];
}

}  // namespace skingauge
