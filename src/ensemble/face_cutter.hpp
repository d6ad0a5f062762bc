// From a face's photograph to tiles.
#pragma once

#include "skingauge/tiles.hpp"

#include "ensemble/face_job.hpp"
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
  template <class Work>
  bool guarded(double& seconds, const Work& work);
  void open(const ImageLimits& limits);
  void plan(const Region& region, const std::vector<LoadedModel>& models);

  FaceJob* job_;
  const Preprocess* preprocess_;
  std::optional<PhotoReader> photo_;
  std::vector<RegionCut> regions_;
  CutTimes times_;
};

}  // namespace skingauge
