#include "support/fake_device.hpp"

#include "skingauge/error.hpp"

#include <cstring>
#include <stdexcept>

namespace skingauge::test {
namespace {

constexpr auto kPinned = MemoryPlace::pinned;
constexpr auto kDevice = MemoryPlace::device;

FakeRange range(MemoryPlace place, const void* at, std::size_t bytes, bool write) {
  return {place, static_cast<const std::byte*>(at), bytes, write};
}

FakeOperation copy(const char* name, const FakeRange& from, const FakeRange& to) {
  FakeOperation operation{FakeOperation::Kind::copy, name, {from, to}};
  operation.run = [from, to] { std::memcpy(const_cast<std::byte*>(to.at), from.at, from.bytes); };
  operation.host = from.place == kPinned ? from : to;
  return operation;
}

}  // namespace

// ---- Failures and complaints ----

void FakeDevice::plan_failure(std::size_t n, Failure failure, bool stays) {
  const Lock lock(mutex_);
  failure_ = failure;
  calls_to_failure_ = n;
  failure_stays_ = stays;
  has_failed_ = false;
}

void FakeDevice::fail_at(std::size_t n, Failure failure) { plan_failure(n, failure, false); }
void FakeDevice::fail_from(std::size_t n, Failure failure) { plan_failure(n, failure, true); }

bool FakeDevice::has_failed() const {
  const Lock lock(mutex_);
  return has_failed_;
}

void FakeDevice::count_call(Call call) {
  throw_if_lost();
  if (calls_to_failure_ == 0 || failure_ == Failure::work) return;
  if (failure_ == Failure::memory && call == Call::asks) return;
  if (failure_ == Failure::queueing && call != Call::queues) return;
  if (--calls_to_failure_ > 0) return;
  has_failed_ = true;
  if (failure_stays_) calls_to_failure_ = 1;
  if (failure_ != Failure::lost) throw std::bad_alloc();
  lose("made to fail");
  throw_if_lost();
}

void FakeDevice::throw_if_lost() const {
  if (lost_) throw DeviceError(ErrorCode::device_failed, *lost_);
}

// What is queued never runs; so it uses nothing any more.
void FakeDevice::lose(const std::string& why) {
  lost_ = "the device was " + why;
  for (const auto& stream : streams_.all()) stream->queue.clear();
  history_.clear();
}

void FakeDevice::complain(const std::string& what) { complaints_.push_back(what); }

void FakeDevice::refuse(const std::string& what) {
  complain(what);
  throw std::logic_error(what);
}

std::vector<std::string> FakeDevice::complaints() const {
  const Lock lock(mutex_);
  auto found = complaints_;
  const auto leaks = [&](const auto& handles) {
    for (const auto& state : handles.all()) {
      if (!state->released) found.push_back("leak: " + std::string(state->kName));
    }
  };
  leaks(streams_);
  leaks(events_);
  leaks(graphs_);
  for (auto& complaint : memory_.complaints()) found.push_back(std::move(complaint));
  return found;
}

void FakeDevice::refuse_in_capture(std::string_view call) {
  for (const auto& stream : streams_.all()) {
    if (stream->captured && stream->capturer == std::this_thread::get_id())
      refuse(std::string(call) + " inside a capture");
  }
}

std::size_t FakeDevice::used(MemoryPlace place) const {
  const Lock lock(mutex_);
  return memory_.used(place);
}

std::size_t FakeDevice::copied_in() const {
  const Lock lock(mutex_);
  return copied_in_;
}

void FakeDevice::hold(bool held) {
  const Lock lock(mutex_);
  held_ = held;
}

std::size_t FakeDevice::works() const {
  const Lock lock(mutex_);
  return works_;
}

// ---- Queueing ----

void FakeDevice::copy_in(NativeStream* stream, void* to, const void* from_host, std::size_t bytes) {
  const Lock lock(mutex_);
  refuse_in_capture("a copy from the host");
  count_call(Call::queues);
  put(use(streams_, stream),
      copy("a copy to the device", range(kPinned, from_host, bytes, false), range(kDevice, to, bytes, true)));
}

void FakeDevice::copy_out(NativeStream* stream, void* to_host, const void* from, std::size_t bytes) {
  const Lock lock(mutex_);
  refuse_in_capture("a copy to the host");
  count_call(Call::queues);
  put(use(streams_, stream),
      copy("a copy to the host", range(kDevice, from, bytes, false), range(kPinned, to_host, bytes, true)));
}

void FakeDevice::fill_zero(NativeStream* stream, void* at, std::size_t bytes) {
  const Lock lock(mutex_);
  count_call(Call::queues);
  put(use(streams_, stream),
      {FakeOperation::Kind::copy, "a fill", {range(kDevice, at, bytes, true)}, [at, bytes] {
         std::memset(at, 0, bytes);
       }});
}

void FakeDevice::launch(NativeStream* stream, const DeviceWork& work) {
  const Lock lock(mutex_);
  count_call(Call::queues);
  FakeOperation operation{FakeOperation::Kind::work, std::string(work.name), {}};
  for (const auto& r : work.reads) operation.ranges.push_back(range(kDevice, r.at, r.bytes, false));
  for (const auto& r : work.writes) operation.ranges.push_back(range(kDevice, r.at, r.bytes, true));
  operation.run = [stream, put = work.put] { put(stream); };
  put(use(streams_, stream), std::move(operation));
}

void FakeDevice::record(NativeEvent* event, NativeStream* stream) {
  const Lock lock(mutex_);
  refuse_in_capture("a record");
  count_call(Call::asks);
  auto& state = use(events_, event);
  auto& queued_on = use(streams_, stream);
  queue(queued_on, {FakeOperation::Kind::record, "a record", {}});
  state.clock = queued_on.clock;
}

void FakeDevice::wait(NativeStream* stream, NativeEvent* event) {
  const Lock lock(mutex_);
  refuse_in_capture("a wait");
  count_call(Call::asks);
  const auto& awaited = recorded(event);
  auto& state = use(streams_, stream);
  FakeOperation operation{FakeOperation::Kind::wait, "a wait", {}};
  operation.awaited = awaited;
  state.clock.join(awaited);
  queue(state, std::move(operation));
}

const FakeClock& FakeDevice::recorded(NativeEvent* event) {
  const auto& state = use(events_, event);
  if (!state.clock) refuse("somebody waits for an event that was never recorded");
  return *state.clock;
}

bool FakeDevice::reached(NativeEvent* event) {
  const Lock lock(mutex_);
  refuse_in_capture("a question for an event");
  count_call(Call::asks);
  const auto clock = recorded(event);
  if (held_) return false;
  constexpr std::size_t kMost = 4;
  advance(clock, 1 + random_() % kMost);
  throw_if_lost();
  for (const auto& stream : streams_.all()) {
    if (stream->done < clock.of(stream->number)) return false;
  }
  host_saw(clock);
  return true;
}

void FakeDevice::synchronize(NativeEvent* event) {
  const Lock lock(mutex_);
  refuse_in_capture("a wait of the host");
  count_call(Call::asks);
  const auto clock = recorded(event);
  advance(clock, static_cast<std::size_t>(-1));
  throw_if_lost();
  host_saw(clock);
}

// ---- Graphs ----

NativeGraph* FakeDevice::capture(NativeStream* stream, const std::function<void()>& queue) {
  FakeStream* state = nullptr;
  {
    const Lock lock(mutex_);
    refuse_in_capture("a capture");
    count_call(Call::makes);
    state = &use(streams_, stream);
    state->captured.emplace();
    state->capturer = std::this_thread::get_id();
  }
  try {
    queue();
  } catch (...) {
    const Lock lock(mutex_);
    state->captured.reset();
    throw;
  }
  const Lock lock(mutex_);
  FakeGraph graph;
  graph.operations = std::move(*state->captured);
  state->captured.reset();
  return graphs_.add(std::move(graph));
}

void FakeDevice::launch(NativeGraph* graph, NativeStream* stream) {
  const Lock lock(mutex_);
  refuse_in_capture("a graph's launch");
  count_call(Call::queues);
  auto& state = use(graphs_, graph);
  auto& queued_on = use(streams_, stream);
  for (const auto& operation : state.operations) {
    check_ranges(operation);
    queue(queued_on, operation);
  }
  state.launched.join(queued_on.clock);
}

}  // namespace skingauge::test
