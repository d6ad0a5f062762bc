#include "ensemble/gpu_face_batch.hpp"

#include "skingauge/facepart.hpp"

#include <new>

namespace skingauge {
namespace {

// Every facepart may be a thin crop.
std::size_t tiles_of_a_face() { return 2 * faceparts().size(); }

PinnedMemory pinned_memory(DeviceApi* device, std::size_t bytes) {
  if (device == nullptr) return {};
  try {
    return {*device, bytes};
  } catch (const std::bad_alloc&) {
    return {};  // plain memory costs a copy more
  }
}

}  // namespace

GpuFaceBatch::GpuFaceBatch(GpuDecoder* decoder, const Preprocess& preprocess, DeviceApi* device)
    : decoder_(decoder),
      preprocess_(&preprocess),
      most_(decoder == nullptr ? 1 : static_cast<std::size_t>(decoder->batch())),
      tile_(tile_bytes(preprocess)),
      pinned_(pinned_memory(device, most_ * tiles_of_a_face() * tile_)) {
  if (!pinned_) plain_.resize(most_ * tiles_of_a_face() * tile_);
}

std::uint8_t* GpuFaceBatch::room(std::size_t face) noexcept {
  auto* const first = pinned_ ? reinterpret_cast<std::uint8_t*>(pinned_.get()) : plain_.data();
  return first + face * tiles_of_a_face() * tile_;
}

std::list<BatchedFace>& GpuFaceBatch::cut(std::span<FaceJob* const> jobs,
                                          const std::vector<LoadedModel>& models, const ImageLimits& limits) {
  faces_.clear();
  std::vector<BatchedFace*> asked;
  std::vector<GpuFace> wanted;
  for (auto* job : jobs) {
    auto* const first = room(faces_.size());
    auto& face = faces_.emplace_back(*job, models, *preprocess_, limits);
    place(face, first);
    asked.push_back(&face);
    wanted.push_back({&face.cutter, face.places});
  }
  if (asked.empty() || decoder_ == nullptr) return faces_;
  const auto outcomes = cut_on_gpu(wanted, *decoder_, *preprocess_);
  for (std::size_t i = 0; i < asked.size(); ++i) asked[i]->outcome = outcomes[i];
  return faces_;
}

void GpuFaceBatch::place(BatchedFace& face, std::uint8_t* at) const {
  for (const auto& region : face.cutter.regions()) {
    face.places.push_back({at, region.plan.count() == 1 ? nullptr : at + tile_});
    at += 2 * tile_;
  }
}

}  // namespace skingauge
