// From a face's photograph to tiles.
#pragma once

#include "ensemble/face_plan.hpp"
#include "image/photo_reader.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace skingauge {

/// What decoding and cutting one face cost, in seconds of processor time.
struct CutTimes {
  double decode{0};
  double cut{0};
};

/// Plans the passes of a face's job, decodes its photograph and cuts its regions. Never throws for a bad
/// item: what goes wrong is the job's error. For one thread; of the job it changes `error` and, at first,
/// `passes` and `skipped`.
class FaceCutter {
 public:
  /// Reads the photograph's header and plans every crop that a loaded model wants.
  FaceCutter(FaceJob& job, const std::vector<LoadedModel>& models, const Preprocess& preprocess,
             const ImageLimits& limits);

  /// In the order in which the photograph, decoded from its top, gives them.
  [[nodiscard]] std::span<const RegionCut> regions() const noexcept { return regions_; }
  /// Decodes as much as the region needs; empty where the job has an error.
  std::optional<Crop> decode(const RegionCut& region);
  /// Cuts the region's tiles, each into room for one. False where the job has an error.
  bool cut(const Crop& crop, const RegionCut& region, std::span<std::uint8_t* const> tiles);

  /// Reads what no region needed: a photograph that is damaged anywhere is an error as a whole.
  void finish();

  [[nodiscard]] const CutTimes& times() const noexcept { return times_; }

 private:
  FaceJob* job_;
  const Preprocess* preprocess_;
  std::optional<PhotoReader> photo_;
  std::vector<RegionCut> regions_;
  CutTimes times_;
};

}  // namespace skingauge
