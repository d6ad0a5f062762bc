// The made-up device finds what it is there to find: each test breaks one rule.
#include "support/fake_device.hpp"

#include "skingauge/error.hpp"

#include "runtime/device_resources.hpp"
#include "support/fake_network.hpp"

#include <cstring>
#include <new>
#include <stdexcept>

#include <gmock/gmock.h>

namespace skingauge::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::size_t kBytes = 1000;

// Writes a value into all of some device memory.
DeviceWork set_to(std::byte* at, std::size_t bytes, unsigned char value) {
  return {"set", {}, {{at, bytes}}, [=](NativeStream*) { std::memset(at, value, bytes); }};
}

class FakeDeviceTest : public testing::Test {
 protected:
  void TearDown() override {
    if (clean_) EXPECT_THAT(device_.complaints(), IsEmpty());
  }
  // `broken` must be refused with these words, which stay as the only complaint.
  template <class Broken>
  void expect_refusal(const Broken& broken, const std::string& words) {
    clean_ = false;
    try {
      broken();
      ADD_FAILURE() << "not refused: " << words;
    } catch (const std::logic_error& e) {
      EXPECT_THAT(e.what(), HasSubstr(words));
    }
    EXPECT_THAT(device_.complaints(), Contains(HasSubstr(words)));
  }
  void wait_for(const Stream& stream) {
    const Event event(device_);
    event.record(stream.view());
    event.synchronize();
  }

  FakeDevice device_;
  bool clean_{true};
};

TEST_F(FakeDeviceTest, CopiesThereAndBackInTheOrderOfTheStream) {
  const Stream stream(device_);
  const DeviceMemory memory(device_, kBytes);
  const PinnedMemory host(device_, kBytes);
  std::memset(host.get(), 7, kBytes);
  stream.view().copy_in(memory.get(), host.get(), kBytes);
  wait_for(stream);
  stream.view().launch(set_to(memory.get(), kBytes / 2, 9));
  stream.view().copy_out(host.get(), memory.get(), kBytes);
  wait_for(stream);
  EXPECT_EQ(host.get()[0], std::byte{9});
  EXPECT_EQ(host.get()[kBytes - 1], std::byte{7});
}

TEST_F(FakeDeviceTest, RunsNothingBeforeSomebodyWaits) {
  const Stream stream(device_);
  const DeviceMemory memory(device_, kBytes);
  stream.view().launch(set_to(memory.get(), kBytes, 9));
  EXPECT_EQ(device_.works(), 0U);
  wait_for(stream);
  EXPECT_EQ(device_.works(), 1U);
}

TEST_F(FakeDeviceTest, RunsNoMoreThanAWaitNeeds) {
  const Stream stream(device_);
  const Stream other(device_);
  const DeviceMemory memory(device_, kBytes);
  const DeviceMemory unrelated(device_, kBytes);
  other.view().launch(set_to(unrelated.get(), kBytes, 1));
  stream.view().launch(set_to(memory.get(), kBytes, 9));
  wait_for(stream);
  EXPECT_EQ(device_.works(), 1U);
  wait_for(other);
}

TEST_F(FakeDeviceTest, AskingOftenEnoughReachesAnEvent) {
  const Stream stream(device_);
  const DeviceMemory memory(device_, kBytes);
  const Event event(device_);
  for (int i = 0; i < 20; ++i) stream.view().launch(set_to(memory.get(), kBytes, 9));
  event.record(stream.view());
  int asked = 1;
  while (!event.reached()) ++asked;
  EXPECT_GT(asked, 4);
  EXPECT_LE(asked, 21);
}

TEST_F(FakeDeviceTest, FreshMemoryIsNotZero) {
  const Stream stream(device_);
  const DeviceMemory memory(device_, kBytes);
  const PinnedMemory host(device_, kBytes);
  stream.view().copy_out(host.get(), memory.get(), kBytes);
  wait_for(stream);
  EXPECT_EQ(host.get()[0], kFresh);
}

