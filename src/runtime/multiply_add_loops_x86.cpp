#include "skingauge/machine.hpp"

#include "runtime/multiply_add_loops.hpp"

#include <array>

#include <immintrin.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace skingauge {
namespace {

// Each loop is compiled for its own instructions and runs only where the CPU has them. Twelve chains are more
// than any core's latency times ports, and with two operands they fit into sixteen registers. The empty asm
// hides that all chains hold the same value.
constexpr int kChains = 12;

template <class Numbers>
double sum_of(const Numbers& numbers) {
  double sum = 0;
  for (const auto number : numbers) sum += static_cast<double>(number);
  return sum;
}

__attribute__((target("avx512f"))) double fp32_avx512(std::int64_t passes) {
  __m512 ones = _mm512_set1_ps(1);
  __m512 sums[kChains];
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : "=v"(sum) : "0"(_mm512_setzero_ps()));
  for (std::int64_t i = 0; i < passes; ++i) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm512_fmadd_ps(ones, ones, sum);
    asm volatile("" : "+v"(ones));
  }
  double total = 0;
#pragma GCC unroll 12
  for (auto& sum : sums) {
    std::array<float, 16> lanes{};
    _mm512_storeu_ps(lanes.data(), sum);
    total += sum_of(lanes);
  }
  return total;
}

__attribute__((target("avx2,fma"))) double fp32_avx2(std::int64_t passes) {
  __m256 ones = _mm256_set1_ps(1);
  __m256 sums[kChains];
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : "=x"(sum) : "0"(_mm256_setzero_ps()));
  for (std::int64_t i = 0; i < passes; ++i) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm256_fmadd_ps(ones, ones, sum);
    asm volatile("" : "+x"(ones));
  }
  double total = 0;
#pragma GCC unroll 12
  for (auto& sum : sums) {
    std::array<float, 8> lanes{};
    _mm256_storeu_ps(lanes.data(), sum);
    total += sum_of(lanes);
  }
  return total;
}

__attribute__((target("avx512f,avx512bw,avx512bf16"))) double bf16_avx512(std::int64_t passes) {
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
  double total = 0;
#pragma GCC unroll 12
  for (auto& sum : sums) {
    std::array<float, 16> lanes{};
    _mm512_storeu_ps(lanes.data(), sum);
    total += sum_of(lanes);
  }
  return total;
}

__attribute__((target("avx512f,avx512bw,avx512vnni"))) double int8_avx512(std::int64_t passes) {
  __m512i ones = _mm512_set1_epi8(1);
  __m512i sums[kChains];
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : "=v"(sum) : "0"(_mm512_setzero_si512()));
  for (std::int64_t i = 0; i < passes; ++i) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm512_dpbusd_epi32(sum, ones, ones);
    asm volatile("" : "+v"(ones));
  }
  double total = 0;
#pragma GCC unroll 12
  for (auto& sum : sums) {
    std::array<std::int32_t, 16> lanes{};
    _mm512_storeu_si512(lanes.data(), sum);
    total += sum_of(lanes);
  }
  return total;
}

__attribute__((target("avx2,avxvnni"))) double int8_avx2(std::int64_t passes) {
  __m256i ones = _mm256_set1_epi8(1);
  __m256i sums[kChains];
#pragma GCC unroll 12
  for (auto& sum : sums) asm volatile("" : "=x"(sum) : "0"(_mm256_setzero_si256()));
  for (std::int64_t i = 0; i < passes; ++i) {
#pragma GCC unroll 12
    for (auto& sum : sums) sum = _mm256_dpbusd_avx_epi32(sum, ones, ones);
    asm volatile("" : "+x"(ones));
  }
  double total = 0;
#pragma GCC unroll 12
  for (auto& sum : sums) {
    std::array<std::int32_t, 8> lanes{};
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(lanes.data()), sum);
    total += sum_of(lanes);
  }
  return total;
}

// Eight tiles of 16 rows of 64 bytes: six accumulators hide an instruction's latency, two hold the factors.
constexpr int kTileChains = 6;
constexpr int kTileRows = 16;
constexpr int kTileBytes = 64;  // of a row

struct TileConfig {
  std::uint8_t palette{1};
  std::uint8_t start_row{0};
  std::array<std::uint8_t, 14> reserved{};
  std::array<std::uint16_t, 16> row_bytes{};
  std::array<std::uint8_t, 16> rows{};
};
static_assert(sizeof(TileConfig) == 64);

template <class Number>
using Tile = std::array<Number, kTileRows*(kTileBytes / sizeof(Number))>;

