// One convolution as a GPU's plan is made for it: everything but the weights' values and where things lie.
#pragma once

#include "skingauge/engine.hpp"
#include "skingauge/network.hpp"

#include <compare>
#include <cstddef>
#include <string>

namespace skingauge {

/// Tensors are N x H x W x C in the precision's numbers (fp32 and tf32: 4 bytes; fp16, bf16: 2; int8: 1),
/// weights out x kernel x kernel x in / groups; sums are float32. int8: sums are 32-bit integers, which a
/// bare convolution writes as they are; fused, they are brought to bytes as finished_byte (layer_index.hpp)
/// does.
struct ConvolutionCase {
  Precision precision{Precision::fp32};
  int tiles{1};
  int in_channels{0};
  int height{0};  ///< of the input
  int width{0};
  int out_channels{0};
  int kernel{1};
  int stride{1};
  int padding{0};
  int dilation{1};
  int groups{1};
  bool residual{false};  ///< + a value of the output's shape
  bool relu{false};
  bool fused{
      true};  ///< residual, bias and ReLU in the plan; else the bare convolution, and they come after it

  [[nodiscard]] int out_height() const noexcept { return out_side(height); }
  [[nodiscard]] int out_width() const noexcept { return out_side(width); }
  [[nodiscard]] std::size_t outputs() const noexcept {
    return static_cast<std::size_t>(tiles) * static_cast<std::size_t>(out_height()) *
           static_cast<std::size_t>(out_width()) * static_cast<std::size_t>(out_channels);
  }
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the compiler's own 0 for one of ours
  friend auto operator<=>(const ConvolutionCase&, const ConvolutionCase&) = default;

 private:
  [[nodiscard]] int out_side(int side) const noexcept {
    return (side + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  }
};

/// The case of a convolution layer; `input` is the shape of the value that it reads, channels as the device
/// has them (perhaps padded). In int8 the layer that reads the network's input is bare, in input_precision.
ConvolutionCase convolution_case(const Layer& layer, const ValueShape& input, Precision precision, int tiles);

/// "fp16 64x32x32x64 k3s1p1d1g1 64 +residual relu": the name under which a plan is kept.
std::string to_string(const ConvolutionCase& c);

/// Bytes of one number in a tensor.
std::size_t number_bytes(Precision precision) noexcept;

/// The same of what a convolution writes.
std::size_t output_number_bytes(const ConvolutionCase& c) noexcept;

/// The precision of a network's input and of the layer that reads it. int8: fp16, because 8-bit kernels want
/// channels by 16 where a picture has three, and because 0, which pads it, is no byte of a picture.
Precision input_precision(Precision precision) noexcept;

}  // namespace skingauge
