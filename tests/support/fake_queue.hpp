// What a made-up device keeps of its streams, events and graphs.
#pragma once

#include "runtime/device_api.hpp"
#include "support/fake_memory.hpp"

#include <algorithm>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace skingauge::test {

/// How far each stream (by its number) has come, in operations: a vector clock.
class FakeClock {
 public:
  [[nodiscard]] std::size_t of(std::size_t stream) const {
    return stream < counts_.size() ? counts_[stream] : 0;
  }
  void set(std::size_t stream, std::size_t count) {
    if (stream >= counts_.size()) counts_.resize(stream + 1);
    counts_[stream] = count;
  }
  void join(const FakeClock& other) {
    for (std::size_t s = 0; s < other.counts_.size(); ++s) set(s, std::max(of(s), other.of(s)));
  }

 private:
  std::vector<std::size_t> counts_;
};

struct FakeRange {
  MemoryPlace place{};
  const std::byte* at{nullptr};
  std::size_t bytes{0};
  bool write{false};

  [[nodiscard]] bool overlaps(const FakeRange& other) const {
    return at < other.at + other.bytes && other.at < at + bytes;
  }
};

/// What stands in a stream's queue.
struct FakeOperation {
  enum class Kind { work, copy, wait, record };
  Kind kind{Kind::work};
  std::string name;
  std::vector<FakeRange> ranges;
  std::function<void()> run{};
  FakeClock awaited{};                 ///< of a wait
  std::optional<FakeRange> host{};     ///< of a copy: the host's side,
  std::optional<std::size_t> found{};  ///< and the hash of what lay there when it was queued
};

/// Bytes that an operation touches.
struct FakeAccess {
  FakeRange range;
  std::size_t stream{0};
  std::size_t number{0};  ///< of the operation in its stream, from 1
  std::string name;
};

struct FakeStream {
  static constexpr std::string_view kName = "stream";
  bool released{false};
  std::size_t number{0};
  std::deque<FakeOperation> queue{};
  std::size_t queued{0};  ///< operations ever
  std::size_t done{0};
  FakeClock clock{};  ///< what comes before the next operation
  std::optional<std::vector<FakeOperation>> captured{};
  std::thread::id capturer{};
};

struct FakeEvent {
  static constexpr std::string_view kName = "event";
  bool released{false};
  std::size_t number{0};
  std::optional<FakeClock> clock{};  ///< of the latest record
};

struct FakeGraph {
  static constexpr std::string_view kName = "graph";
  bool released{false};
  std::size_t number{0};
  std::vector<FakeOperation> operations{};
  FakeClock launched{};  ///< its latest operations
};

/// Handles given out, and what they stand for. None is ever given out twice.
template <class State, class Native>
class Handles {
 public:
  Native* add(State state) {
    state.number = states_.size();
    states_.push_back(std::make_unique<State>(std::move(state)));
    return reinterpret_cast<Native*>(states_.back().get());
  }
  /// Null where it never was one.
  State* find(Native* handle) const {
    const auto found = std::find_if(states_.begin(), states_.end(), [&](const auto& state) {
      return reinterpret_cast<Native*>(state.get()) == handle;
    });
    return found == states_.end() ? nullptr : found->get();
  }
  [[nodiscard]] const std::vector<std::unique_ptr<State>>& all() const { return states_; }

 private:
  std::vector<std::unique_ptr<State>> states_;
};

}  // namespace skingauge::test