// The calling thread's tiles: accumulators 0, factors 1.
__attribute__((target("amx-tile"))) void start_tiles(const void* ones) {
  TileConfig config;
  for (std::size_t tile = 0; tile < 8; ++tile) {
    config.row_bytes[tile] = kTileBytes;
    config.rows[tile] = kTileRows;
  }
  asm volatile("" : : "r"(&config), "r"(ones) : "memory");  // the intrinsics tell of eight bytes only
  _tile_loadconfig(&config);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_loadd(6, ones, kTileBytes);
  _tile_loadd(7, ones, kTileBytes);
}

// Their sum, after which the thread has none.
template <class Number>
__attribute__((target("amx-tile"))) double end_tiles() {
  std::array<Tile<Number>, kTileChains> sums{};
  _tile_stored(0, sums[0].data(), kTileBytes);
  _tile_stored(1, sums[1].data(), kTileBytes);
  _tile_stored(2, sums[2].data(), kTileBytes);
  _tile_stored(3, sums[3].data(), kTileBytes);
  _tile_stored(4, sums[4].data(), kTileBytes);
  _tile_stored(5, sums[5].data(), kTileBytes);
  asm volatile("" : : "r"(sums.data()) : "memory");
  _tile_release();
  double total = 0;
  for (const auto& tile : sums) total += sum_of(tile);
  return total;
}

__attribute__((target("amx-tile,amx-bf16"))) double bf16_amx(std::int64_t passes) {
  Tile<std::uint16_t> ones{};
  ones.fill(0x3f80);  // 1 as a bfloat16
  start_tiles(ones.data());
  for (std::int64_t i = 0; i < passes; ++i) {
    _tile_dpbf16ps(0, 6, 7);
    _tile_dpbf16ps(1, 6, 7);
    _tile_dpbf16ps(2, 6, 7);
    _tile_dpbf16ps(3, 6, 7);
    _tile_dpbf16ps(4, 6, 7);
    _tile_dpbf16ps(5, 6, 7);
  }
  return end_tiles<float>();
}

__attribute__((target("amx-tile,amx-int8"))) double int8_amx(std::int64_t passes) {
  Tile<std::uint8_t> ones{};
  ones.fill(1);
  start_tiles(ones.data());
  for (std::int64_t i = 0; i < passes; ++i) {
    _tile_dpbusd(0, 6, 7);
    _tile_dpbusd(1, 6, 7);
    _tile_dpbusd(2, 6, 7);
    _tile_dpbusd(3, 6, 7);
    _tile_dpbusd(4, 6, 7);
    _tile_dpbusd(5, 6, 7);
  }
  return end_tiles<std::int32_t>();
}

// Linux gives a process the memory that tiles need when it is asked; a system that has no tiles refuses.
bool system_gives_tiles() {
  constexpr long kRequestPermission = 0x1023;
  constexpr long kTileData = 18;
  static const bool given = syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
  return given;
}

bool has_tiles(std::string_view feature) {
  return cpu_has("amx_tile") && cpu_has(feature) && system_gives_tiles();
}

}  // namespace

std::vector<MultiplyAddLoop> special_multiply_add_loops(Arithmetic arithmetic) {
  const bool avx512 = cpu_has("avx512f") && cpu_has("avx512bw");
  std::vector<MultiplyAddLoop> loops;
  // `products`: multiply-adds of one instruction.
  const auto add = [&](bool can, std::string_view instructions, int products, int chains, auto run) {
    if (can) loops.push_back({instructions, 2.0 * products * chains, run});
  };
  switch (arithmetic) {
    case Arithmetic::fp32:
      add(avx512, "avx512f", 16, kChains, fp32_avx512);
      add(cpu_has("avx2") && cpu_has("fma"), "avx2, fma", 8, kChains, fp32_avx2);
      break;
    case Arithmetic::bf16:
      add(has_tiles("amx_bf16"), "amx_bf16", 16 * 16 * 32, kTileChains, bf16_amx);
      add(avx512 && cpu_has("avx512_bf16"), "avx512_bf16", 32, kChains, bf16_avx512);
      break;
    case Arithmetic::int8:
      add(has_tiles("amx_int8"), "amx_int8", 16 * 16 * 64, kTileChains, int8_amx);
      add(avx512 && cpu_has("avx512_vnni"), "avx512_vnni", 64, kChains, int8_avx512);
      add(cpu_has("avx2") && cpu_has("avx_vnni"), "avx_vnni", 32, kChains, int8_avx2);
      break;
  }
  return loops;
}

}  // namespace skingauge
