// A convolutional network as plain data: what a frozen TorchScript graph is lowered to. Knows no library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

/// One step. Values are numbered: 0 is the input, layer i writes value i + 1. Kernels, strides, paddings and
/// dilations are square.
struct Layer {
  enum class Kind : std::uint8_t {
    convolution,  ///< with batch norm folded in; + bias, then + residual, then ReLU
    max_pool,     ///< padding counts as minus infinity
    mean,         ///< over height and width
    linear,       ///< + bias, then ReLU
  };
  Kind kind{};
  std::size_t input{0};                 ///< the value it reads
  std::optional<std::size_t> residual;  ///< convolution: a value of the same shape that is added
  bool relu{false};                     ///< convolution, linear
  int in_channels{0};
  int out_channels{0};
  int kernel{1};
  int stride{1};
  int padding{0};
  int dilation{1};
  int groups{1};               ///< convolution
  std::vector<float> weights;  ///< convolution: out x in / groups x kernel x kernel; linear: out x in
  std::vector<float> bias;     ///< convolution, linear: out
};

/// Layers in an order in which each reads only values before it. Input: N x channels x height x width,
/// float32, already scaled; output: N x width().
struct Network {
  int channels{3};
  std::vector<Layer> layers;

  [[nodiscard]] int width() const { return layers.empty() ? 0 : layers.back().out_channels; }
};

/// Channels, height and width of one value.
struct ValueShape {
  int channels{0};
  int height{0};
  int width{0};
  friend bool operator==(const ValueShape&, const ValueShape&) = default;
};

/// The shape of every value for an input of this size; checks order, channels and residuals, not weights (a
/// network whose weights lie packed elsewhere has none). Throws std::invalid_argument naming the layer and
/// what is wrong.
std::vector<ValueShape> value_shapes(const Network& network, int height, int width);

/// Throws std::invalid_argument where a layer's weights or bias have another size than the layer.
void check_weights(const Network& network);

/// Multiply-adds of one input of this size.
std::int64_t multiply_adds(const Network& network, int height, int width);

/// Runs a network with plain loops: what engines are tested against. `input` holds count x channels x height
/// x width floats; answers count x width() floats.
std::vector<float> run_plainly(const Network& network, const std::vector<float>& input, int height,
                               int width);

}  // namespace skingauge
