// A convolution on a GPU by cuDNN's graph API: convolution, + residual, + bias, ReLU as one operation graph;
// in int8 convolution, x scales, + residual x its scale, + bias, ReLU.
#pragma once

#include "runtime/device_layers.hpp"
#include "runtime/gpu_description.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace skingauge {

/// One cuDNN handle: for one device, and one thread at a time.
class CudnnHandle {
 public:
  /// Throws DeviceError.
  explicit CudnnHandle(int device);
  CudnnHandle(const CudnnHandle&) = delete;
  CudnnHandle& operator=(const CudnnHandle&) = delete;
  ~CudnnHandle();

 private:
  friend class CudnnPlan;
  void* handle_{nullptr};
  int device_;
};

/// How one convolution is done on one kind of GPU. Made without a GPU; immutable; shared by networks whose
/// layers have the same shape. In the order convolution, residual, bias, ReLU cuDNN has precompiled kernels
/// for every layer of a ResNet; with the bias before the residual it compiles at run time, seconds each (seen
/// with 9.19).
class CudnnPlan {
 public:
  ~CudnnPlan();
  CudnnPlan(CudnnPlan&&) noexcept;
  CudnnPlan& operator=(CudnnPlan&&) noexcept;

  /// The engines that cuDNN's heuristics offer, best first, `most` at most, that can be built. fp32: without
  /// tensor cores, whose products would be TF32; tf32: with them; int8: none that is compiled at run time, so
  /// that there are as many without a GPU. Empty where there is none: `why` then says
  /// what cuDNN said.
  static std::vector<CudnnPlan> candidates(const ConvolutionCase& c, const GpuDescription& gpu,
                                           std::size_t most, std::string& why);
  /// From `stored()` of a plan for the same case, kind of GPU and version; nothing where cuDNN does not take
  /// it.
  static std::unique_ptr<CudnnPlan> restore(std::span<const std::byte> stored, const GpuDescription& gpu);

  [[nodiscard]] std::size_t workspace_bytes() const noexcept;
  /// cuDNN's name of the engine and its settings.
  [[nodiscard]] const std::string& name() const noexcept;
  /// What is kept in a file.
  [[nodiscard]] std::vector<std::byte> stored() const;

  /// Queues the convolution on the stream. Throws ModelError (model-failed) where cuDNN does not run it,
  /// DeviceError.
  void queue(CudnnHandle& handle, NativeStream* stream, const ConvolutionTensors& tensors,
             void* workspace) const;

 private:
  class Impl;
  explicit CudnnPlan(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace skingauge
