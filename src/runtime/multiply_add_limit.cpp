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
double portable_fp32(std::int64_t passes) {
  volatile float given = 1;
  std::array<FourFloats, kChains> sums{};
  for (std::int64_t i = 0; i < passes; ++i) {
    const float one = given;
    for (auto& sum : sums) sum = sum * one + one;
  }
  double total = 0;
  for (const auto& sum : sums) total += double{sum[0]} + double{sum[1]} + double{sum[2]} + double{sum[3]};
  return total;
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
  const auto loops = multiply_add_loops(arithmetic);
  return loops.empty() ? std::nullopt : std::optional(loops.front());
}

std::vector<MultiplyAddLoop> multiply_add_loops(Arithmetic arithmetic) {
  auto loops = special_multiply_add_loops(arithmetic);
  if (arithmetic == Arithmetic::fp32) loops.push_back({"portable", 2.0 * 4.0 * kChains, portable_fp32});
  return loops;
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
