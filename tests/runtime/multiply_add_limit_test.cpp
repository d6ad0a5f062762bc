#include "runtime/multiply_add_limit.hpp"

#include "skingauge/machine.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

bool has(const std::string& feature) {
  const auto features = describe_machine().cpu_features;
  return std::find(features.begin(), features.end(), feature) != features.end();
}

constexpr std::array kAll{Arithmetic::fp32, Arithmetic::bf16, Arithmetic::int8};

// Multiply-adds of one instruction, from how the vendors describe them.
const std::map<std::string_view, double> kProducts{{"portable", 4},
                                                   {"avx2, fma", 8},
                                                   {"avx512f", 16},
                                                   {"avx512_bf16", 16 * 2},
                                                   {"avx_vnni", 8 * 4},
                                                   {"avx512_vnni", 16 * 4},
                                                   {"amx_bf16", 16 * 16 * 32},
                                                   {"amx_int8", 16 * 16 * 64}};

std::vector<std::string_view> names(Arithmetic arithmetic) {
  std::vector<std::string_view> found;
  for (const auto& loop : multiply_add_loops(arithmetic)) found.push_back(loop.instructions);
  return found;
}

TEST(MultiplyAddLoops, AreThoseOfTheCpuTheFastestFirst) {
  std::vector<std::string_view> fp32;
  if (has("avx512f")) fp32.emplace_back("avx512f");
  if (has("avx2") && has("fma")) fp32.emplace_back("avx2, fma");
  fp32.emplace_back("portable");
  EXPECT_EQ(names(Arithmetic::fp32), fp32);
  std::vector<std::string_view> bf16;
  for (const auto* name : {"amx_bf16", "avx512_bf16"}) {
    if (has(name)) bf16.emplace_back(name);
  }
  EXPECT_EQ(names(Arithmetic::bf16), bf16);
  std::vector<std::string_view> int8;
  for (const auto* name : {"amx_int8", "avx512_vnni", "avx_vnni"}) {
    if (has(name)) int8.emplace_back(name);
  }
  EXPECT_EQ(names(Arithmetic::int8), int8);
}

TEST(MultiplyAddLoop, IsTheFirstOfThem) {
  for (const auto arithmetic : kAll) {
    const auto all = names(arithmetic);
    const auto loop = multiply_add_loop(arithmetic);
    ASSERT_EQ(loop.has_value(), !all.empty());
    if (loop) EXPECT_EQ(loop->instructions, all.front());
  }
}

// All factors are 1, so the accumulators hold how many multiply-adds there were.
TEST(MultiplyAddLoop, DoesAllTheMultiplyAddsThatItCounts) {
  for (const auto arithmetic : kAll) {
    for (const auto& loop : multiply_add_loops(arithmetic)) {
      SCOPED_TRACE(loop.instructions);
      const double chains = loop.instructions.starts_with("amx") ? 6 : 12;
      EXPECT_DOUBLE_EQ(loop.operations, 2 * chains * kProducts.at(loop.instructions));
      EXPECT_EQ(loop.run(0), 0);
      EXPECT_EQ(loop.run(1), loop.operations / 2);
      EXPECT_EQ(loop.run(1000), 1000 * loop.operations / 2);
    }
  }
}

TEST(MultiplyAddLoop, CountsTheSameOnThreadsThatRunAtOnce) {
  for (const auto arithmetic : kAll) {
    for (const auto& loop : multiply_add_loops(arithmetic)) {
      std::array<double, 4> sums{};
      {
        std::vector<std::jthread> threads;
        for (auto& sum : sums) threads.emplace_back([&loop, &sum] { sum = loop.run(20'000); });
      }
      EXPECT_THAT(sums, testing::Each(20'000 * loop.operations / 2)) << loop.instructions;
    }
  }
}

TEST(MultiplyAddGflops, RunsOnAsManyThreadsAsAsked) {
  static std::mutex mutex;
  static std::set<std::thread::id> threads;
  const auto plain = *multiply_add_loop(Arithmetic::fp32);
  const MultiplyAddLoop noted{plain.instructions, plain.operations, [](std::int64_t passes) {
                                {
                                  const std::lock_guard lock(mutex);
                                  threads.insert(std::this_thread::get_id());
                                }
                                return multiply_add_loop(Arithmetic::fp32)->run(passes);
                              }};
  EXPECT_GT(multiply_add_gflops(noted, 3, 0.01), 0);
  EXPECT_EQ(threads.size(), 3);
}

}  // namespace
}  // namespace skingauge
