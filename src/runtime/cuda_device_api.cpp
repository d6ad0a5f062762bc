#include "skingauge/error.hpp"

#include "runtime/cuda_device.hpp"
#include "runtime/device_api.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <type_traits>

namespace skingauge {
namespace {

cudaStream_t native(NativeStream* stream) { return reinterpret_cast<cudaStream_t>(stream); }
cudaEvent_t native(NativeEvent* event) { return reinterpret_cast<cudaEvent_t>(event); }
cudaGraphExec_t native(NativeGraph* graph) { return reinterpret_cast<cudaGraphExec_t>(graph); }

// A graph as captured, before it can be launched.
class CapturedGraph {
 public:
  explicit CapturedGraph(cudaStream_t stream) : stream_(stream) {
    // Other threads may allocate and load meanwhile.
    check_cuda(cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal), "cudaStreamBeginCapture");
    capturing_ = true;
  }
  CapturedGraph(const CapturedGraph&) = delete;
  CapturedGraph& operator=(const CapturedGraph&) = delete;
  ~CapturedGraph() {
    if (capturing_) forgive_cuda(cudaStreamEndCapture(stream_, &graph_));
    if (graph_ != nullptr) forgive_cuda(cudaGraphDestroy(graph_));
  }
  cudaGraph_t end() {
    capturing_ = false;  // ended, well or not
    check_cuda(cudaStreamEndCapture(stream_, &graph_), "cudaStreamEndCapture");
    return graph_;
  }

 private:
  cudaStream_t stream_;
  cudaGraph_t graph_{nullptr};
  bool capturing_{false};
};

cudaGraphExec_t instantiate(cudaGraph_t graph, cudaStream_t stream) {
  cudaGraphExec_t made = nullptr;
  check_cuda(cudaGraphInstantiate(&made, graph, 0), "cudaGraphInstantiate");
  try {
    check_cuda(cudaGraphUpload(made, stream), "cudaGraphUpload");
  } catch (...) {
    forgive_cuda(cudaGraphExecDestroy(made));
    throw;
  }
  return made;
}

class CudaDeviceApi final : public DeviceApi {
 public:
  explicit CudaDeviceApi(int index) : index_(index) {}

  void* allocate(std::size_t bytes) override {
    return on_device([&] {
      void* memory = nullptr;
      check_cuda(cudaMalloc(&memory, bytes), "cudaMalloc");
      return memory;
    });
  }
  void release(void* memory) noexcept override {
    off_device([&] { return cudaFree(memory); });
  }
  void* allocate_pinned(std::size_t bytes) override {
    return on_device([&] {
      void* memory = nullptr;
      check_cuda(cudaHostAlloc(&memory, bytes, cudaHostAllocPortable), "cudaHostAlloc");
      return memory;
    });
  }
  void release_pinned(void* memory) noexcept override {
    off_device([&] { return cudaFreeHost(memory); });
  }
  DeviceMemoryInfo memory() override {
    return on_device([] {
      DeviceMemoryInfo info;
      check_cuda(cudaMemGetInfo(&info.free, &info.total), "cudaMemGetInfo");
      return info;
    });
  }

