#include "ensemble/pixel_pool.hpp"

#include <memory>
#include <new>
#include <utility>

namespace skingauge {

PinnedMemory PixelPool::make() {
  PinnedMemory block(*device_, block_bytes_);
  const std::lock_guard lock(mutex_);
  free_.reserve(++made_);  // so that giving back never needs memory
  return block;
}

PixelMemory PixelPool::lend(std::size_t bytes) {
  if (bytes > block_bytes_) throw std::bad_alloc();
  PinnedMemory block;
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      block = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (!block) block = make();
  auto lent = std::make_shared<PinnedMemory>(std::move(block));
  return {reinterpret_cast<std::uint8_t*>(lent->get()), [this, lent](std::uint8_t* /*pixels*/) {
            const std::lock_guard lock(mutex_);
            free_.push_back(std::move(*lent));
          }};
}

}  // namespace skingauge
