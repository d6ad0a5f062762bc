#include "ensemble/face_cutter.hpp"

#include "ensemble/guarded_step.hpp"

#include <algorithm>

namespace skingauge {

FaceCutter::FaceCutter(FaceJob& job, const std::vector<LoadedModel>& models, const Preprocess& preprocess,
                       const ImageLimits& limits)
    : job_(&job), preprocess_(&preprocess) {
  const bool planned = guarded_step(*job_, times_.decode, [&] {
    photo_.emplace(open_photo(job.request, limits));
    regions_ = plan_face(job, models, preprocess, photo_->width(), photo_->height());
    std::vector<Box> boxes;
    for (const auto& region : regions_) boxes.push_back(region.box);
    photo_->announce(boxes);
    std::stable_sort(regions_.begin(), regions_.end(), [&](const RegionCut& a, const RegionCut& b) {
      return photo_->depth(a.box) < photo_->depth(b.box);
    });
  });
  if (planned) return;
  regions_.clear();
  job.passes.clear();
}

std::optional<Crop> FaceCutter::decode(const RegionCut& region) {
  std::optional<Crop> crop;
  guarded_step(*job_, times_.decode, [&] { crop = photo_->crop(region.box); });
  return crop;
}

bool FaceCutter::cut(const Crop& crop, const RegionCut& region, std::span<std::uint8_t* const> tiles) {
  return guarded_step(*job_, times_.cut, [&] {
    cut_tiles(crop.picture, crop.box, region.facepart, *preprocess_, region.plan, tiles);
  });
}

void FaceCutter::finish() {
  guarded_step(*job_, times_.decode, [&] { photo_->finish(); });
}

}  // namespace skingauge
