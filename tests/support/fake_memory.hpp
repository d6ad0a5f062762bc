// Memory of a made-up device: poisoned when fresh and when released, with guards behind each block.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace skingauge::test {

enum class MemoryPlace { device, pinned };

/// Released blocks stay until the end, so that no address is used twice. Not thread-safe.
class FakeMemory {
 public:
  explicit FakeMemory(std::size_t capacity) : capacity_(capacity) {}

  /// Throws std::bad_alloc where the device is full; pinned memory has no limit.
  void* allocate(MemoryPlace place, std::size_t bytes);
  /// What is wrong with releasing it, or empty.
  std::string release(MemoryPlace place, const void* memory);
  /// Why nobody may touch these bytes there, or empty.
  [[nodiscard]] std::string problem(MemoryPlace place, const void* at, std::size_t bytes) const;
  /// The size of a living block; 0 where none begins there.
  [[nodiscard]] std::size_t bytes_of(const void* memory) const;

  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  [[nodiscard]] std::size_t used(MemoryPlace place) const;
  /// Blocks never released, and bytes written that nobody may write.
  [[nodiscard]] std::vector<std::string> complaints() const;

 private:
  struct Delete {
    void operator()(std::byte* memory) const noexcept;
  };
  struct Block {
    std::unique_ptr<std::byte, Delete> memory;
    MemoryPlace place{};
    std::size_t bytes{0};
    bool released{false};
  };

  std::size_t capacity_;
  std::map<const std::byte*, Block> blocks_;
};

/// What fresh memory, released memory and the host's side of a copy not yet done hold.
constexpr std::byte kFresh{0xA5};
constexpr std::byte kReleased{0xDD};
constexpr std::byte kUncopied{0xDB};

}  // namespace skingauge::test
