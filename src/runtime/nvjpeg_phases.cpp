// Kernels decode photograph by photograph: while those of one run, the calling thread prepares the next one.
#include "runtime/cuda_device.hpp"
#include "runtime/nvjpeg_pictures.hpp"

#include <array>
#include <utility>

namespace skingauge {
namespace {

// A CUDA event of the current device.
class Passed {
 public:
  Passed() {
    check_cuda(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming | cudaEventBlockingSync),
               "cudaEventCreateWithFlags");
  }
  Passed(const Passed&) = delete;
  Passed& operator=(const Passed&) = delete;
  ~Passed() { forgive_cuda(cudaEventDestroy(event_)); }

  void record(cudaStream_t stream) { check_cuda(cudaEventRecord(event_, stream), "cudaEventRecord"); }
  /// At once where nothing was recorded.
  void wait() { check_cuda(cudaEventSynchronize(event_), "cudaEventSynchronize"); }

 private:
  cudaEvent_t event_{nullptr};
};

// Everything that one photograph under way holds.
struct Slot {
  Slot(nvjpegHandle_t handle, nvjpegJpegDecoder_t decoder)
      : file(make_nvjpeg<NvjpegFile>("nvjpegJpegStreamCreate", nvjpegJpegStreamCreate, handle)),
        pinned(
            make_nvjpeg<NvjpegPinned>("nvjpegBufferPinnedCreate", nvjpegBufferPinnedCreate, handle, nullptr)),
        device(
            make_nvjpeg<NvjpegDevice>("nvjpegBufferDeviceCreate", nvjpegBufferDeviceCreate, handle, nullptr)),
        state(
            make_nvjpeg<NvjpegState>("nvjpegDecoderStateCreate", nvjpegDecoderStateCreate, handle, decoder)) {
    check_nvjpeg(nvjpegStateAttachPinnedBuffer(state.get(), pinned.get()), "nvjpegStateAttachPinnedBuffer");
    check_nvjpeg(nvjpegStateAttachDeviceBuffer(state.get(), device.get()), "nvjpegStateAttachDeviceBuffer");
  }

  NvjpegFile file;
  NvjpegPinned pinned;
  NvjpegDevice device;
  NvjpegState state;  ///< last: it uses the buffers
  Passed passed;      ///< recorded behind the photograph's last kernel
};

class PhasedPictures : public NvjpegPictures {
 public:
  PhasedPictures(nvjpegBackend_t backend, std::string_view name)
      : name_(name),
        handle_(make_handle(backend)),
        params_(
            make_nvjpeg<NvjpegParams>("nvjpegDecodeParamsCreate", nvjpegDecodeParamsCreate, handle_.get())),
        decoder_(
            make_nvjpeg<NvjpegDecoder>("nvjpegDecoderCreate", nvjpegDecoderCreate, handle_.get(), backend)) {
    check_nvjpeg(nvjpegDecodeParamsSetOutputFormat(params_.get(), NVJPEG_OUTPUT_BGRI),
                 "nvjpegDecodeParamsSetOutputFormat");
  }

  void decode(std::span<PictureTask> tasks, cudaStream_t stream) override {
    for (auto& task : tasks) {
      std::swap(slots_[0], slots_[1]);
      if (!slots_[0]) slots_[0] = std::make_unique<Slot>(handle_.get(), decoder_.get());
      slots_[0]->passed.wait();
      task.outcome = decode_one(task, *slots_[0], stream);
    }
  }

  [[nodiscard]] std::string_view name() const noexcept override { return name_; }

 private:
  static NvjpegHandle make_handle(nvjpegBackend_t backend) {
    NvjpegHandle handle;
    check_nvjpeg(create_nvjpeg(backend, handle), "nvjpegCreateEx");
    return handle;
  }

  GpuOutcome decode_one(const PictureTask& task, Slot& slot, cudaStream_t stream) {
    if (auto refused = parse_file(handle_.get(), task, slot.file.get(), stream)) return refused;
    int unsupported = 1;  // nvJPEG's word is 0 for yes
    const auto asked =
        nvjpegDecoderJpegSupported(decoder_.get(), slot.file.get(), params_.get(), &unsupported);
    if (auto refused = refusal_of(asked, stream)) return refused;
    if (unsupported != 0) return NotForGpu::format;
    auto image = image_of(task);
    const auto refused = refusal_of(phases(slot, image, stream), stream);
    slot.passed.record(stream);
    if (refused) slots_[0].reset();  // a state that has failed is not trusted again; nothing uses it any more
    return refused;
  }

  nvjpegStatus_t phases(Slot& slot, nvjpegImage_t& image, cudaStream_t stream) {
    auto status =
        nvjpegDecodeJpegHost(handle_.get(), decoder_.get(), slot.state.get(), params_.get(), slot.file.get());
    if (status != NVJPEG_STATUS_SUCCESS) return status;
    status = nvjpegDecodeJpegTransferToDevice(handle_.get(), decoder_.get(), slot.state.get(),
                                              slot.file.get(), stream);
    if (status != NVJPEG_STATUS_SUCCESS) return status;
    return nvjpegDecodeJpegDevice(handle_.get(), decoder_.get(), slot.state.get(), &image, stream);
  }

  std::string_view name_;
  NvjpegHandle handle_;  ///< before what is made of it
  NvjpegParams params_;
  NvjpegDecoder decoder_;
  std::array<std::unique_ptr<Slot>, 2> slots_;  ///< made when they are needed; the first is the next one's
};

}  // namespace

std::unique_ptr<NvjpegPictures> make_kernel_pictures() {
  return std::make_unique<PhasedPictures>(NVJPEG_BACKEND_GPU_HYBRID, "nvjpeg-kernels");
}

std::unique_ptr<NvjpegPictures> make_hybrid_pictures() {
  return std::make_unique<PhasedPictures>(NVJPEG_BACKEND_HYBRID, "nvjpeg-hybrid");
}

}  // namespace skingauge
