// From one crop's outputs to its answers.
#include "model/head_decoding.hpp"

#include <numeric>
#include <vector>

#include <benchmark/benchmark.h>

namespace skingauge::bench {
namespace {

ModelSpec forehead_grades() {
  ModelSpec model;
  model.faceparts = {Facepart::forehead};
  model.heads = {{"forehead_pigmentation", Task::grade, 0, 6, 1.0, ""},
                 {"forehead_wrinkle", Task::grade, 6, 9, 1.0, ""}};
  return model;
}

ModelSpec cheek_measurements() {
  ModelSpec model;
  model.faceparts = {Facepart::left_cheek, Facepart::right_cheek};
  model.heads = {{"cheek_moisture", Task::measurement, 0, 1, 100.0, "u"},
                 {"cheek_elasticity_R2", Task::measurement, 1, 1, 1.0, "u"},
                 {"cheek_pore", Task::measurement, 2, 1, 3000.0, "u"}};
  return model;
}

void decode_crop(benchmark::State& state, const ModelSpec& model) {
  std::vector<float> outputs(static_cast<std::size_t>(model.width()));
  std::iota(outputs.begin(), outputs.end(), 0.25F);
  for ([[maybe_unused]] auto _ : state)
    benchmark::DoNotOptimize(decode_heads(model, model.faceparts.front(), outputs));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK_CAPTURE(decode_crop, two_grades, forehead_grades());
BENCHMARK_CAPTURE(decode_crop, three_measurements, cheek_measurements());

}  // namespace
}  // namespace skingauge::bench