  NativeStream* make_stream() override {
    return on_device([] {
      cudaStream_t stream = nullptr;
      check_cuda(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
      return reinterpret_cast<NativeStream*>(stream);
    });
  }
  void release(NativeStream* stream) noexcept override {
    off_device([&] { return cudaStreamDestroy(native(stream)); });
  }
  NativeEvent* make_event() override {
    return on_device([] {
      cudaEvent_t event = nullptr;
      check_cuda(cudaEventCreateWithFlags(&event, cudaEventDisableTiming | cudaEventBlockingSync),
                 "cudaEventCreateWithFlags");
      return reinterpret_cast<NativeEvent*>(event);
    });
  }
  void release(NativeEvent* event) noexcept override {
    off_device([&] { return cudaEventDestroy(native(event)); });
  }

  void copy_in(NativeStream* stream, void* to, const void* from_host, std::size_t bytes) override {
    on_device([&] {
      check_cuda(cudaMemcpyAsync(to, from_host, bytes, cudaMemcpyHostToDevice, native(stream)),
                 "cudaMemcpyAsync to the device");
    });
  }
  void copy_out(NativeStream* stream, void* to_host, const void* from, std::size_t bytes) override {
    on_device([&] {
      check_cuda(cudaMemcpyAsync(to_host, from, bytes, cudaMemcpyDeviceToHost, native(stream)),
                 "cudaMemcpyAsync from the device");
    });
  }
  void fill_zero(NativeStream* stream, void* at, std::size_t bytes) override {
    on_device([&] { check_cuda(cudaMemsetAsync(at, 0, bytes, native(stream)), "cudaMemsetAsync"); });
  }
  void launch(NativeStream* stream, const DeviceWork& work) override {
    on_device([&] {
      static_cast<void>(cudaGetLastError());  // of others in this thread
      work.put(stream);
      check_cuda(cudaGetLastError(), std::string(work.name).c_str());
    });
  }

  void record(NativeEvent* event, NativeStream* stream) override {
    on_device([&] { check_cuda(cudaEventRecord(native(event), native(stream)), "cudaEventRecord"); });
  }
  void wait(NativeStream* stream, NativeEvent* event) override {
    on_device(
        [&] { check_cuda(cudaStreamWaitEvent(native(stream), native(event), 0), "cudaStreamWaitEvent"); });
  }
  bool reached(NativeEvent* event) override {
    return on_device([&] {
      const auto status = cudaEventQuery(native(event));
      if (status == cudaErrorNotReady) {
        static_cast<void>(cudaGetLastError());
        return false;
      }
      check_cuda(status, "cudaEventQuery");
      return true;
    });
  }
  void synchronize(NativeEvent* event) override {
    on_device([&] { check_cuda(cudaEventSynchronize(native(event)), "cudaEventSynchronize"); });
  }

  NativeGraph* capture(NativeStream* stream, const std::function<void()>& queue) override {
    return on_device([&] {
      CapturedGraph captured(native(stream));
      queue();
      return reinterpret_cast<NativeGraph*>(instantiate(captured.end(), native(stream)));
    });
  }
  void launch(NativeGraph* graph, NativeStream* stream) override {
    on_device([&] { check_cuda(cudaGraphLaunch(native(graph), native(stream)), "cudaGraphLaunch"); });
  }
  void release(NativeGraph* graph) noexcept override {
    off_device([&] { return cudaGraphExecDestroy(native(graph)); });
  }

 private:
  // Whatever CUDA says of later calls, they say what went wrong first.
  template <class Call>
  std::invoke_result_t<const Call&> on_device(const Call& call) {
    throw_if_lost();
    try {
      const CudaDeviceGuard guard(index_);
      return call();
    } catch (const DeviceError& e) {
      const std::lock_guard lock(mutex_);
      if (!lost_) lost_ = "cuda:" + std::to_string(index_) + ": " + e.what();
      throw DeviceError(e.code(), *lost_);
    }
  }
  template <class Call>
  void off_device(const Call& call) noexcept {
    try {
      const CudaDeviceGuard guard(index_);
      forgive_cuda(call());
    } catch (...) {
      return;  // the device is lost, and with it what was to be released
    }
  }
  void throw_if_lost() {
    const std::lock_guard lock(mutex_);
    if (lost_) throw DeviceError(ErrorCode::device_failed, *lost_);
  }

  int index_;
  std::mutex mutex_;
  std::optional<std::string> lost_;
};

}  // namespace

std::unique_ptr<DeviceApi> cuda_device_api(int index) {
  int count = 0;
  const auto status = cudaGetDeviceCount(&count);
  forgive_cuda(status);
  if (status != cudaSuccess || index < 0 || index >= count) {
    throw DeviceError(ErrorCode::device_unavailable,
                      "cuda:" + std::to_string(index) + ": " +
                          (status == cudaSuccess ? "this machine has " + std::to_string(count) + " GPU(s)"
                                                 : std::string(cudaGetErrorString(status))));
  }
  return std::make_unique<CudaDeviceApi>(index);
}

}  // namespace skingauge
