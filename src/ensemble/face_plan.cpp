#include "ensemble/face_plan.hpp"

#include "skingauge/error.hpp"
#include "skingauge/facepart.hpp"

#include <array>
#include <string>
#include <utility>
#include <variant>

namespace skingauge {
namespace {

void check_size(const Request& request, int photo_width, int photo_height) {
  const int width = request.expected_width.value_or(photo_width);
  const int height = request.expected_height.value_or(photo_height);
  if (photo_width == width && photo_height == height) return;
  throw InputError(ErrorCode::image_size_mismatch,
                   request.file.string() + ": photograph is " + std::to_string(photo_width) + " x " +
                       std::to_string(photo_height) + " px, its labels say " + std::to_string(width) + " x " +
                       std::to_string(height));
}

void check_faceparts(const Request& request) {
  std::array<bool, 9> seen{};
  for (const auto& region : request.regions) {
    if (std::exchange(seen.at(index(region.facepart)), true))
      throw UsageError(ErrorCode::bad_option, request.file.string() +
                                                  ": regions: " + std::string(info(region.facepart).name) +
                                                  " twice, expected at most one region per facepart");
  }
}

// The region's box and its plan, or the reason why it has none.
std::variant<RegionCut, Skipped> plan_region(const Region& region, const Preprocess& preprocess, int width,
                                             int height) {
  if (const auto* reason = std::get_if<Skipped>(&region.box)) return *reason;
  const auto& box = std::get<Box>(region.box);
  const auto planned = plan_tiles(box, region.facepart, preprocess, width, height);
  if (const auto* reason = std::get_if<Skipped>(&planned)) return *reason;
  return RegionCut{region.facepart, box, std::get<TilePlan>(planned), 0, 0};
}

void add_passes(FaceJob& job, RegionCut& cut, const std::vector<LoadedModel>& models) {
  cut.first_pass = job.passes.size();
  for (std::size_t m = 0; m < models.size(); ++m) {
    const auto& spec = *models[m].spec;
    if (!serves(spec, cut.facepart)) continue;
    job.passes.push_back({m, cut.facepart, cut.plan.count(), cut.plan.count(),
                          std::vector<float>(static_cast<std::size_t>(spec.width())), std::nullopt});
    ++cut.passes;
  }
}

}  // namespace

PhotoReader open_photo(const Request& request, const ImageLimits& limits) {
  if (request.image.empty()) return {request.file, limits};
  return PhotoReader(request.image);
}

std::vector<RegionCut> plan_face(FaceJob& job, const std::vector<LoadedModel>& models,
                                 const Preprocess& preprocess, int width, int height) {
  check_faceparts(job.request);
  check_size(job.request, width, height);
  std::vector<RegionCut> regions;
  for (const auto& region : job.request.regions) {
    auto planned = plan_region(region, preprocess, width, height);
    if (auto* reason = std::get_if<Skipped>(&planned)) {
      job.skipped[index(region.facepart)] = std::move(*reason);
      continue;
    }
    auto& cut = std::get<RegionCut>(planned);
    add_passes(job, cut, models);
    if (cut.passes > 0) regions.push_back(cut);
  }
  return regions;
}

}  // namespace skingauge
