#include "runtime/multiply_add_limit.hpp"

#include "runtime/multiply_add_loops.hpp"

#include <array>
#include <barrier>
#include <chrono>
#include <numeric>
#include <thread>
#include <vector>

namespace skingauge {
namespace {

using Clock = std::chrono::steady_clock;
using FourFloats = float __attribute__((vector_size(16)));

constexpr std::size_t kChains = 12;

// Vectors of the compiler's own: four floats are in registers on every CPU this builds for.
void portable_fp32(std::int64_t passes) {
  volatile float given = 0.5F;
  std::array<FourFloats, kChains> sums{};
  for (std::size_t j = 0; j < kChains; ++j) sums[j] += static_cast<float>(j);
  for (std::int64_t i = 0; i < passes; ++i) {
    const float half = given;
    for (auto& sum : sums) sum = sum * half + half;
  }
  for (const auto& sum : sums) given = given + sum[0];
}

// Operations a second of the calling thread.
double rate(const MultiplyAddLoop& loop, double seconds) {
  constexpr double kChunk = 1e-3;
  std::int64_t passes = 1024;
  double chunk = 0;
  while (chunk < kChunk) {  // also warms the core up
    passes *= 2;
    const auto start = Clock::now();
    loop.run(passes);
    chunk = std::chrono::duration<double>(Clock::now() - start).count();
  }
  const auto start = Clock::now();
  double done = 0;
  double passed = 0;
  do {
    loop.run(passes);
    done += loop.operations * static_cast<double>(passes);
    passed = std::chrono::duration<double>(Clock::now() - start).count();
  } while (passed < seconds);
  return done / passed;
}

}  // namespace

std::string_view to_string(Arithmetic arithmetic) noexcept {
  switch (arithmetic) {
    case Arithmetic::fp32:
      return "fp32";
    case Arithmetic::bf16:
      return "bf16";
    case Arithmetic::int8:
      return "int8";
  }
  return "unknown";
}

std::optional<MultiplyAddLoop> multiply_add_loop(Arithmetic arithmetic) {
  if (auto loop = special_multiply_add_loop(arithmetic)) return loop;
  if (arithmetic != Arithmetic::fp32) return std::nullopt;
  return MultiplyAddLoop{"portable", 2.0 * 4.0 * kChains, portable_fp32};
}

double multiply_add_gflops(const MultiplyAddLoop& loop, int threads, double seconds) {
  std::vector<double> rates(static_cast<std::size_t>(threads));
  std::barrier together(threads);
  {
    std::vector<std::jthread> workers;
    workers.reserve(rates.size());
    for (auto& found : rates) {
      workers.emplace_back([&loop, &found, &together, seconds] {
        together.arrive_and_wait();
        found = rate(loop, seconds);
      });
    }
  }
  return std::accumulate(rates.begin(), rates.end(), 0.0) / 1e9;
}

}  // namespace skingauge
