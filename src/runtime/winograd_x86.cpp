#include "skingauge/machine.hpp"

#include "runtime/winograd_loops.hpp"
#include "runtime/winograd_products.hpp"
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
[[gnu::target("avx512f,avx512vl,prefer-vector-width=512")]] void products_avx512(
    const WinogradShape& s, const WinogradMatrices& matrices) {
  winograd_loops::products_any<winograd_loops::Vectors64>(s, matrices);
}
[[gnu::target("avx2")]] void input_avx2(const WinogradShape& s, const float* pictures, float* out,
                                        std::size_t pitch) {
  winograd_loops::input_any(s, pictures, out, pitch);
}
[[gnu::target("avx2")]] void output_avx2(const WinogradShape& s, const float* in, std::size_t pitch,
                                         const WinogradEnd& end, float* pictures) {
  winograd_loops::output_any(s, in, pitch, end, pictures);
}

[[gnu::target("avx2,fma")]] void products_avx2(const WinogradShape& s, const WinogradMatrices& matrices) {
  winograd_loops::products_any<winograd_loops::Vectors32>(s, matrices);
}

}  // namespace

std::vector<WinogradVariant> special_winograd() {
  std::vector<WinogradVariant> variants;
  if (cpu_has("avx512f") && cpu_has("avx512vl"))
    variants.push_back({"avx512", input_avx512, products_avx512, output_avx512});
  if (cpu_has("avx2") && cpu_has("fma")) variants.push_back({"avx2", input_avx2, products_avx2, output_avx2});
  return variants;
}

}  // namespace skingauge
