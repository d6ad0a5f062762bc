// A device made up of the CPU: it keeps the rules of streams and events, and tells on who does not.
#pragma once

#include "runtime/device_api.hpp"
#include "support/fake_memory.hpp"
#include "support/fake_queue.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge::test {

/// Runs nothing before somebody waits for it, then as little as that needs, the streams in an order drawn
/// from the seed. So what lacks a wait goes wrong, and is complained of besides: bytes that two streams touch
/// with no event between them, memory used out of bounds, after its release or by the host before its copy is
/// done, handles released twice, while in use or never, events that nobody recorded, what a capture forbids.
/// A complaint is kept, and thrown as std::logic_error where the function may throw. Thread-safe.
class FakeDevice final : public DeviceApi {
 public:
  enum class Failure : std::uint8_t {
    memory,    ///< std::bad_alloc, of calls that make or queue something
    queueing,  ///< std::bad_alloc, of calls that queue something
    lost,      ///< DeviceError, at once and ever after
    work       ///< a work fails as it runs: DeviceError at the wait that comes to it, and ever after
  };

  explicit FakeDevice(std::uint32_t seed = 1, std::size_t bytes = std::size_t{256} << 20U)
      : memory_(bytes), random_(seed) {}

  /// The n-th call (n-th work) from now on that can fail so, does. One failure at a time.
  void fail_at(std::size_t n, Failure failure);
  /// As fail_at, and all that come after it (of memory: until the next fail_at).
  void fail_from(std::size_t n, Failure failure);
  /// Whether the failure asked for has happened.
  [[nodiscard]] bool has_failed() const;
  /// What was against the rules, and, once all should be released, what was not. Empty where all is well.
  [[nodiscard]] std::vector<std::string> complaints() const;
  [[nodiscard]] std::size_t used(MemoryPlace place) const;
  /// Works run so far, those of graphs included.
  [[nodiscard]] std::size_t works() const;
  /// Bytes copied to the device so far.
  [[nodiscard]] std::size_t copied_in() const;
  /// While it is held, the device reaches no event that is asked for.
  void hold(bool held);

  void* allocate(std::size_t bytes) override;
  void release(void* memory) noexcept override;
  void* allocate_pinned(std::size_t bytes) override;
  void release_pinned(void* memory) noexcept override;
  DeviceMemoryInfo memory() override;
  NativeStream* make_stream() override;
  void release(NativeStream* stream) noexcept override;
  NativeEvent* make_event() override;
  void release(NativeEvent* event) noexcept override;
  void copy_in(NativeStream* stream, void* to, const void* from_host, std::size_t bytes) override;
  void copy_out(NativeStream* stream, void* to_host, const void* from, std::size_t bytes) override;
  void fill_zero(NativeStream* stream, void* at, std::size_t bytes) override;
  void launch(NativeStream* stream, const DeviceWork& work) override;
  void record(NativeEvent* event, NativeStream* stream) override;
  void wait(NativeStream* stream, NativeEvent* event) override;
  bool reached(NativeEvent* event) override;
  void synchronize(NativeEvent* event) override;
  NativeGraph* capture(NativeStream* stream, const std::function<void()>& queue) override;
  void launch(NativeGraph* graph, NativeStream* stream) override;
  void release(NativeGraph* graph) noexcept override;

 private:
  using Lock = std::lock_guard<std::mutex>;

  void plan_failure(std::size_t n, Failure failure, bool stays);
  enum class Call { asks, makes, queues };
  void count_call(Call call);
  void throw_if_lost() const;
  void lose(const std::string& why);
  void complain(const std::string& what);
  [[noreturn]] void refuse(const std::string& what);
  template <class State, class Native>
  State& use(Handles<State, Native>& handles, Native* handle) {
    auto* state = handles.find(handle);
    if (state == nullptr) refuse("no " + std::string(State::kName) + " of this device");
    if (state->released) refuse("a released " + std::string(State::kName) + " is used");
    return *state;
  }
  void refuse_in_capture(std::string_view call);
  void release_memory(MemoryPlace place, void* memory) noexcept;

  void check_ranges(const FakeOperation& operation);
  void put(FakeStream& stream, FakeOperation operation);
  void queue(FakeStream& stream, FakeOperation operation);
  void check_order(const FakeStream& stream, const FakeOperation& operation);
  void advance(const FakeClock& target, std::size_t most);
  void run(FakeStream& stream);
  void check_host(const FakeOperation& operation);
  void host_saw(const FakeClock& clock);
  [[nodiscard]] const FakeClock& recorded(NativeEvent* event);

  mutable std::mutex mutex_;
  FakeMemory memory_;
  std::minstd_rand random_;
  Handles<FakeStream, NativeStream> streams_;
  Handles<FakeEvent, NativeEvent> events_;
  Handles<FakeGraph, NativeGraph> graphs_;
  FakeClock host_;                   ///< what the host has waited for
  std::vector<FakeAccess> history_;  ///< of works that the host has not waited for
  std::vector<std::string> complaints_;
  std::optional<std::string> lost_;
  Failure failure_{};
  std::size_t calls_to_failure_{0};  ///< 0: none comes
  bool failure_stays_{false};
  bool has_failed_{false};
  std::size_t works_{0};
  std::size_t copied_in_{0};
  bool held_{false};
};

}  // namespace skingauge::test
