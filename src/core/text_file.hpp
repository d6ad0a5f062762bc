// Writing files whole or not at all, and the folders they lie in.
#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string_view>

namespace skingauge {

/// Lets `write` fill a temporary file beside `file`, then renames it: readers see the old file or the new
/// one, never half. Throws DiskError naming the file and the system's reason.
void write_whole_file(const std::filesystem::path& file, const std::function<void(std::ostream&)>& write);
/// The same for text that is there already.
void write_text_file(const std::filesystem::path& file, std::string_view text);

/// Makes a folder and those above it where they are not there. Throws DiskError.
void make_folder(const std::filesystem::path& folder);

}  // namespace skingauge
