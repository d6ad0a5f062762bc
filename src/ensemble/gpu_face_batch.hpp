// Faces that a GPU's decoder cuts together, and room for their tiles.
#pragma once

#include "ensemble/gpu_face_cutter.hpp"
#include "runtime/device_resources.hpp"

#include <cstdint>
#include <list>
#include <span>
#include <vector>

namespace skingauge {

/// A face of a batch. Where `outcome` is empty, the tiles of all its regions lie in `places`.
struct BatchedFace {
  BatchedFace(FaceJob& face, const std::vector<LoadedModel>& models, const Preprocess& preprocess,
              const ImageLimits& limits)
      : job(&face), cutter(face, models, preprocess, limits) {}

  FaceJob* job;
  GpuFaceCutter cutter;
  std::vector<TilePlaces> places;  ///< by region
  GpuOutcome outcome{NotForGpu::format};
};

/// For one thread, again and again.
class GpuFaceBatch {
 public:
  /// A batch is the decoder's, or one face where there is none (null): every face is then left to the CPU.
  /// Room is pinned memory of `device` where that lends it, else plain memory. All outlive this.
  GpuFaceBatch(GpuDecoder* decoder, const Preprocess& preprocess, DeviceApi* device);

  /// Faces at most.
  [[nodiscard]] std::size_t most() const noexcept { return most_; }

  /// Plans the jobs' passes and cuts what the decoder takes; valid until the next call. A job with an error
  /// is one that the CPU is to look at, like any other that has an outcome. Throws DeviceError (the device is
  /// lost) and std::bad_alloc.
  std::list<BatchedFace>& cut(std::span<FaceJob* const> jobs, const std::vector<LoadedModel>& models,
                              const ImageLimits& limits);

 private:
  [[nodiscard]] std::uint8_t* room(std::size_t face) noexcept;
  void place(BatchedFace& face, std::uint8_t* at) const;

  GpuDecoder* decoder_;
  const Preprocess* preprocess_;
  std::size_t most_;
  std::size_t tile_;  ///< bytes
  PinnedMemory pinned_;
  std::vector<std::uint8_t> plain_;
  std::list<BatchedFace> faces_;
};

}  // namespace skingauge
