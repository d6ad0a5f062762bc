// How long a convolution takes on the device at hand.
#pragma once

#include "runtime/cudnn_plan.hpp"
#include "runtime/device_resources.hpp"

#include <memory>
#include <optional>

namespace skingauge {

/// Memory for one convolution's tensors, filled with numbers of an ordinary size (zeros run faster than real
/// ones).
class PlanTimer {
 public:
  /// Throws std::bad_alloc, DeviceError.
  PlanTimer(const ConvolutionCase& c, std::shared_ptr<DeviceApi> device, int index);
  /// Microseconds of one run: a graph of some runs one behind the other, the least of several launches.
  /// Nothing where cuDNN does not run it after all, or memory is short. Throws DeviceError.
  std::optional<double> measure(const CudnnPlan& plan, CudnnHandle& handle);

 private:
  DeviceMemory filled(std::size_t bytes, const PinnedMemory& numbers);

  ConvolutionCase case_;
  std::shared_ptr<DeviceApi> device_;
  int index_;
  Stream stream_;
  PinnedMemory numbers_, floats_;
  DeviceMemory input_, weights_, bias_, residual_, output_, scales_;
  StreamSettler settler_;
};

}  // namespace skingauge
