#include "evaluation/csv.hpp"

#include <algorithm>
#include <array>

namespace skingauge::csv {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

char separator_of(std::string_view header) {
  constexpr std::array kSeparators{',', ';', '\t'};
  return *std::max_element(kSeparators.begin(), kSeparators.end(), [&](char a, char b) {
    return std::count(header.begin(), header.end(), a) < std::count(header.begin(), header.end(), b);
  });
}

std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> fields;
  std::size_t place = 0;
  while (true) {
    const auto start = line.find_first_not_of(' ', place);
    if (start != std::string_view::npos && line[start] == '"') {
      std::string field;
      std::size_t i = start + 1;
      for (; i < line.size(); ++i) {
        if (line[i] != '"') {
          field += line[i];
        } else if (i + 1 < line.size() && line[i + 1] == '"') {
          field += line[i++];
        } else {
          break;
        }
      }
      fields.push_back(std::move(field));
      place = line.find(separator, std::min(i, line.size()));
    } else {
      const auto end = line.find(separator, place);
      fields.emplace_back(trimmed(line.substr(place, end == std::string_view::npos ? end : end - place)));
      place = end;
    }
    if (place == std::string_view::npos) return fields;
    ++place;
  }
}

std::string quoted(std::string_view text) {
  std::string safe(text);
  if (!safe.empty() && std::string_view("=+@\t\r").find(safe.front()) != std::string_view::npos)
    safe.insert(safe.begin(), '\'');
  if (safe.find_first_of(",;\"\n\r\t") == std::string::npos) return safe;
  std::string out = "\"";
  for (const char c : safe) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace skingauge::csv
