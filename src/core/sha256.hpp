// SHA-256 of bytes, as the manifest lists it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace skingauge {

/// Hashes what comes in pieces. Movable; used once.
class Sha256 {
 public:
  Sha256();
  void update(std::span<const std::byte> bytes);
  /// 64 lower-case hex digits of all pieces; nothing may follow.
  [[nodiscard]] std::string hex();

 private:
  struct Free {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, Free> context_;
};

/// 64 lower-case hex digits.
std::string sha256_hex(std::span<const std::byte> bytes);
/// Of a file, read in pieces. Throws DiskError.
std::string sha256_of_file(const std::filesystem::path& file);

}  // namespace skingauge
