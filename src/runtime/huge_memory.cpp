#include "runtime/huge_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <new>

#include <sys/mman.h>

namespace skingauge {
namespace {

constexpr std::size_t kPage = 2U << 20U;
constexpr std::size_t kSlab = 16U << 20U;
constexpr std::size_t kLine = 64;

constexpr std::size_t rounded(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

}  // namespace

std::shared_ptr<std::byte> huge_memory(std::size_t bytes) {
  const auto size = rounded(std::max<std::size_t>(bytes, 1), kPage);
  const auto whole = size + kPage;  // so that a large page begins in it
  void* mapped = mmap(nullptr, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  const auto first = reinterpret_cast<std::uintptr_t>(mapped);
  auto* start = static_cast<std::byte*>(mapped) + (rounded(first, kPage) - first);
  madvise(start, size, MADV_HUGEPAGE);  // a wish: where it is not granted, small pages do
  return {start, [mapped, whole](std::byte*) { munmap(mapped, whole); }};
}

std::shared_ptr<std::byte> HugeArena::take(std::size_t bytes) {
  const auto size = rounded(std::max<std::size_t>(bytes, 1), kLine);
  if (!slab_ || size > size_ - used_) {
    size_ = rounded(std::max(size, kSlab), kPage);
    slab_ = huge_memory(size_);
    used_ = 0;
  }
  auto* place = slab_.get() + used_;
  used_ += size;
  return {slab_, place};
}

}  // namespace skingauge
