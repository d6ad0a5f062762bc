// Memory on large pages, where the system has them: a network reads all its weights once per batch, and with
// pages of 4 KiB the core waits for their addresses (8 % of a float32 network at batch 1,
// docs/performance.md).
#pragma once

#include <cstddef>
#include <memory>

namespace skingauge {

/// At least so many bytes, zeroed, aligned to a large page. Throws std::bad_alloc.
std::shared_ptr<std::byte> huge_memory(std::size_t bytes);

/// Many arrays together on large pages. Not safe from several threads at once.
class HugeArena {
 public:
  /// Aligned to a cache line; lives as long as what is answered. Throws std::bad_alloc.
  std::shared_ptr<std::byte> take(std::size_t bytes);

 private:
  std::shared_ptr<std::byte> slab_;
  std::size_t used_{0};
  std::size_t size_{0};
};

}  // namespace skingauge
