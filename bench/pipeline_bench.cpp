// What handing work over costs: an ensemble on a tiny picture, with engines that answer at once.
#include "skingauge/ensemble.hpp"

#include "app/bench_engines.hpp"
#include "support/stub_models.hpp"
#include "support/temporary_folder.hpp"

#include <vector>

#include <benchmark/benchmark.h>

namespace skingauge::bench {
namespace {

// All faceparts of a picture of one tile's size: 15 crops, each cut in no time.
Request tiny_face() {
  Request request{.image = test::plain_photo(128, 128, 9)};
  for (const auto& part : faceparts()) request.regions.push_back({part.facepart, Box{0, 0, 128, 128}});
  return request;
}

void hand_over(benchmark::State& state) {
  const test::TemporaryFolder folder;
  app::TileCounts counts;
  const auto ensemble =
      Ensemble::load(test::write_models(folder.path()), {.device = "cpu",
                                                         .batch = static_cast<int>(state.range(0)),
                                                         .threads = static_cast<int>(state.range(1)),
                                                         .factory = counts.factory()});
  const std::vector<Request> faces(256, tiny_face());
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(ensemble.predict(faces));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(faces.size()));
}
BENCHMARK(hand_over)
    ->ArgNames({"batch", "threads"})
    ->ArgsProduct({{1, 16}, {1, 2, 4}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace skingauge::bench
