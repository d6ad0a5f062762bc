#include "skingauge/error.hpp"

#include "runtime/cuda_device.hpp"
#include "runtime/cut_kernel.hpp"
#include "runtime/device_resources.hpp"
#include "runtime/device_room.hpp"
#include "runtime/gpu_decoder.hpp"
#include "runtime/nvjpeg_pictures.hpp"
#include "runtime/picture_marks.hpp"

#include <cstring>
#include <new>
#include <utility>

namespace skingauge {
namespace {

std::size_t picture_bytes(const GpuPhoto& photo) noexcept {
  return 3 * static_cast<std::size_t>(photo.width) * static_cast<std::size_t>(photo.height);
}

cudaStream_t native(StreamView stream) noexcept { return reinterpret_cast<cudaStream_t>(stream.native()); }

// A copy from a tile's place on the device to the caller's.
struct TileCopy {
  std::uint8_t* to;
  const std::uint8_t* from;
};

class NvjpegPhotoDecoder : public GpuDecoder {
 public:
  NvjpegPhotoDecoder(int index, std::unique_ptr<NvjpegPictures> pictures, const GpuDecoderOptions& options)
      : index_(index),
        options_(options),
        device_(cuda_device_api(index)),
        pictures_(std::move(pictures)),
        stream_(*device_),
        passed_(*device_) {}

  ~NvjpegPhotoDecoder() override {
    try {
      const CudaDeviceGuard guard(index_);
      pictures_.reset();
    } catch (...) {
      return;  // the device is lost, and with it what was to be released
    }
  }

  std::vector<GpuOutcome> decode(std::span<const GpuPhoto> photos, int side) override {
    for (const auto& photo : photos) check_photo(photo);
    const CudaDeviceGuard guard(index_);
    std::vector<GpuOutcome> outcomes(photos.size());
    for (std::size_t first = 0; first < photos.size();) {
      const auto count = lot_from(photos.subspan(first));
      decode_lot(photos.subspan(first, count), std::span(outcomes).subspan(first, count), side);
      first += count;
    }
    return outcomes;
  }

  [[nodiscard]] std::string_view name() const noexcept override { return pictures_->name(); }
  [[nodiscard]] int batch() const noexcept override { return options_.batch; }

 private:
  // Whatever ends the work on a lot: nothing that was queued may touch the caller's files and places after
  // it.
  class WaitOnTheWayOut {
   public:
    explicit WaitOnTheWayOut(NvjpegPhotoDecoder& decoder) : decoder_(decoder) {}
    WaitOnTheWayOut(const WaitOnTheWayOut&) = delete;
    WaitOnTheWayOut& operator=(const WaitOnTheWayOut&) = delete;
    ~WaitOnTheWayOut() {
      try {
        decoder_.wait();
      } catch (...) {
        return;  // the device is lost: nothing runs there any more
      }
    }

   private:
    NvjpegPhotoDecoder& decoder_;
  };

  // How many of the photographs, one at least, are decoded together.
  [[nodiscard]] std::size_t lot_from(std::span<const GpuPhoto> photos) const {
    std::size_t bytes = 0;
    std::size_t count = 0;
    while (count < photos.size() && count < static_cast<std::size_t>(options_.batch)) {
      if (fits(photos[count])) bytes += aligned(picture_bytes(photos[count]));
      if (count > 0 && bytes > options_.max_bytes) break;
      ++count;
    }
    return count;
  }

  [[nodiscard]] bool fits(const GpuPhoto& photo) const noexcept {
    return std::int64_t{photo.width} * photo.height <= options_.max_pixels &&
           picture_bytes(photo) <= options_.max_bytes;
  }

  [[nodiscard]] GpuOutcome refused(const GpuPhoto& photo) const noexcept {
    if (!fits(photo)) return NotForGpu::too_large;
    return picture_bytes(photo) < kMarkBytes ? GpuOutcome{NotForGpu::format} : GpuOutcome{};
  }

