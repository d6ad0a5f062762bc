// What a made-up device lends: memory, streams, events and graphs.
#include "support/fake_device.hpp"

namespace skingauge::test {

void* FakeDevice::allocate(std::size_t bytes) {
  const Lock lock(mutex_);
  refuse_in_capture("an allocation");
  count_call(Call::makes);
  return memory_.allocate(MemoryPlace::device, bytes);
}

void* FakeDevice::allocate_pinned(std::size_t bytes) {
  const Lock lock(mutex_);
  refuse_in_capture("an allocation");
  count_call(Call::makes);
  return memory_.allocate(MemoryPlace::pinned, bytes);
}

void FakeDevice::release(void* memory) noexcept { release_memory(MemoryPlace::device, memory); }
void FakeDevice::release_pinned(void* memory) noexcept { release_memory(MemoryPlace::pinned, memory); }

void FakeDevice::release_memory(MemoryPlace place, void* memory) noexcept {
  const Lock lock(mutex_);
  const FakeRange block{place, static_cast<const std::byte*>(memory), memory_.bytes_of(memory), true};
  for (const auto& access : history_) {
    if (access.range.overlaps(block)) complain("memory is released while " + access.name + " may use it");
  }
  if (const auto wrong = memory_.release(place, memory); !wrong.empty()) complain(wrong);
}

DeviceMemoryInfo FakeDevice::memory() {
  const Lock lock(mutex_);
  count_call(Call::asks);
  return {memory_.capacity() - memory_.used(MemoryPlace::device), memory_.capacity()};
}

NativeStream* FakeDevice::make_stream() {
  const Lock lock(mutex_);
  count_call(Call::makes);
  return streams_.add({});
}

NativeEvent* FakeDevice::make_event() {
  const Lock lock(mutex_);
  count_call(Call::makes);
  return events_.add({});
}

void FakeDevice::release(NativeStream* stream) noexcept {
  const Lock lock(mutex_);
  auto* state = streams_.find(stream);
  if (state == nullptr || state->released) return complain("a stream is released twice");
  if (!lost_ && host_.of(state->number) < state->queued)
    complain("a stream is released before its work is waited for");
  state->released = true;
}

void FakeDevice::release(NativeEvent* event) noexcept {
  const Lock lock(mutex_);
  auto* state = events_.find(event);
  if (state == nullptr || state->released) return complain("an event is released twice");
  for (const auto& stream : streams_.all()) {
    if (!lost_ && state->clock && state->clock->of(stream->number) > host_.of(stream->number))
      complain("an event is released before it is reached");
  }
  state->released = true;
}

void FakeDevice::release(NativeGraph* graph) noexcept {
  const Lock lock(mutex_);
  auto* state = graphs_.find(graph);
  if (state == nullptr || state->released) return complain("a graph is released twice");
  for (const auto& stream : streams_.all()) {
    if (!lost_ && state->launched.of(stream->number) > host_.of(stream->number))
      complain("a graph is released while it may run");
  }
  state->released = true;
}

}  // namespace skingauge::test
