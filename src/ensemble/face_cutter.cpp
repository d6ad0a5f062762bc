#include "ensemble/face_cutter.hpp"

#include "skingauge/error.hpp"

#include "runtime/thread_clock.hpp"

#include <algorithm>
#include <string>
#include <variant>

namespace skingauge {

// A step of the work, unless one before it has failed; a failure is the job's, and time is added.
template <class Work>
bool FaceCutter::guarded(double& seconds, const Work& work) {
  if (job_->error) return false;
  const ThreadClock clock;
  try {
    work();
  } catch (const Error& e) {
    job_->error = ItemError{e.code(), e.what()};
  } catch (const std::exception& e) {  // out of memory above all: this face fails, its neighbours do not
    job_->error = ItemError{ErrorCode::image_too_large, job_->request.file.string() + ": " + e.what()};
  }
  seconds += clock.seconds();
  return !job_->error;
}

FaceCutter::FaceCutter(FaceJob& job, const std::vector<LoadedModel>& models, const Preprocess& preprocess,
                       const ImageLimits& limits)
    : job_(&job), preprocess_(&preprocess) {
  const bool planned = guarded(times_.decode, [&] {
    open(limits);
    for (const auto& region : job.request.regions) plan(region, models);
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

void FaceCutter::open(const ImageLimits& limits) {
  const auto& request = job_->request;
  if (request.image.empty()) {
    photo_.emplace(request.file, limits);
  } else {
    photo_.emplace(request.image);
  }
  const int width = request.expected_width.value_or(photo_->width());
  const int height = request.expected_height.value_or(photo_->height());
  if (photo_->width() == width && photo_->height() == height) return;
  throw InputError(ErrorCode::image_size_mismatch,
                   request.file.string() + ": photograph is " + std::to_string(photo_->width()) + " x " +
                       std::to_string(photo_->height()) + " px, its labels say " + std::to_string(width) +
                       " x " + std::to_string(height));
}

void FaceCutter::plan(const Region& region, const std::vector<LoadedModel>& models) {
  auto& skipped = job_->skipped[index(region.facepart)];
  if (const auto* reason = std::get_if<Skipped>(&region.box)) {
    skipped = *reason;
    return;
  }
  const auto& box = std::get<Box>(region.box);
  const auto planned = plan_tiles(box, region.facepart, *preprocess_, photo_->width(), photo_->height());
  if (const auto* reason = std::get_if<Skipped>(&planned)) {
    skipped = *reason;
    return;
  }
  RegionCut cut{region.facepart, box, std::get<TilePlan>(planned), job_->passes.size(), 0};
  for (std::size_t m = 0; m < models.size(); ++m) {
    const auto& spec = *models[m].spec;
    if (!serves(spec, region.facepart)) continue;
    job_->passes.push_back({m, region.facepart, cut.plan.count(), cut.plan.count(),
                            std::vector<float>(static_cast<std::size_t>(spec.width())), std::nullopt});
    ++cut.passes;
  }
  if (cut.passes > 0) regions_.push_back(cut);
}

std::optional<Crop> FaceCutter::decode(const RegionCut& region) {
  std::optional<Crop> crop;
  guarded(times_.decode, [&] { crop = photo_->crop(region.box); });
  return crop;
}

bool FaceCutter::cut(const Crop& crop, const RegionCut& region, std::span<std::uint8_t* const> tiles) {
  return guarded(times_.cut, [&] {
    cut_tiles(crop.picture, crop.box, region.facepart, *preprocess_, region.plan, tiles);
  });
}

void FaceCutter::finish() {
  guarded(times_.decode, [&] { photo_->finish(); });
}

}  // namespace skingauge
