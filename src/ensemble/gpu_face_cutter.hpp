// From a face's photograph to tiles by a GPU's decoder, and by the CPU where that one refuses.
#pragma once

#include "ensemble/face_cutter.hpp"
#include "ensemble/face_plan.hpp"
#include "image/photo_reader.hpp"
#include "runtime/gpu_decoder.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace skingauge {

/// Room for the tiles of one region: of plan.count() tiles, the second is null where there is one.
using TilePlaces = std::array<std::uint8_t*, 2>;

/// Plans the passes of a face's job as FaceCutter does, and puts the tiles of all its regions into given
/// places: through cut_on_gpu, or by libjpeg on the calling thread. Never throws for a bad item: what goes
/// wrong is the job's error. For one thread at a time; of the job it changes `error` and, at first, `passes`
/// and `skipped`.
class GpuFaceCutter {
 public:
  /// Reads the file and its header and plans every crop that a loaded model wants. Errors are those of
  /// FaceCutter.
  GpuFaceCutter(FaceJob& job, const std::vector<LoadedModel>& models, const Preprocess& preprocess,
                const ImageLimits& limits);

  [[nodiscard]] std::span<const RegionCut> regions() const noexcept { return regions_; }

  /// What a decoder is asked for, with places for the tiles of each region, in their order; or nothing: for a
  /// job with an error, a photograph that is decoded already, another format than JPEG, and a JPEG that is
  /// not of the plain kind; and where no region is cut, so that libjpeg looks for damage. Valid as long as
  /// this and the places are.
  [[nodiscard]] std::optional<GpuPhoto> photo(std::span<const TilePlaces> places) const;

  /// Decodes and cuts all regions on the calling thread, once, with FaceCutter's bytes and errors. False
  /// where the job has an error.
  bool cut_on_cpu(std::span<const TilePlaces> places);

  [[nodiscard]] const CutTimes& times() const noexcept { return times_; }

 private:
  void cut_region(const RegionCut& region, const TilePlaces& places);

  FaceJob* job_;
  const Preprocess* preprocess_;
  std::optional<PhotoReader> photo_;
  std::vector<RegionCut> regions_;
  CutTimes times_;
};

/// A face and its places, in the order of its regions.
struct GpuFace {
  GpuFaceCutter* cutter{nullptr};
  std::span<const TilePlaces> places;
};

/// Cuts as many of the faces as the decoder takes, in one call of it. Answers for each why not (a face that
/// it was not asked about: format); those are for cut_on_cpu, whose answer or error counts. Where memory is
/// short that is all of them. DeviceError passes through: the device is lost.
///
/// A face that was cut on the GPU never has an error: damage among the entropy-coded bytes of its photograph,
/// which libjpeg reports as image-truncated, goes unnoticed where the decoder does not notice it.
std::vector<GpuOutcome> cut_on_gpu(std::span<const GpuFace> faces, GpuDecoder& decoder,
                                   const Preprocess& preprocess);

}  // namespace skingauge
