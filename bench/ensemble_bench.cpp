// Photographs through eleven ResNet-50, from the JPEG's bytes in a file to answers, by precision, batch and
// threads. The eleven share one network's weights.
#include "drawn_photo.hpp"
#include "random_networks.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <vector>

#include <benchmark/benchmark.h>

namespace skingauge::bench {
namespace {

constexpr std::array kPrecisions{Precision::fp32, Precision::bf16};

void predict(benchmark::State& state) {
  const auto precision = kPrecisions[static_cast<std::size_t>(state.range(0))];
  const test::TemporaryFolder folder;
  const auto network = packed_resnet50(precision);
  EnsembleOptions options{.device = "cpu",
                          .precision = precision,
                          .batch = static_cast<int>(state.range(1)),
                          .threads = static_cast<int>(state.range(2))};
  options.factory = [&](const EngineRequest& request) {
    return std::make_unique<RandomEngine>(network, request.model.width());
  };
  const auto ensemble = Ensemble::load(test::write_models(folder.path()), options);
  test::write_bytes(folder.path() / "drawn.jpg", drawn_jpeg());
  const std::vector<Request> photos(
      4, {.file = folder.path() / "drawn.jpg", .regions = app::regions_of(drawn_face().boxes)});
  static_cast<void>(ensemble.predict(photos));  // warms every model
  const auto before = ensemble.statistics().tiles;
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(ensemble.predict(photos));
  const auto tiles = static_cast<double>(ensemble.statistics().tiles - before);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(photos.size()));
  state.counters["tiles/s"] = benchmark::Counter(tiles, benchmark::Counter::kIsRate);
  state.SetLabel(std::string(to_string(precision)));
}
BENCHMARK(predict)
    ->ArgNames({"precision", "batch", "threads"})
    ->ArgsProduct({{0, 1}, {1, 8, 16, 32}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace skingauge::bench
