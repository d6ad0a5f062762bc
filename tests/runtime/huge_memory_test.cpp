#include "runtime/huge_memory.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

std::uintptr_t address(const std::shared_ptr<std::byte>& memory) {
  return reinterpret_cast<std::uintptr_t>(memory.get());
}

TEST(HugeMemory, BeginsOnALargePageAndIsZero) {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{3} << 20U}) {
    const auto memory = huge_memory(bytes);
    EXPECT_EQ(address(memory) % (2U << 20U), 0U);
    EXPECT_TRUE(
        std::all_of(memory.get(), memory.get() + bytes, [](std::byte b) { return b == std::byte{0}; }));
    std::memset(memory.get(), 7, bytes);  // all of it can be written
  }
}

TEST(HugeArena, ArraysDoNotOverlapAndOutliveTheArena) {
  std::vector<std::shared_ptr<std::byte>> arrays;
  constexpr std::size_t kBytes = 5'000'001;
  {
    HugeArena arena;
    for (int i = 0; i < 9; ++i) {
      arrays.push_back(arena.take(kBytes));
      std::memset(arrays.back().get(), i, kBytes);
    }
    arrays.push_back(arena.take(std::size_t{40} << 20U));  // larger than what is taken at once
  }
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_EQ(address(arrays[i]) % 64, 0U);
    EXPECT_TRUE(std::all_of(arrays[i].get(), arrays[i].get() + kBytes,
                            [&](std::byte b) { return b == static_cast<std::byte>(i); }));
  }
}

}  // namespace
}  // namespace skingauge
