// Where buffers lie in one block of memory, so that those never needed together share it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace skingauge {

/// First fit over the buffers in use. Sizes are rounded up to a cache line.
class ArenaPlan {
 public:
  std::size_t take(std::size_t bytes) {
    const auto size = (bytes + kLine - 1) / kLine * kLine;
    std::size_t offset = 0;
    for (const auto& used : used_) {
      if (used.offset >= offset + size) break;
      offset = std::max(offset, used.offset + used.size);
    }
    const auto place =
        std::find_if(used_.begin(), used_.end(), [&](const Block& b) { return b.offset > offset; });
    used_.insert(place, {offset, size});
    bytes_ = std::max(bytes_, offset + size);
    return offset;
  }
  void give_back(std::size_t offset) {
    used_.erase(
        std::remove_if(used_.begin(), used_.end(), [&](const Block& b) { return b.offset == offset; }),
        used_.end());
  }
  /// Of the whole block.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

  static constexpr std::size_t kLine = 64;

 private:
  struct Block {
    std::size_t offset;
    std::size_t size;
  };
  std::vector<Block> used_;  ///< by offset
  std::size_t bytes_{0};
};

}  // namespace skingauge
