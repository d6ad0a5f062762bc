// The device's JPEG engines take batches.
#include "runtime/cuda_device.hpp"
#include "runtime/nvjpeg_pictures.hpp"

#include <string>
#include <vector>

#include <dlfcn.h>

namespace skingauge {
namespace {

constexpr int kHostThreads = 1;  // the engines read Huffman codes themselves

class EnginePictures : public NvjpegPictures {
 public:
  explicit EnginePictures(NvjpegHandle handle)
      : handle_(std::move(handle)),
        file_(make_nvjpeg<NvjpegFile>("nvjpegJpegStreamCreate", nvjpegJpegStreamCreate, handle_.get())) {}

  void decode(std::span<PictureTask> tasks, cudaStream_t stream) override {
    std::vector<PictureTask*> batch;
    batch.reserve(tasks.size());
    for (auto& task : tasks) {
      task.outcome = supported(task, stream);
      if (!task.outcome) batch.push_back(&task);
    }
    if (batch.empty()) return;
    const auto refused = decode_batch(batch, stream);
    if (!refused) return;
    if (batch.size() == 1) {
      batch.front()->outcome = refused;
      return;
    }
    // A batch fails as a whole, for whichever of its photographs.
    for (auto* task : batch) {
      task->outcome = decode_batch({&task, 1}, stream);
      check_cuda(cudaStreamSynchronize(stream), "cudaStreamSynchronize");  // they share a state
    }
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "nvjpeg-hardware"; }

 private:
  GpuOutcome supported(const PictureTask& task, cudaStream_t stream) {
    if (auto refused = parse_file(handle_.get(), task, file_.get(), stream)) return refused;
    int unsupported = 1;  // nvJPEG's word is 0 for yes
    const auto status = nvjpegDecodeBatchedSupported(handle_.get(), file_.get(), &unsupported);
    if (auto refused = refusal_of(status, stream)) return refused;
    return unsupported == 0 ? GpuOutcome{} : NotForGpu::format;
  }

  // What refused the batch; the state is ready for another one then.
  GpuOutcome decode_batch(std::span<PictureTask* const> batch, cudaStream_t stream) {
    std::vector<const unsigned char*> files;
    std::vector<std::size_t> bytes;
    std::vector<nvjpegImage_t> images;
    for (const auto* task : batch) {
      files.push_back(reinterpret_cast<const unsigned char*>(task->photo->file.data()));
      bytes.push_back(task->photo->file.size());
      images.push_back(image_of(*task));
    }
    prepare(batch.size());
    const auto refused = refusal_of(
        nvjpegDecodeBatched(handle_.get(), state_.get(), files.data(), bytes.data(), images.data(), stream),
        stream);
    if (refused) prepared_ = 0;
    return refused;
  }

  // Once for a size of batch; again after a failure, on a state that has not seen it.
  void prepare(std::size_t size) {
    if (prepared_ == size) return;
    if (prepared_ == 0) {
      state_ = make_nvjpeg<NvjpegState>("nvjpegJpegStateCreate", nvjpegJpegStateCreate, handle_.get());
      // Else it allocates and frees at each batch, which the other streams wait for. Of no effect on results.
      static_cast<void>(nvjpegDecodeBatchedPreAllocate(handle_.get(), state_.get(), 1, 1, 1, NVJPEG_CSS_444,
                                                       NVJPEG_OUTPUT_BGRI));
    }
    prepared_ = 0;
    check_nvjpeg(nvjpegDecodeBatchedInitialize(handle_.get(), state_.get(), static_cast<int>(size),
                                               kHostThreads, NVJPEG_OUTPUT_BGRI),
                 "nvjpegDecodeBatchedInitialize");
    prepared_ = size;
  }

  NvjpegHandle handle_;  ///< first: the others are its
  NvjpegFile file_;
  NvjpegState state_;        ///< made when it is needed
  std::size_t prepared_{0};  ///< the size of batch that the state is ready for; 0: none
};

// nvJPEG reaches the engines through this library of the driver's, which containers tend to lack.
bool driver_decodes() {
  void* const library = dlopen("libnvcuvid.so.1", RTLD_LAZY | RTLD_LOCAL);
  if (library == nullptr) return false;
  dlclose(library);
  return true;
}

}  // namespace

std::unique_ptr<NvjpegPictures> make_engine_pictures(std::string& why) {
  NvjpegHandle handle;
  auto status = create_nvjpeg(NVJPEG_BACKEND_HARDWARE, handle);
  if (status == NVJPEG_STATUS_ALLOCATOR_FAILURE) check_nvjpeg(status, "nvjpegCreateEx");
  unsigned engines = 0;
  unsigned cores = 0;
  if (handle) status = nvjpegGetHardwareDecoderInfo(handle.get(), &engines, &cores);
  forgive_cuda(cudaPeekAtLastError());
  if (status == NVJPEG_STATUS_SUCCESS && engines > 0)
    return std::make_unique<EnginePictures>(std::move(handle));
  why = status == NVJPEG_STATUS_SUCCESS ? "the device has no JPEG engine"
                                        : std::string("nvJPEG says ") + name_of(status);
  if (!driver_decodes()) why += "; the driver's libnvcuvid.so.1 cannot be loaded";
  return nullptr;
}

}  // namespace skingauge
