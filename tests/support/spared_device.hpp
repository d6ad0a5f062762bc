// A made-up device whose own bookkeeping is spared where the host's allocations fail.
#pragma once

#include "support/failing_allocations.hpp"
#include "support/fake_device.hpp"

#include <memory>
#include <type_traits>
#include <utility>

namespace skingauge::test {

class SparedDevice final : public DeviceApi {
 public:
  explicit SparedDevice(std::shared_ptr<FakeDevice> device) : device_(std::move(device)) {}

  void* allocate(std::size_t bytes) override {
    return spared([&] { return device_->allocate(bytes); });
  }
  void release(void* memory) noexcept override {
    spared([&] { device_->release(memory); });
  }
  void* allocate_pinned(std::size_t bytes) override {
    return spared([&] { return device_->allocate_pinned(bytes); });
  }
  void release_pinned(void* memory) noexcept override {
    spared([&] { device_->release_pinned(memory); });
  }
  DeviceMemoryInfo memory() override {
    return spared([&] { return device_->memory(); });
  }
  NativeStream* make_stream() override {
    return spared([&] { return device_->make_stream(); });
  }
  void release(NativeStream* stream) noexcept override {
    spared([&] { device_->release(stream); });
  }
  NativeEvent* make_event() override {
    return spared([&] { return device_->make_event(); });
  }
  void release(NativeEvent* event) noexcept override {
    spared([&] { device_->release(event); });
  }
  void copy_in(NativeStream* stream, void* to, const void* from_host, std::size_t bytes) override {
    spared([&] { device_->copy_in(stream, to, from_host, bytes); });
  }
  void copy_out(NativeStream* stream, void* to_host, const void* from, std::size_t bytes) override {
    spared([&] { device_->copy_out(stream, to_host, from, bytes); });
  }
  void fill_zero(NativeStream* stream, void* at, std::size_t bytes) override {
    spared([&] { device_->fill_zero(stream, at, bytes); });
  }
  void launch(NativeStream* stream, const DeviceWork& work) override {
    spared([&] { device_->launch(stream, work); });
  }
  void record(NativeEvent* event, NativeStream* stream) override {
    spared([&] { device_->record(event, stream); });
  }
  void wait(NativeStream* stream, NativeEvent* event) override {
    spared([&] { device_->wait(stream, event); });
  }
  bool reached(NativeEvent* event) override {
    return spared([&] { return device_->reached(event); });
  }
  void synchronize(NativeEvent* event) override {
    spared([&] { device_->synchronize(event); });
  }
  NativeGraph* capture(NativeStream* stream, const std::function<void()>& queue) override {
    return spared([&] { return device_->capture(stream, queue); });
  }
  void launch(NativeGraph* graph, NativeStream* stream) override {
    spared([&] { device_->launch(graph, stream); });
  }
  void release(NativeGraph* graph) noexcept override {
    spared([&] { device_->release(graph); });
  }

 private:
  template <class Call>
  static std::invoke_result_t<Call> spared(const Call& call) {
    const Spared guard;
    return call();
  }
  std::shared_ptr<FakeDevice> device_;
};

}  // namespace skingauge::test
