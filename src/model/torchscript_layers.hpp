// Private to the sources that see LibTorch: layers of a Network out of a graph's nodes and their weights.
#pragma once

#include "skingauge/network.hpp"

#include "torchscript_graph.hpp"

#include <vector>

namespace skingauge {

/// y = x * scale + shift, one pair for each channel.
struct ChannelAffine {
  std::vector<double> scale;
  std::vector<double> shift;
};

/// A convolution (aten::conv2d, aten::_convolution) of an activation of {C, H, W}. All throw NotLowered.
Layer convolution_layer(const torch::jit::Node& node, const GraphValues& values);
/// aten::linear, aten::addmm, aten::matmul or aten::mm of an activation of {F}.
Layer linear_layer(const torch::jit::Node& node, const GraphValues& values);
Layer max_pool_layer(const torch::jit::Node& node, const GraphValues& values);
/// A convolution that leaves a value of `channels` as it is, for what follows to become part of. Of the
/// network's input it is dense: devices and 8 bits read the input by such a one alone.
Layer identity_layer(std::size_t value, int channels);

/// aten::batch_norm in evaluation mode.
ChannelAffine batch_norm_affine(const torch::jit::Node& node, const GraphValues& values);
/// aten::add, sub, rsub, mul or div of an activation and a constant that is the same all over a channel.
ChannelAffine arithmetic_affine(const torch::jit::Node& node, const GraphValues& values);
/// Puts it behind a convolution or linear layer that has neither residual nor ReLU; in double.
void fold(Layer& layer, const ChannelAffine& affine);

}  // namespace skingauge
