// One face on its way through the pipeline.
#pragma once

#include "skingauge/ensemble.hpp"

#include "ensemble/engine_loading.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

namespace skingauge {

/// A crop's pass through one model: its tiles' outputs are added here.
struct CropPass {
  std::size_t model{0};
  Facepart facepart{};
  int tiles{0};
  int waiting{0};  ///< tiles whose outputs are not there yet
  std::vector<float> outputs;
  std::optional<ItemError> error;
};

struct FaceJob {
  Request request;
  std::function<void(FacePrediction&&)> done;

  std::optional<ItemError> error;  ///< of the photograph as a whole
  std::vector<CropPass> passes;
  std::vector<std::uint8_t> pixels;               ///< tiles of all crops until they lie in batches
  std::vector<std::size_t> pixels_at;             ///< per pass: where its first tile begins in `pixels`
  std::array<std::optional<Skipped>, 9> skipped;  ///< by facepart
  int waiting{0};                                 ///< passes not finished
};

/// What decoding and cutting one face cost, in seconds of processor time.
struct CutTimes {
  double decode{0};
  double cut{0};
};

/// Reads the photograph, plans every crop a loaded model wants, and cuts its tiles. Never throws for a bad
/// item.
CutTimes prepare_face(FaceJob& job, const std::vector<LoadedModel>& models, const Preprocess& preprocess,
                      const EnsembleOptions& options);

/// The answer of a face whose passes are all finished: by facepart, then by the manifest's order.
FacePrediction finish_face(const FaceJob& job, const std::vector<LoadedModel>& models, Mode mode);

}  // namespace skingauge