TEST_F(FakeDeviceTest, WaitForAnEventOrdersStreams) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    FakeDevice device(seed);
    {
      const Stream first(device);
      const Stream second(device);
      const Event event(device);
      const Event done(device);
      const DeviceMemory memory(device, kBytes);
      const PinnedMemory host(device, kBytes);
      first.view().launch(set_to(memory.get(), kBytes, 1));
      event.record(first.view());
      event.hold(second.view());
      second.view().launch(set_to(memory.get(), kBytes, 2));
      second.view().copy_out(host.get(), memory.get(), kBytes);
      done.record(second.view());
      done.synchronize();
      EXPECT_EQ(host.get()[0], std::byte{2});
    }
    EXPECT_THAT(device.complaints(), IsEmpty());
  }
}

TEST_F(FakeDeviceTest, FindsAMissingWaitBetweenStreams) {
  const Stream first(device_);
  const Stream second(device_);
  const DeviceMemory memory(device_, kBytes);
  first.view().launch(set_to(memory.get(), kBytes, 1));
  expect_refusal([&] { second.view().fill_zero(memory.get() + kBytes - 1, 1); }, "does not wait for set");
}

TEST_F(FakeDeviceTest, FindsAWaitForAnEventRecordedTooEarly) {
  const Stream first(device_);
  const Stream second(device_);
  const Event event(device_);
  const DeviceMemory memory(device_, kBytes);
  event.record(first.view());
  first.view().launch(set_to(memory.get(), kBytes, 1));
  event.hold(second.view());
  expect_refusal([&] { second.view().launch(set_to(memory.get(), kBytes, 2)); }, "does not wait for set");
}

TEST_F(FakeDeviceTest, ReadingTogetherNeedsNoWait) {
  const Stream first(device_);
  const Stream second(device_);
  const DeviceMemory memory(device_, kBytes);
  const DeviceWork read{"read", {{memory.get(), kBytes}}, {}, [](NativeStream*) {}};
  first.view().launch(read);
  second.view().launch(read);
  wait_for(first);
  wait_for(second);
}

TEST_F(FakeDeviceTest, WhatTheHostHasWaitedForNeedsNoOtherWait) {
  const Stream first(device_);
  const Stream second(device_);
  const DeviceMemory memory(device_, kBytes);
  first.view().launch(set_to(memory.get(), kBytes, 1));
  wait_for(first);
  second.view().launch(set_to(memory.get(), kBytes, 2));
  wait_for(second);
}

TEST_F(FakeDeviceTest, FindsUseAfterRelease) {
  const Stream stream(device_);
  DeviceMemory memory(device_, kBytes);
  auto* at = memory.get();
  memory = DeviceMemory();
  expect_refusal([&] { stream.view().launch(set_to(at, 1, 1)); }, "set writes in released memory");
}

TEST_F(FakeDeviceTest, FindsReleaseBeforeUse) {
  const Stream stream(device_);
  DeviceMemory memory(device_, kBytes);
  stream.view().launch(set_to(memory.get(), kBytes, 1));
  memory = DeviceMemory();
  wait_for(stream);
  clean_ = false;
  EXPECT_THAT(device_.complaints(), Contains("memory is released while set may use it"));
}

TEST_F(FakeDeviceTest, FindsBytesBeyondABlock) {
  const Stream stream(device_);
  const DeviceMemory memory(device_, kBytes);
  const PinnedMemory host(device_, kBytes + 1);
  expect_refusal([&] { stream.view().copy_in(memory.get(), host.get(), kBytes + 1); }, "1 bytes beyond");
  expect_refusal([&] { stream.view().copy_out(host.get(), memory.get() + 1, kBytes); }, "1 bytes beyond");
  expect_refusal(
      [&] {
        stream.view().launch({"read", {{memory.get() + kBytes, 3}}, {}, {}});
      },
      "read reads 3 bytes beyond");
}

TEST_F(FakeDeviceTest, FindsBytesWrittenBehindABlockThoughNobodySaidSo) {
  {
    const Stream stream(device_);
    const DeviceMemory memory(device_, kBytes);
    auto* end = memory.get() + kBytes;
    stream.view().launch({"sly", {}, {}, [end](NativeStream*) { *end = std::byte{1}; }});
    wait_for(stream);
  }
  clean_ = false;
  EXPECT_THAT(device_.complaints(), ElementsAre(HasSubstr("wrote behind 1000 bytes of device memory")));
}

