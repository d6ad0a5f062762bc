// Private to the sources that see LibTorch: what a network must keep before anything is done with it.
#pragma once

#include "torchscript_impl.hpp"

#include <string>
#include <vector>

namespace skingauge {

/// Throws ModelError model-training where a node of a frozen graph is in training mode, model-inconsistent
/// where one normalises by its batch or draws random numbers; naming node and module.
void check_graph(const ModelSpec& model, const torch::jit::Block& block);

/// What running the check tiles showed.
struct CheckedOutputs {
  torch::Tensor alone;  ///< 2 x width
  bool one_tile{false};
};

/// Runs two tiles alone and together (and again where that differs). Throws ModelError: model-format,
/// model-width, model-inconsistent.
CheckedOutputs check_outputs(const ModelSpec& model, torch::jit::Module& frozen, const torch::Tensor& tiles);

/// What a user should know of outputs that are allowed: probabilities where logits are expected, the same for
/// every tile.
std::vector<std::string> output_hints(const ModelSpec& model, const torch::jit::Graph& graph,
                                      const torch::Tensor& outputs);

}  // namespace skingauge
