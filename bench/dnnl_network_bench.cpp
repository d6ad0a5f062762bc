// One ResNet-50 on one core, by precision and batch.
#include "app/bench_input.hpp"
#include "random_networks.hpp"

#include <vector>

#include <benchmark/benchmark.h>

namespace skingauge::bench {
namespace {

void resnet50(benchmark::State& state, Precision precision) {
  if (precision == Precision::bf16 && !dnnl_has_bf16()) {
    state.SkipWithError("bf16 needs a CPU with AVX-512");
    return;
  }
  const auto network = packed_resnet50(precision);
  const auto batch = static_cast<std::size_t>(state.range(0));
  const auto tiles = app::picture_tiles(Preprocess{}, batch);
  std::vector<float> outputs(batch * kWidest);
  network->run(tiles, batch, outputs);  // plans its memory, which is kept
  for ([[maybe_unused]] auto _ : state) {
    network->run(tiles, batch, outputs);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK_CAPTURE(resnet50, fp32, Precision::fp32)
    ->ArgName("batch")
    ->RangeMultiplier(4)
    ->Range(1, 64)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(resnet50, bf16, Precision::bf16)
    ->ArgName("batch")
    ->RangeMultiplier(4)
    ->Range(1, 64)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace skingauge::bench
