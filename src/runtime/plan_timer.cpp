#include "runtime/plan_timer.hpp"

#include "skingauge/error.hpp"

#include "runtime/cuda_device.hpp"
#include "runtime/number_bits.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>
#include <random>

namespace skingauge {
namespace {

constexpr std::size_t kNumbersBytes = 1U << 20U;

// An event that knows when: the seam's do not.
class TimedEvent {
 public:
  TimedEvent() { check_cuda(cudaEventCreate(&event_), "cudaEventCreate"); }
  TimedEvent(const TimedEvent&) = delete;
  TimedEvent& operator=(const TimedEvent&) = delete;
  ~TimedEvent() { forgive_cuda(cudaEventDestroy(event_)); }
  void record(NativeStream* stream) {
    check_cuda(cudaEventRecord(event_, reinterpret_cast<cudaStream_t>(stream)), "cudaEventRecord");
  }
  double microseconds_since(const TimedEvent& before) {
    check_cuda(cudaEventSynchronize(event_), "cudaEventSynchronize");
    float milliseconds = 0;
    check_cuda(cudaEventElapsedTime(&milliseconds, before.event_, event_), "cudaEventElapsedTime");
    return 1000.0 * static_cast<double>(milliseconds);
  }

 private:
  cudaEvent_t event_{};
};

void write_numbers(std::byte* to, Precision precision) {
  std::mt19937 random(523);
  const auto each = number_bytes(precision);
  for (std::size_t at = 0; at < kNumbersBytes; at += each) {
    const float value = static_cast<float>(random() % 2001) / 1000.0F - 1.0F;
    if (each == sizeof value) {
      std::memcpy(to + at, &value, each);
    } else if (each == 1) {
      to[at] = static_cast<std::byte>(random() & 0xFFU);
    } else {
      const auto bits = precision == Precision::bf16 ? bf16_bits(value) : half_bits(value);
      std::memcpy(to + at, &bits, each);
    }
  }
}

}  // namespace

PlanTimer::PlanTimer(const ConvolutionCase& c, std::shared_ptr<DeviceApi> device, int index)
    : case_(c),
      device_(std::move(device)),
      index_(index),
      stream_(*device_),
      numbers_(*device_, kNumbersBytes),
      floats_(*device_, kNumbersBytes),
      settler_(stream_.view()) {
  write_numbers(numbers_.get(), c.precision);
  write_numbers(floats_.get(), Precision::fp32);
  const auto each = number_bytes(c.precision);
  const auto count = [](auto... sides) { return (static_cast<std::size_t>(sides) * ...); };
  const bool bytes = c.precision == Precision::int8;
  input_ = filled(each * count(c.tiles, c.height, c.width, c.in_channels), numbers_);
  weights_ = filled(each * count(c.out_channels, c.kernel, c.kernel, c.in_channels / c.groups), numbers_);
  bias_ = bytes ? filled(sizeof(float) * count(c.out_channels), floats_)
                : filled(each * count(c.out_channels), numbers_);
  output_ = filled(output_number_bytes(c) * c.outputs(), numbers_);
  if (c.residual) residual_ = filled(each * c.outputs(), numbers_);
  if (bytes && c.fused) scales_ = filled(sizeof(float) * count(c.out_channels), floats_);
}

DeviceMemory PlanTimer::filled(std::size_t bytes, const PinnedMemory& numbers) {
  DeviceMemory memory(*device_, bytes);
  for (std::size_t at = 0; at < bytes; at += kNumbersBytes)
    stream_.view().copy_in(memory.get() + at, numbers.get(), std::min(kNumbersBytes, bytes - at));
  return memory;
}

std::optional<double> PlanTimer::measure(const CudnnPlan& plan, CudnnHandle& handle) try {
  constexpr int kRuns = 10;
  constexpr int kLaunches = 6;
  const CudaDeviceGuard guard(index_);
  const DeviceMemory workspace(*device_, std::max<std::size_t>(1, plan.workspace_bytes()));
  const StreamSettler before_it_goes(stream_.view());
  const auto* const scales = reinterpret_cast<const float*>(scales_.get());  // null but in fused int8
  const ConvolutionTensors tensors{input_.get(),
                                   weights_.get(),
                                   case_.fused ? bias_.get() : nullptr,
                                   case_.fused ? residual_.get() : nullptr,
                                   output_.get(),
                                   scales,
                                   scales};
  const auto run = [&] { plan.queue(handle, stream_.get(), tensors, workspace.get()); };
  run();  // loads its kernels, which a capture may not
  const Graph graph(stream_.view(), [&] {
    for (int i = 0; i < kRuns; ++i) run();
  });
  double best = std::numeric_limits<double>::max();
  for (int i = 0; i < kLaunches; ++i) {
    TimedEvent before;
    TimedEvent after;
    before.record(stream_.get());
    graph.launch(stream_.view());
    after.record(stream_.get());
    best = std::min(best, after.microseconds_since(before) / kRuns);
  }
  return best;
} catch (const ModelError&) {
  return std::nullopt;
} catch (const std::bad_alloc&) {
  return std::nullopt;
}

}  // namespace skingauge
