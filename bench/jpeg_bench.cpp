// Decoding one photograph from memory.
#include "drawn_photo.hpp"

#include <benchmark/benchmark.h>

namespace skingauge::bench {
namespace {

void decode(benchmark::State& state) {
  const auto& jpeg = drawn_jpeg();
  for ([[maybe_unused]] auto _ : state) {
    benchmark::DoNotOptimize(Image::decode(std::as_bytes(std::span(jpeg))));
  }
  state.counters["MP/s"] =
      benchmark::Counter(drawn_megapixels(), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(decode)->Threads(1)->Threads(2)->UseRealTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace skingauge::bench
