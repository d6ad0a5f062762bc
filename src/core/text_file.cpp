#include "text_file.hpp"

#include "skingauge/error.hpp"

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

#include <unistd.h>

namespace skingauge {

void write_whole_file(const std::filesystem::path& file, const std::function<void(std::ostream&)>& write) {
  auto temporary = file;
  temporary += "." + std::to_string(getpid()) + "-" + std::to_string(gettid()) + ".part";
  errno = 0;
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  try {
    if (out) write(out);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(temporary, ignored);
    throw;
  }
  out.close();
  std::error_code ec(errno, std::generic_category());
  if (out) {
    std::filesystem::rename(temporary, file, ec);
    if (!ec) return;
  }
  std::error_code ignored;
  std::filesystem::remove(temporary, ignored);
  throw DiskError(ErrorCode::io_failed, file.string() + ": cannot be written: " + ec.message());
}

void write_text_file(const std::filesystem::path& file, std::string_view text) {
  write_whole_file(
      file, [&](std::ostream& out) { out.write(text.data(), static_cast<std::streamsize>(text.size())); });
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code ec;
  std::filesystem::create_directories(folder, ec);
  if (ec || !std::filesystem::is_directory(folder)) {
    throw DiskError(ErrorCode::io_failed,
                    folder.string() + ": folder cannot be made: " + (ec ? ec.message() : "a file is there"));
  }
}

}  // namespace skingauge
