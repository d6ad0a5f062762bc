#include "runtime/multiply_add_loops.hpp"

#include <immintrin.h>

namespace skingauge {
namespace {

// Each loop is compiled for its own instructions and runs only where the CPU has them. Twelve chains are more
// than any core's latency times ports, and with two operands they fit into sixteen registers. The empty asm
// hides that all chains hold the same value.
constexpr int kChains = 12;

__attribute__((target("avx512f"))) void fp32_avx512(std::int64_t passes) {
  __m512 half = _mm512_set1_ps(0.5F);
  __m512 sums[kChains];
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : "=v"(sum) : "0"(half));
  for (std::int64_t i = 0; i < passes; ++i) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm512_fmadd_ps(sum, half, half);
    asm volatile("" : "+v"(half));
  }
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : : "v"(sum));
}

__attribute__((target("avx2,fma"))) void fp32_avx2(std::int64_t passes) {
  __m256 half = _mm256_set1_ps(0.5F);
  __m256 sums[kChains];
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : "=x"(sum) : "0"(half));
  for (std::int64_t i = 0; i < passes; ++i) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm256_fmadd_ps(sum, half, half);
    asm volatile("" : "+x"(half));
  }
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : : "x"(sum));
}

__attribute__((target("avx512f,avx512bw,avx512bf16"))) void bf16_avx512(std::int64_t passes) {
  __m512i ones = _mm512_set1_epi16(0x3f80);  // 1 as a bfloat16
  __m512 sums[kChains];
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : "=v"(sum) : "0"(_mm512_setzero_ps()));
  for (std::int64_t i = 0; i < passes; ++i) {
#pragma GCC unroll 12
    for (auto& sum : sums)
      sum = _mm512_dpbf16_ps(sum, reinterpret_cast<__m512bh>(ones), reinterpret_cast<__m512bh>(ones));
    asm volatile("" : "+v"(ones));
  }
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : : "v"(sum));
}

__attribute__((target("avx512f,avx512bw,avx512vnni"))) void int8_avx512(std::int64_t passes) {
  __m512i ones = _mm512_set1_epi8(1);
  __m512i sums[kChains];
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : "=v"(sum) : "0"(_mm512_setzero_si512()));
  for (std::int64_t i = 0; i < passes; ++i) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm512_dpbusd_epi32(sum, ones, ones);
    asm volatile("" : "+v"(ones));
  }
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : : "v"(sum));
}

// `products`: multiply-adds of one instruction.
MultiplyAddLoop loop(std::string_view instructions, int products, void (*run)(std::int64_t)) {
  return {instructions, 2.0 * products * kChains, run};
}

}  // namespace

std::optional<MultiplyAddLoop> special_multiply_add_loop(Arithmetic arithmetic) {
  const bool avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
  switch (arithmetic) {
    case Arithmetic::fp32:
      if (avx512) return loop("avx512f", 16, fp32_avx512);
      if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return loop("avx2, fma", 8, fp32_avx2);
      break;
    case Arithmetic::bf16:
      if (avx512 && __builtin_cpu_supports("avx512bf16")) return loop("avx512_bf16", 32, bf16_avx512);
      break;
    case Arithmetic::int8:
      if (avx512 && __builtin_cpu_supports("avx512vnni")) return loop("avx512_vnni", 64, int8_avx512);
      break;
  }
  return std::nullopt;
}

}  // namespace skingauge
