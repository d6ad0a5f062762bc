// What one line of a log file holds once a terminal's marks are off.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace skingauge::nia_log {

/// The texts that a line of a file is made of: without escape sequences, parted at carriage returns (progress
/// bars write over themselves) and before each time stamp (a run that was cut short leaves a line without an
/// end, and what is appended goes on in it), trimmed. Blank ones are left out.
std::vector<std::string> fragments(const std::string& line);

/// The length of the time stamp "2023-11-25 20:41:16,803" at a place (',' or '.'), or 0.
std::size_t time_stamp_length(std::string_view text, std::size_t at) noexcept;

}  // namespace skingauge::nia_log
