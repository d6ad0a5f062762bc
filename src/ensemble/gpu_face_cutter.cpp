#include "ensemble/gpu_face_cutter.hpp"

#include "ensemble/guarded_step.hpp"
#include "image/orientation.hpp"

#include <algorithm>
#include <new>

namespace skingauge {
namespace {

constexpr CutLayout layout_of(TileLayout layout) noexcept {
  switch (layout) {
    case TileLayout::side_by_side:
      return CutLayout::side_by_side;
    case TileLayout::stacked:
      return CutLayout::stacked;
    case TileLayout::single:
      break;
  }
  return CutLayout::single;
}

// Where the upright pixel lies in the stored picture.
Box stored_pixel(int x, int y, const StoredJpeg& jpeg) noexcept {
  return stored_box({x, y, x + 1, y + 1}, jpeg.orientation, jpeg.width, jpeg.height);
}

GpuCrop crop_of(const RegionCut& region, const StoredJpeg& jpeg, const Preprocess& preprocess,
                const TilePlaces& places) {
  const auto& box = region.box;
  const auto first = stored_pixel(box.x1, box.y1, jpeg);
  const auto right = stored_pixel(box.x1 + 1, box.y1, jpeg);
  const auto below = stored_pixel(box.x1, box.y1 + 1, jpeg);
  GpuCrop crop;
  crop.x = first.x1;
  crop.y = first.y1;
  crop.right = {right.x1 - first.x1, right.y1 - first.y1};
  crop.down = {below.x1 - first.x1, below.y1 - first.y1};
  crop.width = box.width();
  crop.height = box.height();
  crop.scaled_width = region.plan.scaled_width;
  crop.scaled_height = region.plan.scaled_height;
  crop.layout = layout_of(region.plan.layout);
  crop.mirrored = preprocess.mirror_right && info(region.facepart).side == Side::right;
  crop.second_mirrored = preprocess.second_tile == SecondTile::mirrored;
  std::copy(places.begin(), places.end(), crop.tiles);
  return crop;
}

}  // namespace

GpuFaceCutter::GpuFaceCutter(FaceJob& job, const std::vector<LoadedModel>& models,
                             const Preprocess& preprocess, const ImageLimits& limits)
    : job_(&job), preprocess_(&preprocess) {
  const bool planned = guarded_step(job, times_.decode, [&] {
    photo_.emplace(open_photo(job.request, limits));
    regions_ = plan_face(job, models, preprocess, photo_->width(), photo_->height());
  });
  if (planned) return;
  regions_.clear();
  job.passes.clear();
}

std::optional<GpuPhoto> GpuFaceCutter::photo(std::span<const TilePlaces> places) const {
  if (job_->error || regions_.empty()) return std::nullopt;
  const auto jpeg = photo_->plain_jpeg();
  if (!jpeg) return std::nullopt;
  GpuPhoto photo{jpeg->file, jpeg->width, jpeg->height, {}, nullptr};
  photo.crops.reserve(regions_.size());
  for (std::size_t i = 0; i < regions_.size(); ++i) {
    photo.crops.push_back(crop_of(regions_[i], *jpeg, *preprocess_, places[i]));
  }
  return photo;
}

bool GpuFaceCutter::cut_on_cpu(std::span<const TilePlaces> places) {
  guarded_step(*job_, times_.decode, [&] {
    std::vector<Box> boxes;
    for (const auto& region : regions_) boxes.push_back(region.box);
    photo_->announce(boxes);
  });
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < regions_.size(); ++i) order.push_back(i);
  const auto depth = [&](std::size_t i) { return photo_->depth(regions_[i].box); };
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return depth(a) < depth(b); });
  for (const auto i : order) cut_region(regions_[i], places[i]);
  return guarded_step(*job_, times_.decode, [&] { photo_->finish(); });
}

void GpuFaceCutter::cut_region(const RegionCut& region, const TilePlaces& places) {
  std::optional<Crop> crop;
  guarded_step(*job_, times_.decode, [&] { crop = photo_->crop(region.box); });
  guarded_step(*job_, times_.cut, [&] {
    const auto count = static_cast<std::size_t>(region.plan.count());
    cut_tiles(crop->picture, crop->box, region.facepart, *preprocess_, region.plan,
              std::span<std::uint8_t* const>(places).first(count));
  });
}

std::vector<GpuOutcome> cut_on_gpu(std::span<const GpuFace> faces, GpuDecoder& decoder,
                                   const Preprocess& preprocess) {
  std::vector<GpuOutcome> outcomes(faces.size(), NotForGpu::format);
  std::vector<GpuPhoto> photos;
  std::vector<std::size_t> asked;
  for (std::size_t i = 0; i < faces.size(); ++i) {
    if (auto photo = faces[i].cutter->photo(faces[i].places)) {
      photos.push_back(std::move(*photo));
      asked.push_back(i);
    }
  }
  if (photos.empty()) return outcomes;
  try {
    const auto answers = decoder.decode(photos, preprocess.size);
    for (std::size_t i = 0; i < asked.size(); ++i) outcomes[asked[i]] = answers[i];
  } catch (const std::bad_alloc&) {
    for (const auto i : asked) outcomes[i] = NotForGpu::no_memory;
  }
  return outcomes;
}

}  // namespace skingauge