TEST_F(FakeDeviceTest, FindsBytesWrittenAfterRelease) {
  {
    const Stream stream(device_);
    std::byte* at = nullptr;
    {
      const DeviceMemory memory(device_, kBytes);
      at = memory.get();
    }
    stream.view().launch({"sly", {}, {}, [at](NativeStream*) { *at = std::byte{1}; }});
    wait_for(stream);
  }
  clean_ = false;
  EXPECT_THAT(device_.complaints(), ElementsAre(HasSubstr("after their release")));
}

TEST_F(FakeDeviceTest, SettlerWaitsBeforeMemoryGoesOnAnyWayOut) {
  const Stream stream(device_);
  const PinnedMemory host(device_, kBytes);
  try {
    const DeviceMemory memory(device_, kBytes);
    const StreamSettler settler(stream.view());
    stream.view().copy_in(memory.get(), host.get(), kBytes);
    throw std::runtime_error("on the way");
  } catch (const std::runtime_error&) {
    SUCCEED();  // complaints are looked at in the end
  }
}

TEST_F(FakeDeviceTest, SettlerOfALostDeviceThrowsNothing) {
  const Stream stream(device_);
  const StreamSettler settler(stream.view());
  device_.fail_at(1, FakeDevice::Failure::lost);
}

TEST_F(FakeDeviceTest, CopiesNeedPinnedMemoryAndDeviceMemory) {
  const Stream stream(device_);
  const DeviceMemory memory(device_, kBytes);
  const PinnedMemory host(device_, kBytes);
  std::vector<std::byte> pageable(kBytes);
  expect_refusal([&] { stream.view().copy_in(memory.get(), pageable.data(), 1); }, "not in pinned memory");
  expect_refusal([&] { stream.view().copy_out(pageable.data(), memory.get(), 1); }, "not in pinned memory");
  expect_refusal([&] { stream.view().copy_in(host.get(), host.get() + 1, 1); }, "not in device memory");
}

TEST_F(FakeDeviceTest, FindsAHostThatWritesBeforeItsCopyIsDone) {
  {
    const Stream stream(device_);
    const DeviceMemory memory(device_, kBytes);
    const PinnedMemory host(device_, kBytes);
    std::memset(host.get(), 7, kBytes);
    stream.view().copy_in(memory.get(), host.get(), kBytes);
    host.get()[5] = std::byte{8};
    wait_for(stream);
  }
  clean_ = false;
  EXPECT_THAT(device_.complaints(), ElementsAre(HasSubstr("the host wrote into pinned memory")));
}

TEST_F(FakeDeviceTest, HostThatReadsBeforeTheCopyIsDoneFindsPoison) {
  const Stream stream(device_);
  const DeviceMemory memory(device_, kBytes);
  const PinnedMemory host(device_, kBytes);
  stream.view().fill_zero(memory.get(), kBytes);
  stream.view().copy_out(host.get(), memory.get(), kBytes);
  EXPECT_EQ(host.get()[0], kUncopied);
  wait_for(stream);
  EXPECT_EQ(host.get()[0], std::byte{0});
}

TEST_F(FakeDeviceTest, FindsLeaks) {
  device_.allocate(10);
  device_.allocate_pinned(11);
  device_.make_event();
  auto* stream = device_.make_stream();
  device_.capture(stream, [] {});
  clean_ = false;
  EXPECT_THAT(
      device_.complaints(),
      testing::UnorderedElementsAre("leak: stream", "leak: event", "leak: graph",
                                    "leak: 10 bytes of device memory", "leak: 11 bytes of pinned memory"));
}

TEST_F(FakeDeviceTest, FindsDoubleRelease) {
  auto* memory = device_.allocate(10);
  auto* stream = device_.make_stream();
  auto* event = device_.make_event();
  auto* graph = device_.capture(stream, [] {});
  for (int i = 0; i < 2; ++i) {
    device_.release(memory);
    device_.release(stream);
    device_.release(event);
    device_.release(graph);
  }
  clean_ = false;
  EXPECT_THAT(device_.complaints(),
              ElementsAre("device memory is released twice", "a stream is released twice",
                          "an event is released twice", "a graph is released twice"));
}

