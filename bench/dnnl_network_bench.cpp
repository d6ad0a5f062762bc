// One ResNet-50 on one core, by precision and batch.
#include "app/bench_input.hpp"
#include "random_networks.hpp"

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

namespace skingauge::bench {
namespace {

void resnet50(benchmark::State& state, Precision precision) {
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

// bf16 is listed only where the CPU has it: one that is skipped counts as an error, which the tests look for.
bool register_what_this_cpu_has() {
  std::vector precisions{Precision::fp32};
  if (dnnl_has_bf16()) precisions.push_back(Precision::bf16);
  for (const auto precision : precisions) {
    benchmark::RegisterBenchmark(("resnet50/" + std::string(to_string(precision))).c_str(), resnet50,
                                 precision)
        ->ArgName("batch")
        ->RangeMultiplier(4)
        ->Range(1, 64)
        ->Unit(benchmark::kMillisecond);
  }
  return true;
}
[[maybe_unused]] const bool kRegistered = register_what_this_cpu_has();

}  // namespace
}  // namespace skingauge::bench
