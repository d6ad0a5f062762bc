#include "runtime/winograd_loops.hpp"
#include "runtime/winograd_variant.hpp"

namespace skingauge {
namespace {

[[gnu::target("avx512f,avx512vl,prefer-vector-width=512")]] void input_avx512(const WinogradShape& s,
                                                                              const float* pictures,
                                                                              float* out, std::size_t pitch) {
  winograd_loops::input_any(s, pictures, out, pitch);
}
[[gnu::target("avx512f,avx512vl,prefer-vector-width=512")]] void output_avx512(
    const WinogradShape& s, const float* in, std::size_t pitch, const WinogradEnd& end, float* pictures) {
  winograd_loops::output_any(s, in, pitch, end, pictures);
}
[[gnu::target("avx2")]] void input_avx2(const WinogradShape& s, const float* pictures, float* out,
                                        std::size_t pitch) {
  winograd_loops::input_any(s, pictures, out, pitch);
}
[[gnu::target("avx2")]] void output_avx2(const WinogradShape& s, const float* in, std::size_t pitch,
                                         const WinogradEnd& end, float* pictures) {
  winograd_loops::output_any(s, in, pitch, end, pictures);
}

}  // namespace

std::optional<WinogradVariant> fast_winograd() noexcept {
  if (__builtin_cpu_supports("avx512vl")) return WinogradVariant{input_avx512, output_avx512};
  if (__builtin_cpu_supports("avx2")) return WinogradVariant{input_avx2, output_avx2};
  return std::nullopt;
}

}  // namespace skingauge