TEST_F(FakeDeviceTest, FindsMemoryReleasedAsTheOtherKind) {
  auto* memory = device_.allocate(10);
  device_.release_pinned(memory);
  device_.release(memory);
  clean_ = false;
  EXPECT_THAT(device_.complaints(), ElementsAre("device memory is released as pinned memory"));
}

TEST_F(FakeDeviceTest, FindsHandlesReleasedWhileInUse) {
  const DeviceMemory memory(device_, kBytes);
  {
    const Stream stream(device_);
    const Event event(device_);
    const Graph graph(stream.view(), [&] { stream.view().fill_zero(memory.get(), kBytes); });
    graph.launch(stream.view());
    event.record(stream.view());
  }
  clean_ = false;
  EXPECT_THAT(device_.complaints(), Contains("a graph is released while it may run"));
  EXPECT_THAT(device_.complaints(), Contains("an event is released before it is reached"));
  EXPECT_THAT(device_.complaints(), Contains("a stream is released before its work is waited for"));
}

TEST_F(FakeDeviceTest, FindsUseOfAReleasedHandle) {
  auto* stream = device_.make_stream();
  auto* event = device_.make_event();
  device_.release(stream);
  expect_refusal([&] { device_.record(event, stream); }, "a released stream is used");
  device_.release(event);
  expect_refusal([&] { device_.synchronize(event); }, "a released event is used");
}

TEST_F(FakeDeviceTest, FindsWaitsForEventsNeverRecorded) {
  const Stream stream(device_);
  const Event event(device_);
  expect_refusal([&] { event.hold(stream.view()); }, "never recorded");
  expect_refusal([&] { event.synchronize(); }, "never recorded");
  expect_refusal([&] { static_cast<void>(event.reached()); }, "never recorded");
}

TEST_F(FakeDeviceTest, GraphRunsAtEachLaunchAndNotAtTheCapture) {
  const Stream stream(device_);
  const DeviceMemory memory(device_, kBytes);
  const Graph graph(stream.view(), [&] { stream.view().launch(set_to(memory.get(), kBytes, 3)); });
  wait_for(stream);
  EXPECT_EQ(device_.works(), 0U);
  graph.launch(stream.view());
  graph.launch(stream.view());
  wait_for(stream);
  EXPECT_EQ(device_.works(), 2U);
}

TEST_F(FakeDeviceTest, GraphsAreHeldToTheirRanges) {
  const Stream stream(device_);
  const Stream other(device_);
  DeviceMemory memory(device_, kBytes);
  const Graph graph(stream.view(), [&] { stream.view().launch(set_to(memory.get(), kBytes, 3)); });
  other.view().fill_zero(memory.get(), kBytes);
  expect_refusal([&] { graph.launch(stream.view()); }, "does not wait for a fill");
  wait_for(other);
  memory = DeviceMemory();
  expect_refusal([&] { graph.launch(stream.view()); }, "in released memory");
}

TEST_F(FakeDeviceTest, CaptureForbidsWaitsCopiesOfTheHostAndAllocations) {
  const Stream stream(device_);
  const Event event(device_);
  const DeviceMemory memory(device_, kBytes);
  const PinnedMemory host(device_, kBytes);
  event.record(stream.view());
  const auto view = stream.view();
  const auto capturing = [&](const std::function<void()>& forbidden) {
    return [&, forbidden] { const Graph graph(view, forbidden); };
  };
  expect_refusal(capturing([&] { event.synchronize(); }), "a wait of the host inside a capture");
  expect_refusal(capturing([&] { static_cast<void>(event.reached()); }), "a question for an event inside");
  expect_refusal(capturing([&] { view.copy_in(memory.get(), host.get(), 1); }),
                 "a copy from the host inside");
  expect_refusal(capturing([&] { view.copy_out(host.get(), memory.get(), 1); }), "a copy to the host inside");
  expect_refusal(capturing([&] { const DeviceMemory more(device_, 1); }), "an allocation inside");
  event.synchronize();
}

TEST_F(FakeDeviceTest, CaptureThatThrowsLeavesTheStreamUsable) {
  const Stream stream(device_);
  const DeviceMemory memory(device_, kBytes);
  EXPECT_THROW(Graph(stream.view(),
                     [&] {
                       stream.view().fill_zero(memory.get(), kBytes);
                       throw std::runtime_error("in between");
                     }),
               std::runtime_error);
  stream.view().launch(set_to(memory.get(), kBytes, 1));
  wait_for(stream);
  EXPECT_EQ(device_.works(), 1U);
}

