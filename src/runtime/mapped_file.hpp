// A file as memory that is only read.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

namespace skingauge {

/// Its pages are shared with other processes that map it. Replacing the file (as writers here do) leaves the
/// mapping as it was.
class MappedFile {
 public:
  /// Throws std::system_error.
  explicit MappedFile(const std::filesystem::path& file);
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();

  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }

 private:
  std::span<std::byte> bytes_;
};

}  // namespace skingauge
