// Owners of what a device lends, and views of them: move-only, released exactly once, on any way out.
#pragma once

#include "runtime/device_api.hpp"

#include <cstddef>
#include <functional>
#include <utility>

namespace skingauge {

/// Owns one handle of a device, which outlives it.
template <class Handle, void (*kRelease)(DeviceApi&, Handle*) noexcept>
class DeviceOwned {
 public:
  DeviceOwned() = default;
  DeviceOwned(DeviceApi& device, Handle* handle) noexcept : device_(&device), handle_(handle) {}
  DeviceOwned(DeviceOwned&& other) noexcept
      : device_(other.device_), handle_(std::exchange(other.handle_, nullptr)) {}
  DeviceOwned& operator=(DeviceOwned&& other) noexcept {
    DeviceOwned taken(std::move(other));  // what was owned here goes with it
    std::swap(device_, taken.device_);
    std::swap(handle_, taken.handle_);
    return *this;
  }
  DeviceOwned(const DeviceOwned&) = delete;
  DeviceOwned& operator=(const DeviceOwned&) = delete;
  ~DeviceOwned() {
    if (handle_ != nullptr) kRelease(*device_, handle_);
  }

  [[nodiscard]] Handle* get() const noexcept { return handle_; }
  explicit operator bool() const noexcept { return handle_ != nullptr; }

 protected:
  [[nodiscard]] DeviceApi& device() const noexcept { return *device_; }

 private:
  DeviceApi* device_{nullptr};
  Handle* handle_{nullptr};
};

namespace device_release {
inline void memory(DeviceApi& device, std::byte* at) noexcept { device.release(static_cast<void*>(at)); }
inline void pinned(DeviceApi& device, std::byte* at) noexcept { device.release_pinned(at); }
inline void stream(DeviceApi& device, NativeStream* stream) noexcept { device.release(stream); }
inline void event(DeviceApi& device, NativeEvent* event) noexcept { device.release(event); }
inline void graph(DeviceApi& device, NativeGraph* graph) noexcept { device.release(graph); }
}  // namespace device_release

/// A stream that someone else owns: what functions that queue work take.
class StreamView {
 public:
  StreamView(DeviceApi& device, NativeStream* stream) noexcept : device_(&device), stream_(stream) {}

  void copy_in(void* to, const void* from_host, std::size_t bytes) const {
    device_->copy_in(stream_, to, from_host, bytes);
  }
  void copy_out(void* to_host, const void* from, std::size_t bytes) const {
    device_->copy_out(stream_, to_host, from, bytes);
  }
  void fill_zero(void* at, std::size_t bytes) const { device_->fill_zero(stream_, at, bytes); }
  void launch(const DeviceWork& work) const { device_->launch(stream_, work); }

  [[nodiscard]] DeviceApi& device() const noexcept { return *device_; }
  [[nodiscard]] NativeStream* native() const noexcept { return stream_; }

 private:
  DeviceApi* device_;
  NativeStream* stream_;
};

class Stream : public DeviceOwned<NativeStream, device_release::stream> {
 public:
  Stream() = default;
  explicit Stream(DeviceApi& device) : DeviceOwned(device, device.make_stream()) {}
  [[nodiscard]] StreamView view() const noexcept { return {device(), get()}; }
};

class Event : public DeviceOwned<NativeEvent, device_release::event> {
 public:
  Event() = default;
  explicit Event(DeviceApi& device) : DeviceOwned(device, device.make_event()) {}
  void record(StreamView stream) const { device().record(get(), stream.native()); }
  void hold(StreamView stream) const {
    device().wait(stream.native(), get());
  }  ///< what follows waits for it
  [[nodiscard]] bool reached() const { return device().reached(get()); }
  void synchronize() const { device().synchronize(get()); }
};

/// Waits, as it goes, for all that is queued on a stream: declared behind memory that this may use.
class StreamSettler {
 public:
  explicit StreamSettler(StreamView stream) : stream_(stream), settled_(stream.device()) {}
  StreamSettler(const StreamSettler&) = delete;
  StreamSettler& operator=(const StreamSettler&) = delete;
  ~StreamSettler() {
    try {
      settle();
    } catch (...) {
      return;  // a lost device uses nothing any more
    }
  }
  void settle() const {
    settled_.record(stream_);
    settled_.synchronize();
  }

 private:
  StreamView stream_;
  Event settled_;
};

/// What was captured of a stream, ready to be launched on any of the device.
class Graph : public DeviceOwned<NativeGraph, device_release::graph> {
 public:
  Graph() = default;
  Graph(StreamView stream, const std::function<void()>& queue)
      : DeviceOwned(stream.device(), stream.device().capture(stream.native(), queue)) {}
  void launch(StreamView stream) const { stream.device().launch(get(), stream.native()); }
};

/// Memory of a device: no host may look into it.
class DeviceMemory : public DeviceOwned<std::byte, device_release::memory> {
 public:
  DeviceMemory() = default;
  DeviceMemory(DeviceApi& device, std::size_t bytes)
      : DeviceOwned(device, static_cast<std::byte*>(device.allocate(bytes))), bytes_(bytes) {}
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::size_t bytes_{0};
};

/// Memory of the host that a device copies from and to.
class PinnedMemory : public DeviceOwned<std::byte, device_release::pinned> {
 public:
  PinnedMemory() = default;
  PinnedMemory(DeviceApi& device, std::size_t bytes)
      : DeviceOwned(device, static_cast<std::byte*>(device.allocate_pinned(bytes))), bytes_(bytes) {}
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::size_t bytes_{0};
};

}  // namespace skingauge
