#include "torchscript_checks.hpp"

#include "torchscript_graph.hpp"

#include <algorithm>
#include <optional>
#include <sstream>
#include <string_view>

#include <torch/csrc/jit/ir/constants.h>

namespace skingauge {
namespace {

using torch::jit::Node;

std::optional<c10::IValue> constant(const Node& node, const char* input) {
  return node.hasNamedInput(input) ? torch::jit::toIValue(node.namedInput(input)) : std::nullopt;
}

bool is_true(const Node& node, const char* input) {
  const auto value = constant(node, input);
  return value && value->isBool() && value->toBool();
}

// A statistic that the node itself updates is no constant.
bool is_given(const Node& node, const char* input) {
  const auto value = constant(node, input);
  return !value || !value->isNone();
}

// Whether a layer that drops values does so with some probability (1 where it is no constant).
bool drops(const Node& node) {
  for (const auto* name : {"p", "dropout", "dropout_p"}) {
    if (!node.hasNamedInput(name)) continue;
    const auto value = constant(node, name);
    return !value || !value->isDouble() || value->toDouble() > 0;
  }
  return true;
}

std::string described(const Node& node) { return std::string(node.kind().toQualString()) + place_of(node); }

void check_batch_norm(const ModelSpec& model, const Node& node) {
  const bool by_batch = is_true(node, "training");
  const bool by_input = is_true(node, "use_input_stats");  // of an instance norm: its own tile alone
  const bool tracks = is_given(node, "running_mean");
  if (by_batch && !tracks)
    fail(ErrorCode::model_inconsistent, model,
         described(node) +
             " has no running statistics (track_running_stats=False): it normalises by the batch, so outputs "
             "depend on which tiles run together; expected a batch norm with running statistics, or a group "
             "or "
             "instance norm");
  if ((by_batch || by_input) && tracks)
    fail(ErrorCode::model_training, model,
         described(node) +
             " is in training mode: it uses statistics of the batch instead of its running ones; call "
             "model.eval() before torch.jit.trace");
}

void check_node(const ModelSpec& model, const Node& node) {
  if (node.maybeSchema() == nullptr) return;  // a constant, list or branch
  if (node.hasNamedInput("running_mean")) return check_batch_norm(model, node);
  for (const auto* training : {"train", "training"}) {
    if (!node.hasNamedInput(training)) continue;
    const auto value = constant(node, training);
    if (value && (!value->isBool() || !value->toBool())) return;  // off
    if (value && drops(node))
      fail(
          ErrorCode::model_training, model,
          described(node) +
              " is in training mode: outputs are random; call model.eval() before torch.jit.trace (a dropout "
              "called as a function needs training=self.training)");
    if (value) return;
  }
  const bool attends = node.hasNamedInput("dropout_p");
  if (attends && !drops(node)) return;
  if (attends || node.isNondeterministic())
    fail(ErrorCode::model_inconsistent, model,
         described(node) +
             " draws random numbers, so outputs differ from run to run; call model.eval() before "
             "torch.jit.trace where it is dropout, stochastic depth or noise of the training");
}

// Outputs of one network for the same tile differ by rounding alone, whatever batch it is in.
double tolerance(const torch::Tensor& outputs) {
  return 1e-3 * std::max(0.1, outputs.abs().max().item<double>());
}

double distance(const torch::Tensor& one, const torch::Tensor& other) {
  return (one - other).abs().max().item<double>();
}

std::string sizes_of(const torch::Tensor& tensor) {
  std::string text;
  for (const auto n : tensor.sizes()) text += (text.empty() ? "" : " x ") + std::to_string(n);
  return text;
}

// What one tile gives alone: 1 x width.
torch::Tensor run_alone(const ModelSpec& model, torch::jit::Module& frozen, const torch::Tensor& tile) {
  torch::Tensor outputs;
  try {
    outputs = run_module(frozen, tile.clone());  // it may write over its input
  } catch (const std::exception& e) {
    fail(ErrorCode::model_format, model,
         "cannot run on a tile of " + std::to_string(tile.size(3)) + " px: " + first_line(e));
  }
  if (outputs.dim() != 2 || outputs.size(0) != 1 || outputs.size(1) != model.width())
    fail(ErrorCode::model_width, model,
         "output is " + sizes_of(outputs) + ", the manifest's heads expect 1 x " +
             std::to_string(model.width()));
  if (!torch::isfinite(outputs).all().item<bool>())
    fail(ErrorCode::model_format, model, "outputs are not finite");
  return outputs;
}

// What two tiles give together; nothing where the module takes one tile alone.
std::optional<torch::Tensor> run_together(torch::jit::Module& frozen, const torch::Tensor& tiles, int width) {
  try {
    auto outputs = run_module(frozen, tiles.clone());
    if (outputs.dim() != 2 || outputs.size(0) != tiles.size(0) || outputs.size(1) != width)
      return std::nullopt;
    return outputs;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

[[noreturn]] void fail_differing(const ModelSpec& model, bool from_run_to_run, double by, double largest) {
  std::ostringstream text;
  text << (from_run_to_run ? "outputs of one tile differ from run to run"
                           : "outputs of a tile depend on the tile beside it")
       << " (by " << by << " of " << largest << "): "
       << (from_run_to_run
               ? "something random is active in it; call model.eval() before torch.jit.trace"
               : "a reshape with a size of batch that tracing baked in, or a norm over the batch; "
                 "keep the batch's dimension (x.flatten(1)) and export it again");
  fail(ErrorCode::model_inconsistent, model, text.str());
}

// Softmax over a head, or over all outputs: between 0 and 1, with a sum of 1.
bool sums_to_one(const torch::Tensor& outputs) {
  const bool inside = outputs.ge(0).all().item<bool>() && outputs.le(1).all().item<bool>();
  return inside && (outputs.sum(1) - 1).abs().max().item<double>() < 1e-4;
}

}  // namespace

void check_graph(const ModelSpec& model, const torch::jit::Block& block) {
  for (const auto* node : block.nodes()) {
    check_node(model, *node);
    for (const auto* inner : node->blocks()) check_graph(model, *inner);
  }
}

CheckedOutputs check_outputs(const ModelSpec& model, torch::jit::Module& frozen, const torch::Tensor& tiles) {
  const auto first = run_alone(model, frozen, tiles.narrow(0, 0, 1));
  const auto second = run_alone(model, frozen, tiles.narrow(0, 1, 1));
  CheckedOutputs found{torch::cat({first, second}), false};
  const double allowed = tolerance(found.alone);
  const auto again = [&] { return run_alone(model, frozen, tiles.narrow(0, 0, 1)); };
  const auto together = run_together(frozen, tiles, model.width());
  found.one_tile = !together;
  const double apart = together ? distance(*together, found.alone) : distance(again(), first);
  if (apart <= allowed) return found;
  const bool random = !together || distance(again(), first) > allowed;
  fail_differing(model, random, apart, found.alone.abs().max().item<double>());
}

std::vector<std::string> output_hints(const ModelSpec& model, const torch::jit::Graph& graph,
                                      const torch::Tensor& outputs) {
  std::vector<std::string> hints;
  const std::string_view last = graph.outputs()[0]->node()->kind().toQualString();
  const bool sigmoid = last == "aten::sigmoid" || last == "aten::hardsigmoid";
  const bool whole = sums_to_one(outputs);
  const bool probabilities = std::any_of(model.heads.begin(), model.heads.end(), [&](const HeadSpec& head) {
    return head.task == Task::grade &&
           (sigmoid || whole || sums_to_one(outputs.narrow(1, head.offset, head.width)));
  });
  if (probabilities)
    hints.push_back(
        model.id + " gives probabilities (a " + (sigmoid ? "sigmoid" : "softmax") +
        " inside the network), expected logits: softmax is taken of them again, which leaves them "
        "nearly even; export it without");
  if (torch::equal(outputs[0], outputs[1]))
    hints.push_back(model.id +
                    " gives the same for two different tiles: its outputs seem not to depend on "
                    "the photograph");
  return hints;
}

}  // namespace skingauge
