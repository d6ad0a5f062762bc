// How many multiply-adds the cores can do at best: the ceiling of any direct convolution.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace skingauge {

/// What is multiplied; sums are float32, or 32-bit integers for int8.
enum class Arithmetic : std::uint8_t { fp32, bf16, int8 };

/// "fp32", "bf16", "int8": the names of the precisions that compute so.
std::string_view to_string(Arithmetic arithmetic) noexcept;

/// A loop of multiply-adds that stays in registers.
struct MultiplyAddLoop {
  std::string_view instructions;  ///< for people: "avx512f", "amx_bf16"
  double operations{0};           ///< of one pass; a multiply-add counts as two
  /// All factors are 1: the sum over all accumulators is the number of multiply-adds that were done, exactly
  /// up to a million passes.
  double (*run)(std::int64_t passes){nullptr};
};

/// The fastest loop this CPU has instructions for, matrix tiles (AMX) included; empty where it has none
/// (float32 always has one).
std::optional<MultiplyAddLoop> multiply_add_loop(Arithmetic arithmetic);
/// All loops of this kind that the CPU can run, the fastest first.
std::vector<MultiplyAddLoop> multiply_add_loops(Arithmetic arithmetic);

/// Operations a second, in 1e9, of `threads` threads that run the loop at once for about `seconds`. Only
/// optimised builds keep the loop in registers.
double multiply_add_gflops(const MultiplyAddLoop& loop, int threads, double seconds);

}  // namespace skingauge
