#include "runtime/torchscript_cuda.hpp"

#include "skingauge/error.hpp"

#include "model/torchscript_impl.hpp"
#include "model/torchscript_module.hpp"
#include "runtime/cuda_device.hpp"
#include "runtime/normalisation.hpp"
#include "runtime/tile_kernel.hpp"

#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <optional>

#include <ATen/Context.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

namespace skingauge {
namespace {

ModuleUse cuda_use(Precision precision) {
  if (precision == Precision::int8)
    throw UsageError(
        ErrorCode::bad_option,
        "precision int8 needs the fused engine; TorchScript on CUDA has fp32, tf32, bf16 and fp16");
  if (precision == Precision::bf16) return ModuleUse::cuda_bf16;
  return precision == Precision::fp16 ? ModuleUse::cuda_fp16 : ModuleUse::cuda_fp32;
}

// TF32 is a process-wide switch of LibTorch: the first engine decides, a second one may not contradict it.
void set_tf32_once(Precision precision) {
  if (precision != Precision::fp32 && precision != Precision::tf32) return;
  static std::mutex mutex;
  static std::optional<Precision> decided;
  const std::lock_guard lock(mutex);  // nobody runs before the switches are set
  if (decided && *decided != precision)
    throw UsageError(ErrorCode::bad_option, "precision fp32 and tf32 cannot both run in one process");
  if (decided) return;
  at::globalContext().setAllowTF32CuDNN(precision == Precision::tf32);
  at::globalContext().setAllowTF32CuBLAS(precision == Precision::tf32);
  decided = precision;
}

// Each worker thread has its own stream on each device, so that engines never wait for one another's work.
c10::cuda::CUDAStream worker_stream(int device) {
  thread_local std::map<int, c10::cuda::CUDAStream> streams;
  const auto found = streams.find(device);
  if (found != streams.end()) return found->second;
  const auto fresh = c10::cuda::getStreamFromPool(false, static_cast<c10::DeviceIndex>(device));
  return streams.emplace(device, fresh).first->second;
}

// Throws DeviceError where the device is lost, whatever a network's error says: all later calls say the same.
void check_device(int device, const std::string& what) {
  const CudaDeviceGuard guard(device);
  check_cuda(cudaStreamSynchronize(worker_stream(device).stream()), what.c_str());
}

class CudaTorchScriptEngine final : public Engine {
 public:
  CudaTorchScriptEngine(const EngineRequest& request, std::shared_ptr<const TorchScriptImpl> module)
      : module_(std::move(module)),
        device_(request.device.index),
        size_(request.preprocess.size),
        precision_(request.precision),
        normalisation_(request.preprocess),
        id_(request.model.id) {}

  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) override {
    const c10::InferenceMode inference;
    try {
      const c10::cuda::CUDAStreamGuard guard(worker_stream(device_));  // restores device and stream
      const auto answer =
          module_->forward(input(tiles, static_cast<std::int64_t>(count)));  // waits for the copy back
      if (answer.numel() != static_cast<std::int64_t>(outputs.size())) {
        throw ModelError(ErrorCode::model_width, id_ + ": " + std::to_string(answer.numel()) +
                                                     " outputs for " + std::to_string(count) + " tiles");
      }
      std::memcpy(outputs.data(), answer.const_data_ptr<float>(), outputs.size_bytes());
    } catch (const c10::OutOfMemoryError&) {
      throw std::bad_alloc();  // the caller tries a smaller batch
    } catch (const c10::Error& e) {
      const auto what = id_ + " on cuda:" + std::to_string(device_) + ": " + e.what_without_backtrace();
      check_device(device_, what);
      throw ModelError(ErrorCode::model_failed, what);
    }
  }

  [[nodiscard]] std::string_view name() const noexcept override { return "torchscript"; }

 private:
  // N x 3 x size x size in channels-last memory on the device; the copy is asynchronous from pinned memory,
  // which LibTorch's host allocator keeps until the stream has passed it.
  [[nodiscard]] torch::Tensor input(std::span<const std::uint8_t> tiles, std::int64_t count) const {
    auto staged = torch::empty({static_cast<std::int64_t>(tiles.size())},
                               torch::dtype(torch::kByte).pinned_memory(true));
    std::memcpy(staged.data_ptr<std::uint8_t>(), tiles.data(), tiles.size());
    const auto bytes = staged.to(module_->device, /*non_blocking=*/true);
    auto values = torch::empty({count, 3, size_, size_}, torch::dtype(module_->type).device(module_->device),
                               torch::MemoryFormat::ChannelsLast);
    const auto stream = c10::cuda::getCurrentCUDAStream(static_cast<c10::DeviceIndex>(device_));
    const TileBatch batch{normalisation_, bytes.const_data_ptr<std::uint8_t>(), tiles.size() / 3U};
    check_cuda(launch_normalise_tiles(batch, 3, precision_, values.data_ptr(), stream.stream()),
               "normalise_tiles");
    return values;
  }

  std::shared_ptr<const TorchScriptImpl> module_;
  int device_;
  int size_;
  Precision precision_;
  Normalisation normalisation_;
  std::string id_;
};

}  // namespace

std::unique_ptr<Engine> make_torchscript_cuda_engine(const EngineRequest& request,
                                                     const CheckedModule& checked) {
  set_tf32_once(request.precision);
  const auto name = request.model.id + " on " + to_string(request.device);
  try {
    const c10::cuda::CUDAStreamGuard guard(worker_stream(request.device.index));
    auto module = load_torchscript(request.model, checked, request.preprocess.size,
                                   cuda_use(request.precision), request.device.index);
    // Weights were copied on this thread's stream; the engine's first user may be another one.
    c10::cuda::getCurrentCUDAStream(static_cast<c10::DeviceIndex>(request.device.index)).synchronize();
    return std::make_unique<CudaTorchScriptEngine>(request, std::move(module));
  } catch (const c10::OutOfMemoryError&) {
    throw DeviceError(ErrorCode::device_unavailable, name + ": memory ran short while it was loaded");
  } catch (const c10::Error& e) {
    throw DeviceError(ErrorCode::device_failed, name + ": " + e.what_without_backtrace());
  } catch (const ModelError& e) {
    check_device(request.device.index, e.what());
    throw;
  }
}

std::string cudnn_version() {
  const long version =
      at::globalContext().versionCuDNN();  // major * 10000 + minor * 100 + patch since cuDNN 9
  return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." +
         std::to_string(version % 100);
}

}  // namespace skingauge
