// How a made-up device queues, checks and runs operations.
#include "support/fake_queue.hpp"

#include "support/fake_device.hpp"

#include <functional>
#include <string_view>

namespace skingauge::test {
namespace {

std::size_t hash_of(const FakeRange& range) {
  return std::hash<std::string_view>{}({reinterpret_cast<const char*>(range.at), range.bytes});
}

}  // namespace

void FakeDevice::check_ranges(const FakeOperation& operation) {
  for (const auto& r : operation.ranges) {
    if (r.bytes == 0) continue;
    const auto wrong = memory_.problem(r.place, r.at, r.bytes);
    if (!wrong.empty()) refuse(operation.name + (r.write ? " writes " : " reads ") + wrong);
  }
}

// Into the stream's queue, or into the graph that is captured of it.
void FakeDevice::put(FakeStream& stream, FakeOperation operation) {
  check_ranges(operation);
  if (stream.captured) {
    stream.captured->push_back(std::move(operation));
  } else {
    queue(stream, std::move(operation));
  }
}

void FakeDevice::queue(FakeStream& stream, FakeOperation operation) {
  stream.clock.join(host_);
  check_order(stream, operation);
  stream.clock.set(stream.number, ++stream.queued);
  if (operation.host) {
    const bool awaited = std::any_of(history_.begin(), history_.end(), [&](const FakeAccess& access) {
      return access.range.overlaps(*operation.host);
    });
    if (operation.host->write && !awaited)
      std::fill_n(const_cast<std::byte*>(operation.host->at), operation.host->bytes, kUncopied);
    operation.found = hash_of(*operation.host);
  }
  for (const auto& r : operation.ranges)
    history_.push_back({r, stream.number, stream.queued, operation.name});
  stream.queue.push_back(std::move(operation));
}

// Everything of other streams that touches the same bytes must come before, by events or because the host
// waited for it.
void FakeDevice::check_order(const FakeStream& stream, const FakeOperation& operation) {
  for (const auto& r : operation.ranges) {
    for (const auto& before : history_) {
      const bool conflict = r.overlaps(before.range) && (r.write || before.range.write);
      if (conflict && before.stream != stream.number && stream.clock.of(before.stream) < before.number)
        refuse(operation.name + " on stream " + std::to_string(stream.number) + " does not wait for " +
               before.name + " on stream " + std::to_string(before.stream) +
               ", which touches the same bytes");
    }
  }
}

// Runs at most so many operations of those that the target needs, streams in any order.
void FakeDevice::advance(const FakeClock& target, std::size_t most) {
  const auto may_run = [&](const FakeStream& stream) {
    if (stream.queue.empty() || stream.done >= target.of(stream.number)) return false;
    const auto& awaited = stream.queue.front().awaited;
    return std::all_of(streams_.all().begin(), streams_.all().end(),
                       [&](const auto& other) { return other->done >= awaited.of(other->number); });
  };
  for (std::size_t n = 0; n < most && !lost_; ++n) {
    std::vector<FakeStream*> ready;
    for (const auto& stream : streams_.all()) {
      if (may_run(*stream)) ready.push_back(stream.get());
    }
    if (ready.empty()) return;
    run(*ready[random_() % ready.size()]);
  }
}

void FakeDevice::run(FakeStream& stream) {
  const auto operation = std::move(stream.queue.front());
  stream.queue.pop_front();
  ++stream.done;
  if (operation.kind == FakeOperation::Kind::work) {
    ++works_;
    if (failure_ == Failure::work && calls_to_failure_ > 0 && --calls_to_failure_ == 0) {
      has_failed_ = true;
      return lose("lost by " + operation.name);
    }
  }
  const bool touchable = std::all_of(operation.ranges.begin(), operation.ranges.end(), [&](const auto& r) {
    return r.bytes == 0 || memory_.problem(r.place, r.at, r.bytes).empty();
  });
  if (!touchable || !operation.run) return;  // its memory was released meanwhile, which was complained of
  check_host(operation);
  operation.run();
  if (operation.host && !operation.host->write) copied_in_ += operation.host->bytes;
  if (!operation.host || !operation.host->write) return;
  for (const auto& other : streams_.all()) {
    for (auto& queued : other->queue) {
      if (queued.host && queued.host->overlaps(*operation.host)) queued.found = hash_of(*queued.host);
    }
  }
}

void FakeDevice::check_host(const FakeOperation& operation) {
  if (!operation.host || hash_of(*operation.host) == *operation.found) return;
  complain("the host wrote into pinned memory before " + operation.name + " was done");
}

void FakeDevice::host_saw(const FakeClock& clock) {
  host_.join(clock);
  std::erase_if(history_, [&](const FakeAccess& access) { return host_.of(access.stream) >= access.number; });
}

}  // namespace skingauge::test
