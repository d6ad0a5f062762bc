// Private to the sources that see LibTorch: the values of a frozen graph, told apart while it is walked.
#pragma once

#include "torchscript_impl.hpp"
#include "torchscript_lowering.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace skingauge {

/// Throws NotLowered.
[[noreturn]] void refuse(const std::string& reason);

/// The module of the network in which a node stands, for people: " (layer4.0.bn1)"; empty where it is
/// unknown.
std::string place_of(const torch::jit::Node& node);

/// float32 copies of a tensor's elements.
std::vector<float> floats(const torch::Tensor& tensor);

/// A graph value that holds a value of the Network.
struct Activation {
  std::size_t value{0};             ///< its number in the Network
  std::vector<std::int64_t> shape;  ///< without the batch: {C, H, W}, or {F} once flattened
};

/// The values of a graph: activations, and everything else (weights, sizes, conditions), which LibTorch's own
/// operators compute, for two batch sizes, of tensors without data: what depends on the batch differs, and
/// what depends on a tile's contents fails.
class GraphValues {
 public:
  explicit GraphValues(std::array<std::int64_t, 2> batches) : batches_(batches) {}

  void bind(const torch::jit::Value* name, Activation activation);
  /// Null where it is no activation.
  [[nodiscard]] const Activation* find(const torch::jit::Value* name) const;
  /// Throws NotLowered where it is no activation.
  [[nodiscard]] const Activation& activation(const torch::jit::Value* name) const;
  /// A value that is the same for every batch. Throws NotLowered naming it as `what`.
  [[nodiscard]] c10::IValue constant(const torch::jit::Value* name, const char* what) const;

  /// Whether a node gives no tensor computed from an activation: evaluate() finds what it gives.
  [[nodiscard]] bool is_evaluable(const torch::jit::Node& node) const;
  void evaluate(const torch::jit::Node& node);
  /// The shape that a node which keeps all elements and their order gives its input. Throws NotLowered where
  /// tiles come together or a batch size is baked in.
  [[nodiscard]] Activation view(const torch::jit::Node& node) const;
  /// Gives `to` what `from` is.
  void alias(const torch::jit::Value* to, const torch::jit::Value* from);
  /// After an operation in place all names of value `from` mean value `to`.
  void rename(std::size_t from, std::size_t to);

  /// Says that a node's reads are over.
  void take(const torch::jit::Node& node) { taken_.insert(&node); }
  /// Whether a node that is not yet taken, other than this one, reads elements of a value.
  [[nodiscard]] bool read_later(std::size_t value, const torch::jit::Node& than) const;

 private:
  using Pair = std::array<c10::IValue, 2>;  ///< for each size of batch

  // On kMeta activations have a shape alone, on kCPU also elements, of no meaning.
  [[nodiscard]] c10::IValue probe(const torch::jit::Value* name, std::size_t batch, torch::Device at) const;
  [[nodiscard]] torch::jit::Stack run(const torch::jit::Node& node, std::size_t batch,
                                      torch::Device at) const;

  std::array<std::int64_t, 2> batches_;
  std::unordered_map<const torch::jit::Value*, Activation> activations_;
  std::unordered_map<const torch::jit::Value*, Pair> constants_;
  std::unordered_set<const torch::jit::Node*> taken_;
};

}  // namespace skingauge
