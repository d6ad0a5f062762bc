// What of a face's photograph is to be cut, for whichever decoder.
#pragma once

#include "skingauge/tiles.hpp"

#include "ensemble/face_job.hpp"
#include "image/photo_reader.hpp"

#include <cstddef>
#include <vector>

namespace skingauge {

/// One region of a face, cut once for every model that serves its facepart.
struct RegionCut {
  Facepart facepart{};
  Box box;
  TilePlan plan;
  std::size_t first_pass{0};  ///< of the job; its passes lie together
  std::size_t passes{0};

  /// Tiles of all passes, pass by pass.
  [[nodiscard]] std::size_t tiles() const noexcept { return passes * static_cast<std::size_t>(plan.count()); }
  /// The job's pass that the i-th of them belongs to.
  [[nodiscard]] std::size_t pass_of(std::size_t i) const noexcept {
    return first_pass + i / static_cast<std::size_t>(plan.count());
  }
};

/// The request's photograph, its header read. Throws as PhotoReader does.
PhotoReader open_photo(const Request& request, const ImageLimits& limits);

/// Plans every crop of a photograph of this upright size that a loaded model wants, in the order of the
/// request's regions, and says in the job which passes there will be and why others will not. Throws
/// InputError image-size-mismatch where the request expects another size, UsageError bad-option where it has
/// two regions for a facepart.
std::vector<RegionCut> plan_face(FaceJob& job, const std::vector<LoadedModel>& models,
                                 const Preprocess& preprocess, int width, int height);

}  // namespace skingauge
