// Comma-separated values (RFC 4180), one record a line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace skingauge::csv {

/// The separator of a header line: the commonest of comma, semicolon and tab outside quotes.
char separator_of(std::string_view header);
/// The fields of a record, quotes and blanks around them removed. A quote left open ends with the line.
std::vector<std::string> split(std::string_view line, char separator);
/// A field as it may be written: quoted where it must be. A text that a spreadsheet would take for a formula
/// gets an apostrophe before it.
std::string quoted(std::string_view text);

}  // namespace skingauge::csv
