// One face on its way through the pipeline.
#pragma once

#include "skingauge/ensemble.hpp"

#include "ensemble/engine_loading.hpp"

#include <array>
#include <functional>
#include <utility>
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

  bool for_cpu{false};             ///< a GPU's decoder has refused it
  std::optional<ItemError> error;  ///< of the photograph as a whole
  std::size_t device{0};           ///< that runs its tiles
  std::vector<CropPass> passes;
  std::array<std::optional<Skipped>, 9> skipped;  ///< by facepart
  int waiting{0};                                 ///< passes not finished, and one more while it is prepared
};

/// A job for this request, with nothing planned yet.
inline FaceJob job_of(Request request) {
  FaceJob job;
  job.request = std::move(request);
  return job;
}

bool serves(const ModelSpec& model, Facepart facepart);

/// The answer of a face whose passes are all finished: by facepart, then by the manifest's order.
FacePrediction finish_face(const FaceJob& job, const std::vector<LoadedModel>& models, Mode mode);

}  // namespace skingauge