  // What memory does not allow together is tried in halves.
  void decode_lot(std::span<const GpuPhoto> photos, std::span<GpuOutcome> outcomes, int side) {
    try {
      return decode_together(photos, outcomes, side);
    } catch (const std::bad_alloc&) {
      outcomes.front() = NotForGpu::no_memory;  // unless fewer fit
    }
    const auto half = photos.size() / 2;
    if (half == 0) return;
    decode_lot(photos.first(half), outcomes.first(half), side);
    decode_lot(photos.subspan(half), outcomes.subspan(half), side);
  }

  void decode_together(std::span<const GpuPhoto> photos, std::span<GpuOutcome> outcomes, int side) {
    auto tasks = place(photos, outcomes);
    if (tasks.empty()) return;
    const WaitOnTheWayOut passed(*this);
    pictures_->decode(tasks, native(stream_.view()));
    cut(tasks, side);
    const auto* marks = copy_marks(tasks);
    wait();
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      auto& outcome = tasks[i].outcome;
      if (!outcome && !written({marks + i * kMarkBytes, kMarkBytes})) outcome = NotForGpu::unwritten;
      outcomes[static_cast<std::size_t>(tasks[i].photo - photos.data())] = outcome;
    }
  }

  // A place for every photograph that fits, marked so that what is not decoded shows. Waits: the engines do
  // not.
  std::vector<PictureTask> place(std::span<const GpuPhoto> photos, std::span<GpuOutcome> outcomes) {
    std::vector<PictureTask> tasks;
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < photos.size(); ++i) {
      outcomes[i] = refused(photos[i]);
      if (outcomes[i]) continue;
      tasks.push_back({&photos[i], nullptr, {}});
      bytes += aligned(picture_bytes(photos[i]));
    }
    if (tasks.empty()) return tasks;
    auto* memory = pixels_.pixels(*device_, bytes);
    stream_.view().launch(
        {"marks of pictures", {}, {{memory, bytes}}, [memory, bytes](NativeStream* stream) {
           check_cuda(cudaMemsetAsync(memory, kMark, bytes, reinterpret_cast<cudaStream_t>(stream)),
                      "cudaMemsetAsync");
         }});
    wait();
    for (auto& task : tasks) {
      task.picture = memory;
      memory += aligned(picture_bytes(*task.photo));
    }
    return tasks;
  }

  void cut(std::span<const PictureTask> tasks, int side) {
    std::vector<TileCopy> copies;
    const auto batch = plan(tasks, side, copies);
    const auto stream = stream_.view();
    if (!batch.tiles.empty()) launch(batch, side);
    const auto bytes = 3 * static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
    for (const auto& copy : copies) stream.copy_out(copy.to, copy.from, bytes);
    for (const auto& task : tasks) {
      if (task.outcome || task.photo->picture == nullptr) continue;
      stream.copy_out(task.photo->picture, task.picture, picture_bytes(*task.photo));
    }
  }

  // All crops of the photographs that were not refused.
  CutBatch plan(std::span<const PictureTask> tasks, int side, std::vector<TileCopy>& copies) {
    const auto bytes = 3 * static_cast<std::size_t>(side) * static_cast<std::size_t>(side);
    std::vector<std::pair<CutCrop, const GpuCrop*>> crops;
    std::size_t tiles = 0;
    for (const auto& task : tasks) {
      if (task.outcome) continue;
      for (const auto& crop : task.photo->crops) {
        crops.emplace_back(cut_crop(crop, *task.photo, task.picture), &crop);
        tiles += crop.layout == CutLayout::single ? 1 : 2;
      }
    }
    CutBatch batch;
    auto* next = tiles_.pixels(*device_, tiles * bytes);
    for (auto& [cut, crop] : crops) {
      const std::size_t count = crop->layout == CutLayout::single ? 1 : 2;
      for (std::size_t t = 0; t < count; ++t, next += bytes) {
        cut.tiles[t] = next;
        copies.push_back({crop->tiles[t], next});
      }
      add_crop(batch, cut, side);
    }
    return batch;
  }