TEST_F(FakeDeviceTest, MemoryEnds) {
  const auto all = device_.memory().total;
  DeviceMemory most(device_, all - 100);
  EXPECT_EQ(device_.memory().free, 100U);
  EXPECT_THROW(DeviceMemory(device_, 101), std::bad_alloc);
  most = DeviceMemory();
  EXPECT_EQ(device_.memory().free, all);
}

TEST_F(FakeDeviceTest, FailureOfMemoryHappensOnceAndHasNoEffect) {
  const Stream stream(device_);
  const DeviceMemory memory(device_, kBytes);
  device_.fail_at(2, FakeDevice::Failure::memory);
  stream.view().fill_zero(memory.get(), kBytes);
  EXPECT_THROW(stream.view().fill_zero(memory.get(), kBytes), std::bad_alloc);
  EXPECT_TRUE(device_.has_failed());
  stream.view().fill_zero(memory.get(), kBytes);
  wait_for(stream);
}

TEST_F(FakeDeviceTest, LostDeviceSaysSoEverAfterAndHoldsNothing) {
  {
    const Stream stream(device_);
    const DeviceMemory memory(device_, kBytes);
    const Event event(device_);
    stream.view().launch(set_to(memory.get(), kBytes, 1));
    device_.fail_at(1, FakeDevice::Failure::lost);
    for (int i = 0; i < 3; ++i) {
      EXPECT_THROW(event.record(stream.view()), DeviceError);
      EXPECT_THROW(DeviceMemory(device_, 1), DeviceError);
    }
  }
  EXPECT_THAT(device_.complaints(), IsEmpty());
}

TEST_F(FakeDeviceTest, FailureOfAWorkShowsAtTheWaitThatComesToIt) {
  const Stream stream(device_);
  const DeviceMemory memory(device_, kBytes);
  const Event event(device_);
  device_.fail_at(2, FakeDevice::Failure::work);
  for (int i = 0; i < 3; ++i) stream.view().launch(set_to(memory.get(), kBytes, 1));
  event.record(stream.view());
  EXPECT_THROW(event.synchronize(), DeviceError);
  EXPECT_THROW(stream.view().launch(set_to(memory.get(), kBytes, 1)), DeviceError);
}

TEST_F(FakeDeviceTest, NetworkAnswersEachTileOfABatchByItself) {
  constexpr std::size_t kTile = 48;
  constexpr std::size_t kTiles = 3;
  FakeNetwork network(kTile, 5, 1);
  const Stream stream(device_);
  network.load(device_);
  const DeviceMemory pixels(device_, kTiles * kTile);
  const DeviceMemory outputs(device_, kTiles * 5 * sizeof(float));
  const DeviceMemory scratch(device_, network.scratch_bytes(kTiles));
  const PinnedMemory host(device_, kTiles * kTile);
  const PinnedMemory found(device_, outputs.bytes());
  for (std::size_t i = 0; i < host.bytes(); ++i) host.get()[i] = static_cast<std::byte>(i * i % 251);
  stream.view().copy_in(pixels.get(), host.get(), host.bytes());
  network.queue(stream.view(), kTiles, reinterpret_cast<const std::uint8_t*>(pixels.get()),
                reinterpret_cast<float*>(outputs.get()), scratch.get());
  stream.view().copy_out(found.get(), outputs.get(), outputs.bytes());
  wait_for(stream);
  const auto* answers = reinterpret_cast<const float*>(found.get());
  std::vector<std::vector<float>> different;
  for (std::size_t t = 0; t < kTiles; ++t) {
    const std::vector<float> answer(answers + 5 * t, answers + 5 * t + 5);
    EXPECT_EQ(answer, network.answer({reinterpret_cast<const std::uint8_t*>(host.get()) + t * kTile, kTile}));
    EXPECT_THAT(different, ::testing::Not(Contains(answer)));
    different.push_back(answer);
  }
}

}  // namespace
}  // namespace skingauge::test
