#include "torchscript_graph.hpp"

#include <algorithm>

#include <torch/csrc/jit/ir/constants.h>

namespace skingauge {

using torch::jit::Node;
using torch::jit::Value;

namespace {

bool is_tensor(const Value* value) { return value->type()->isSubtypeOf(*c10::TensorType::get()); }

bool gives_tensor(const Node& node) {
  return std::any_of(node.outputs().begin(), node.outputs().end(), is_tensor);
}

// The path of modules that a node was inlined from: "layer4.0.bn1".
std::string inlined_from(const Node& node) {
  const auto stack = node.callstack();
  if (!stack) return "";
  std::string path;
  for (const auto& entry : (*stack)->vec()) {
    const auto& instance = std::get<2>(entry);
    if (!instance || instance->instance_name().empty() || instance->instance_name() == "SELF") continue;
    path += (path.empty() ? "" : ".") + instance->instance_name();
  }
  return path;
}

}  // namespace

void refuse(const std::string& reason) { throw NotLowered{reason}; }

std::string place_of(const Node& node) {
  constexpr std::string_view kModule = "__module.";
  auto name = node.scopeName();
  name = name.substr(name.rfind('/') + 1);
  if (name.starts_with(kModule)) name = name.substr(kModule.size());
  if (name.empty()) name = inlined_from(node);
  for (const auto* input : node.inputs()) {  // a weight's name says it too
    if (!name.empty()) break;
    const auto known = input->node()->kind() == c10::prim::Constant ? input->debugName() : "";
    if (known.starts_with("self.")) name = known.substr(5, known.rfind('.') - 5);
  }
  return name.empty() ? "" : " (" + name + ")";
}

std::vector<float> floats(const torch::Tensor& tensor) {
  const auto plain = tensor.to(torch::kCPU, torch::kFloat).contiguous();
  const auto* data = plain.const_data_ptr<float>();
  return {data, data + plain.numel()};
}

void GraphValues::bind(const Value* name, Activation activation) {
  activations_[name] = std::move(activation);
}

const Activation* GraphValues::find(const Value* name) const {
  const auto found = activations_.find(name);
  return found == activations_.end() ? nullptr : &found->second;
}

const Activation& GraphValues::activation(const Value* name) const {
  const auto* found = find(name);
  if (found == nullptr) refuse("reads a value that no layer writes");
  return *found;
}

c10::IValue GraphValues::constant(const Value* name, const char* what) const {
  if (auto value = torch::jit::toIValue(name)) return *value;
  const auto found = constants_.find(name);
  if (found == constants_.end()) refuse(std::string(what) + " is not a constant");
  const auto& [one, other] = found->second;
  if (!one.isTensor() && one != other) refuse(std::string(what) + " depends on the size of the batch");
  return one;
}

bool GraphValues::is_evaluable(const Node& node) const {
  const bool reads = std::any_of(node.inputs().begin(), node.inputs().end(),
                                 [&](const Value* input) { return find(input) != nullptr; });
  return !reads || !gives_tensor(node);
}

c10::IValue GraphValues::probe(const Value* name, std::size_t batch, torch::Device at) const {
  if (auto value = torch::jit::toIValue(name)) return *value;
  if (const auto* activation = find(name)) {
    auto sizes = activation->shape;
    sizes.insert(sizes.begin(), batches_.at(batch));
    return torch::empty(sizes, torch::TensorOptions().device(at));
  }
  const auto found = constants_.find(name);
  if (found == constants_.end()) refuse("reads " + name->debugName() + ", which is not known");
  return found->second.at(batch);
}

torch::jit::Stack GraphValues::run(const Node& node, std::size_t batch, torch::Device at) const {
  if (node.kind() == c10::prim::GetAttr)
    refuse("reads " + node.s(c10::attr::name) + ", which it may change while it runs");
  torch::jit::Stack stack;
  for (const auto* input : node.inputs()) stack.push_back(probe(input, batch, at));
  if (node.kind() == c10::prim::ListConstruct) {
    c10::impl::GenericList list(node.output()->type()->expectRef<c10::ListType>().getElementType());
    for (const auto& item : stack) list.push_back(item);
    stack = {list};
  } else if (node.kind() == c10::prim::TupleConstruct) {
    stack = {c10::ivalue::Tuple::create(std::move(stack))};
  } else if (node.kind() == c10::prim::ListUnpack) {
    stack = stack.at(0).toListRef().vec();
  } else if (node.kind() == c10::prim::TupleUnpack) {
    stack = stack.at(0).toTupleRef().elements().vec();
  } else if (node.maybeOperator() == nullptr) {
    refuse(std::string(node.kind().toQualString()) + " has no fused form" + place_of(node));
  } else {
    node.getOperation()(stack);
  }
  return stack;
}

void GraphValues::evaluate(const Node& node) {
  const auto one = run(node, 0, torch::kMeta);
  const auto other = run(node, 1, torch::kMeta);
  for (std::size_t i = 0; i < node.outputs().size(); ++i)
    constants_[node.outputs()[i]] = {one.at(i), other.at(i)};
}

Activation GraphValues::view(const Node& node) const {
  const std::string name = std::string(node.kind().toQualString()) + place_of(node);
  std::array<std::vector<std::int64_t>, 2> shapes;
  for (std::size_t batch = 0; batch < batches_.size(); ++batch) {
    const auto result = run(node, batch, torch::kCPU).at(0).toTensor();
    const auto sizes = result.sizes();
    if (result.scalar_type() != torch::kFloat) refuse(name + " gives other numbers than float32");
    if (sizes.empty() || sizes[0] != batches_.at(batch))
      refuse(name + " mixes tiles, or has a size of batch baked in");
    shapes.at(batch) = sizes.slice(1).vec();
  }
  if (shapes[0] != shapes[1]) refuse(name + " mixes tiles");
  return {activation(node.input(0)).value, shapes[0]};
}

void GraphValues::alias(const Value* to, const Value* from) {
  if (const auto* activation = find(from)) {
    bind(to, Activation(*activation));
  } else {
    constants_[to] = {probe(from, 0, torch::kMeta), probe(from, 1, torch::kMeta)};
  }
}

void GraphValues::rename(std::size_t from, std::size_t to) {
  for (auto& [name, activation] : activations_) {
    if (activation.value == from) activation.value = to;
  }
}

bool GraphValues::read_later(std::size_t value, const Node& than) const {
  for (const auto& [name, activation] : activations_) {
    if (activation.value != value) continue;
    for (const auto& use : name->uses()) {
      const bool returned = use.user->kind() == c10::prim::Return;
      const bool reads = returned || gives_tensor(*use.user);
      if (reads && use.user != &than && !taken_.contains(use.user)) return true;
    }
  }
  return false;
}

}  // namespace skingauge