  void launch(const CutBatch& batch, int side) {
    const auto tiles = std::as_bytes(std::span(batch.tiles));
    const auto taps = std::as_bytes(std::span(batch.taps));
    const auto bytes = aligned(tiles.size()) + taps.size();
    auto* host = plan_host_.of(*device_, bytes);
    auto* device = plan_device_.of(*device_, bytes);
    std::memcpy(host, tiles.data(), tiles.size());
    std::memcpy(host + aligned(tiles.size()), taps.data(), taps.size());
    const auto stream = stream_.view();
    stream.copy_in(device, host, bytes);
    const auto* first = reinterpret_cast<const CutTile*>(device);
    const auto* tap = reinterpret_cast<const ResizeTap*>(device + aligned(tiles.size()));
    const auto count = batch.tiles.size();
    stream.launch({"cut tiles", {{device, bytes}}, {}, [=](NativeStream* native) {
                     check_cuda(
                         launch_cut_tiles(first, count, tap, side, reinterpret_cast<cudaStream_t>(native)),
                         "cut tiles");
                   }});
  }

  // A few pixels of every picture, from its first row to its last one.
  const std::uint8_t* copy_marks(std::span<const PictureTask> tasks) {
    auto* marks = marks_.pixels(*device_, tasks.size() * kMarkBytes);
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      const auto step = mark_step(picture_bytes(*tasks[i].photo));
      stream_.view().launch({"look at marks", {}, {}, [=, picture = tasks[i].picture](NativeStream* stream) {
                               check_cuda(cudaMemcpy2DAsync(marks + i * kMarkBytes, 3, picture, step, 3,
                                                            kMarks, cudaMemcpyDeviceToHost,
                                                            reinterpret_cast<cudaStream_t>(stream)),
                                          "cudaMemcpy2DAsync");
                             }});
    }
    return marks;
  }

  void wait() {
    passed_.record(stream_.view());
    passed_.synchronize();
  }

  int index_;
  GpuDecoderOptions options_;
  std::unique_ptr<DeviceApi> device_;  ///< before what it lends
  std::unique_ptr<NvjpegPictures> pictures_;
  Stream stream_;
  Event passed_;
  DeviceRoom<DeviceMemory> pixels_;
  DeviceRoom<DeviceMemory> tiles_;
  DeviceRoom<DeviceMemory> plan_device_;
  DeviceRoom<PinnedMemory> plan_host_;
  DeviceRoom<PinnedMemory> marks_;
};

std::unique_ptr<NvjpegPictures> make_pictures(int device, GpuDecoding decoding) {
  const CudaDeviceGuard guard(device);
  switch (decoding) {
    case GpuDecoding::kernels:
      return make_kernel_pictures();
    case GpuDecoding::hybrid:
      return make_hybrid_pictures();
    case GpuDecoding::automatic:
    case GpuDecoding::hardware:
      break;
  }
  std::string why;
  if (auto engines = make_engine_pictures(why)) return engines;
  if (decoding == GpuDecoding::automatic) return make_kernel_pictures();
  throw DeviceError(ErrorCode::device_unavailable,
                    "cuda:" + std::to_string(device) + ": no JPEG engines: " + why);
}

}  // namespace

std::unique_ptr<GpuDecoder> make_nvjpeg_decoder(int device, const GpuDecoderOptions& options) {
  options.validate();
  static_cast<void>(cuda_device_api(device));  // says which devices there are
  const CudaDeviceGuard guard(device);         // nvJPEG's objects go with it current, on any way out
  return std::make_unique<NvjpegPhotoDecoder>(device, make_pictures(device, options.decoding), options);
}

}  // namespace skingauge
