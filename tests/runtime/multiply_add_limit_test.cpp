#include "runtime/multiply_add_limit.hpp"

#include "skingauge/machine.hpp"

#include "runtime/multiply_add_loops.hpp"

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

bool has(const std::string& feature) {
  const auto features = describe_machine().cpu_features;
  return std::find(features.begin(), features.end(), feature) != features.end();
}

TEST(MultiplyAddLoop, IsThereWhereTheCpuHasTheInstructions) {
  EXPECT_TRUE(multiply_add_loop(Arithmetic::fp32));
  EXPECT_EQ(multiply_add_loop(Arithmetic::bf16).has_value(), has("avx512_bf16"));
  EXPECT_EQ(multiply_add_loop(Arithmetic::int8).has_value(), has("avx512_vnni"));
  EXPECT_EQ(special_multiply_add_loop(Arithmetic::fp32).has_value(), has("avx2") && has("fma"));
}

TEST(MultiplyAddLoop, RunsAndCountsTwoOperationsEach) {
  for (const auto arithmetic : {Arithmetic::fp32, Arithmetic::bf16, Arithmetic::int8}) {
    const auto loop = multiply_add_loop(arithmetic);
    if (!loop) continue;
    loop->run(3);
    const int lanes = loop->instructions.starts_with("avx512") ? 16
                      : loop->instructions == "avx2, fma"      ? 8
                                                               : 4;
    const int products = arithmetic == Arithmetic::fp32 ? 1 : arithmetic == Arithmetic::bf16 ? 2 : 4;
    EXPECT_DOUBLE_EQ(loop->operations, 2.0 * 12 * lanes * products) << loop->instructions;
  }
}

TEST(MultiplyAddGflops, RunsOnAsManyThreadsAsAsked) {
  static std::mutex mutex;
  static std::set<std::thread::id> threads;
  const auto plain = *multiply_add_loop(Arithmetic::fp32);
  const MultiplyAddLoop noted{plain.instructions, plain.operations, [](std::int64_t passes) {
                                multiply_add_loop(Arithmetic::fp32)->run(passes);
                                const std::lock_guard lock(mutex);
                                threads.insert(std::this_thread::get_id());
                              }};
  EXPECT_GT(multiply_add_gflops(noted, 3, 0.01), 0);
  EXPECT_EQ(threads.size(), 3);
}

}  // namespace
}  // namespace skingauge
