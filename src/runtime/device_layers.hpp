// What computes the layers of a network on a device: cuDNN and our kernels on CUDA, plain loops in tests.
#pragma once

#include "runtime/convolution_case.hpp"
#include "runtime/device_api.hpp"
#include "runtime/layer_index.hpp"
#include "runtime/normalisation.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace skingauge {

/// Where a convolution's tensors lie in device memory, each aligned to 16 bytes.
struct ConvolutionTensors {
  const void* input{nullptr};
  const void* weights{nullptr};
  const void* bias{nullptr};      ///< out_channels numbers, in int8 float32; of a fused convolution alone
  const void* residual{nullptr};  ///< of a fused convolution alone
  void* output{nullptr};
  const float* scales{nullptr};          ///< int8, as ByteFinish has them: of a fused convolution alone
  const float* residual_scale{nullptr};  ///< the same, but that it is there without a residual too: 0
};

/// How a convolution will be done.
struct ConvolutionWay {
  bool fused{true};  ///< else the bare convolution, and `finish` or `finish_bytes` after it
  std::size_t workspace{0};
};

/// The layers of all networks in one precision on one device. "Numbers" are those of the precision
/// (convolution_case.hpp). Thread-safe; what queues work takes pointers to device memory and a stream of the
/// device, which is used by one thread at a time.
class DeviceLayers {
 public:
  DeviceLayers() = default;
  DeviceLayers(const DeviceLayers&) = delete;
  DeviceLayers& operator=(const DeviceLayers&) = delete;
  virtual ~DeviceLayers() = default;

  [[nodiscard]] virtual Precision precision() const noexcept = 0;
  /// Makes the plan where there is none yet. A case that is not fused stays so. Throws ModelError
  /// (model-format) where there is no way at all.
  virtual ConvolutionWay way(const ConvolutionCase& c) = 0;

  /// Keeps the plans for the next start. What a user should know of them and was not told yet, a line each.
  virtual std::vector<std::string> ready() { return {}; }

  /// The case is one that `way` was asked for, with `fused` as it answered.
  virtual void convolution(NativeStream* stream, const ConvolutionCase& c, const ConvolutionTensors& tensors,
                           void* workspace) = 0;
  /// 8-bit pixels of three channels to `channels` numbers of input_precision, those beyond the third 0.
  virtual void normalise(NativeStream* stream, const Normalisation& normalisation, const std::uint8_t* tiles,
                         std::size_t pixels, int channels, void* out) = 0;
  /// In place: + bias, + residual (null: none), ReLU. Not in int8.
  virtual void finish(NativeStream* stream, void* values, std::size_t count, int channels, const void* bias,
                      const void* residual, bool relu) = 0;
  /// int8: what a bare convolution wrote in `sums_of` to the value's bytes.
  virtual void finish_bytes(NativeStream* stream, Precision sums_of, const ByteFinish& finish,
                            const void* sums, std::size_t count, std::int8_t* out) = 0;
  virtual void max_pool(NativeStream* stream, const PoolShape& shape, std::size_t tiles, const void* in,
                        void* out) = 0;
  /// Numbers to float32, x scale.
  virtual void mean(NativeStream* stream, std::size_t tiles, int area, int channels, const void* in,
                    float scale, float* out) = 0;
  virtual void linear(NativeStream* stream, std::size_t tiles, int inputs, int outputs, const float* in,
                      const float* weights, const float* bias, bool relu, float* out) = 0;
};

}  // namespace skingauge
