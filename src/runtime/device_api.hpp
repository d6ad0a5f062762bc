// The few calls by which work reaches a GPU: the seam between the flow and CUDA, or a device made up for
// tests.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace skingauge {

struct NativeStream;  ///< never defined: on CUDA a pointer to it is a cudaStream_t
struct NativeEvent;   ///< a cudaEvent_t
struct NativeGraph;   ///< a cudaGraphExec_t

/// Bytes of device memory.
struct DeviceRange {
  const void* at{nullptr};
  std::size_t bytes{0};
};

/// A piece of work for a stream, and what it touches. CUDA orders work by streams and events alone; `reads`
/// and `writes` are what a made-up device holds that order to.
struct DeviceWork {
  std::string_view name;  ///< static storage
  std::vector<DeviceRange> reads{};
  std::vector<DeviceRange> writes{};
  /// Puts the work on the stream. On CUDA called once, at once, by the thread that queues it (inside a
  /// capture: at the capture); a made-up device calls it when the work's turn comes, in a graph at each
  /// launch. So it holds copies of what it needs, and pointers to device memory alone.
  std::function<void(NativeStream*)> put;
};

struct DeviceMemoryInfo {
  std::size_t free{0};   ///< bytes
  std::size_t total{0};  ///< bytes
};

/// One device. Work on a stream runs in the order in which it was queued; streams run side by side but for
/// the waits between them. Nothing but `synchronize` waits for the device.
///
/// Errors: std::bad_alloc where memory, on the device or pinned, is short: the call had no effect and later
/// ones may succeed. DeviceError device-failed for anything else: the device is lost, and every later call
/// throws the same. Release functions never throw.
///
/// Every function may be called from any thread; one stream, event or graph is used by one thread at a time.
class DeviceApi {
 public:
  DeviceApi() = default;
  DeviceApi(const DeviceApi&) = delete;
  DeviceApi& operator=(const DeviceApi&) = delete;
  virtual ~DeviceApi() = default;

  /// Aligned to 256 bytes; contents are undefined. bytes >= 1.
  virtual void* allocate(std::size_t bytes) = 0;
  virtual void release(void* memory) noexcept = 0;
  /// Memory of the host that the device copies from and to without a detour.
  virtual void* allocate_pinned(std::size_t bytes) = 0;
  virtual void release_pinned(void* memory) noexcept = 0;
  virtual DeviceMemoryInfo memory() = 0;

  virtual NativeStream* make_stream() = 0;
  virtual void release(NativeStream* stream) noexcept = 0;
  virtual NativeEvent* make_event() = 0;
  virtual void release(NativeEvent* event) noexcept = 0;

  /// The host's memory is pinned, and untouched until the stream has passed.
  virtual void copy_in(NativeStream* stream, void* to, const void* from_host, std::size_t bytes) = 0;
  virtual void copy_out(NativeStream* stream, void* to_host, const void* from, std::size_t bytes) = 0;
  virtual void fill_zero(NativeStream* stream, void* at, std::size_t bytes) = 0;
  virtual void launch(NativeStream* stream, const DeviceWork& work) = 0;

  /// The event stands for all that is queued on the stream so far.
  virtual void record(NativeEvent* event, NativeStream* stream) = 0;
  /// What is queued on the stream from now on waits for the event.
  virtual void wait(NativeStream* stream, NativeEvent* event) = 0;
  /// Whether the device has come as far as the event. An error of the work before it shows here.
  virtual bool reached(NativeEvent* event) = 0;
  /// Waits, without using the processor, until it has.
  virtual void synchronize(NativeEvent* event) = 0;

  /// What `queue` puts on the stream (launches, fills and copies within the device alone) becomes a graph
  /// instead of running.
  virtual NativeGraph* capture(NativeStream* stream, const std::function<void()>& queue) = 0;
  virtual void launch(NativeGraph* graph, NativeStream* stream) = 0;
  virtual void release(NativeGraph* graph) noexcept = 0;
};

/// A CUDA device by its index. Throws DeviceError device-unavailable where there is none.
std::unique_ptr<DeviceApi> cuda_device_api(int index);

}  // namespace skingauge
