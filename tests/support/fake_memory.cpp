#include "support/fake_memory.hpp"

#include <algorithm>
#include <new>

namespace skingauge::test {
namespace {

constexpr std::size_t kAlignment = 256;
constexpr std::size_t kGuard = 256;  // bytes behind a block
constexpr std::byte kGuarded{0x5C};

bool all(const std::byte* at, std::size_t bytes, std::byte value) {
  return std::all_of(at, at + bytes, [&](std::byte b) { return b == value; });
}

std::string name(MemoryPlace place) { return place == MemoryPlace::device ? "device" : "pinned"; }

}  // namespace

void FakeMemory::Delete::operator()(std::byte* memory) const noexcept {
  ::operator delete (memory, std::align_val_t{kAlignment});
}

void* FakeMemory::allocate(MemoryPlace place, std::size_t bytes) {
  if (place == MemoryPlace::device && used(place) + bytes > capacity_) throw std::bad_alloc();
  auto* memory = static_cast<std::byte*>(::operator new (bytes + kGuard, std::align_val_t{kAlignment}));
  std::unique_ptr<std::byte, Delete> owned(memory);
  std::fill_n(memory, bytes, kFresh);
  std::fill_n(memory + bytes, kGuard, kGuarded);
  blocks_.emplace(memory, Block{std::move(owned), place, bytes, false});
  return memory;
}

std::string FakeMemory::release(MemoryPlace place, const void* memory) {
  const auto found = blocks_.find(static_cast<const std::byte*>(memory));
  if (found == blocks_.end()) return "what is released is no block of memory";
  auto& block = found->second;
  if (block.released) return name(place) + " memory is released twice";
  if (block.place != place) return name(block.place) + " memory is released as " + name(place) + " memory";
  block.released = true;
  std::fill_n(block.memory.get(), block.bytes, kReleased);
  return "";
}

std::string FakeMemory::problem(MemoryPlace place, const void* at, std::size_t bytes) const {
  const auto* first = static_cast<const std::byte*>(at);
  const auto after = blocks_.upper_bound(first);
  if (after == blocks_.begin()) return "not in " + name(place) + " memory";
  const auto& block = std::prev(after)->second;
  const auto* end = block.memory.get() + block.bytes;
  if (first >= end + kGuard || block.place != place) return "not in " + name(place) + " memory";
  if (block.released) return "in released memory";
  if (first > end || static_cast<std::size_t>(end - first) < bytes)
    return std::to_string(first + bytes - end) + " bytes beyond its block";
  return "";
}

std::size_t FakeMemory::bytes_of(const void* memory) const {
  const auto found = blocks_.find(static_cast<const std::byte*>(memory));
  return found == blocks_.end() || found->second.released ? 0 : found->second.bytes;
}

std::size_t FakeMemory::used(MemoryPlace place) const {
  std::size_t bytes = 0;
  for (const auto& [at, block] : blocks_) {
    if (!block.released && block.place == place) bytes += block.bytes;
  }
  return bytes;
}

std::vector<std::string> FakeMemory::complaints() const {
  std::vector<std::string> found;
  for (const auto& [at, block] : blocks_) {
    const auto what = std::to_string(block.bytes) + " bytes of " + name(block.place) + " memory";
    if (!block.released) found.push_back("leak: " + what);
    if (!all(at + block.bytes, kGuard, kGuarded)) found.push_back("somebody wrote behind " + what);
    if (block.released && !all(at, block.bytes, kReleased))
      found.push_back("somebody wrote into " + what + " after their release");
  }
  return found;
}

}  // namespace skingauge::test
