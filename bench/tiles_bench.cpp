// Cutting one facepart's tiles out of a decoded photograph.
#include "skingauge/tiles.hpp"

#include "drawn_photo.hpp"

#include <variant>
#include <vector>

#include <benchmark/benchmark.h>

namespace skingauge::bench {
namespace {

void cut(benchmark::State& state) {
  const Preprocess preprocess;
  const auto& face = drawn_face();
  const auto& [facepart, box, swapped] = face.boxes[static_cast<std::size_t>(state.range(0))];
  const auto planned = plan_tiles(*box, facepart, preprocess, face.photo.width(), face.photo.height());
  const auto* plan = std::get_if<TilePlan>(&planned);
  if (plan == nullptr) {
    state.SkipWithError("the drawn face has no such tile");
    return;
  }
  const auto count = static_cast<std::size_t>(plan->count());
  std::vector<std::uint8_t> tiles(count * tile_bytes(preprocess));
  for ([[maybe_unused]] auto _ : state) {
    cut_tiles(face.photo, *box, facepart, preprocess, *plan, tiles);
    benchmark::ClobberMemory();
  }
  state.SetLabel(std::string(info(facepart).name) + ", " + std::to_string(count) + " tiles");
  state.SetItemsProcessed(state.iterations() * plan->count());
}
BENCHMARK(cut)->ArgName("facepart")->DenseRange(0, 8)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace skingauge::bench
