#include "runtime/dnnl_network.hpp"

#include "skingauge/error.hpp"

#include "runtime/arena_plan.hpp"

#include <cstdlib>
#include <map>
#include <mutex>
#include <new>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <omp.h>
#include <oneapi/dnnl/dnnl.hpp>

namespace skingauge {
namespace {

using dnnl::memory;
using Desc = memory::desc;
using Tag = memory::format_tag;
using Type = memory::data_type;

// Tiles that go through the layers together: their values of a layer should stay in a core's cache.
constexpr std::size_t kDepthFirst = 8;

const dnnl::engine& cpu() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

dnnl::stream& stream() {
  thread_local dnnl::stream stream(cpu());
  return stream;
}

// Each thread of ours runs one network on one core. oneDNN plans for as many threads as OpenMP would use.
void keep_to_one_thread() {
  thread_local const bool set = [] {
    omp_set_num_threads(1);
    return true;
  }();
  static_cast<void>(set);
}

// A block that a thread keeps and grows.
class Arena {
 public:
  ~Arena() { std::free(block_); }
  std::byte* at_least(std::size_t bytes) {
    if (bytes > size_) {
      std::free(block_);
      size_ = 0;
      const auto rounded = (bytes + 4095) / 4096 * 4096;
      block_ = static_cast<std::byte*>(std::aligned_alloc(4096, rounded));
      if (block_ == nullptr) throw std::bad_alloc();
      size_ = rounded;
    }
    return block_;
  }

 private:
  std::byte* block_{nullptr};
  std::size_t size_{0};
};

memory::dims dims(std::int64_t n, const ValueShape& s) { return {n, s.channels, s.height, s.width}; }

// One primitive, and which places of the arena or of the weights it reads and writes.
struct Step {
  dnnl::primitive primitive;
  struct Argument {
    int name;
    Desc desc;
    std::size_t offset;  ///< in the arena, where `weights` is empty
    std::shared_ptr<memory> weights;
  };
  std::vector<Argument> arguments;
};

struct Plan {
  std::vector<Step> steps;
  std::size_t arena{0};
  std::size_t input{0};   ///< offset of the float tiles, N x C x H x W
  std::size_t output{0};  ///< offset of N x width floats
};

// Weights by layer, in each layout that some plan asks for.
class PackedWeights {
 public:
  std::shared_ptr<memory> get(std::size_t layer, int kind, const Desc& wanted, const Desc& plain,
                              const std::vector<float>& values) {
    for (const auto& kept : kept_[{layer, kind}]) {
      if (kept->get_desc() == wanted) return kept;
    }
    auto* data = const_cast<float*>(values.data());  // oneDNN has no memory that is only read
    memory source(plain, cpu(), data);
    auto packed = std::make_shared<memory>(wanted, cpu());
    dnnl::reorder(source, *packed).execute(stream(), source, *packed);
    stream().wait();
    kept_[{layer, kind}].push_back(packed);
    return packed;
  }

 private:
  std::map<std::pair<std::size_t, int>, std::vector<std::shared_ptr<memory>>> kept_;
};

// Builds the plan of one batch size.
class Planner {
 public:
  Planner(const Network& network, int size, Type type, std::int64_t n, PackedWeights& weights)
      : network_(network), shapes_(value_shapes(network, size, size)), type_(type), n_(n), weights_(weights) {
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      last_use_[network.layers[i].input] = i;
      if (network.layers[i].residual) last_use_[*network.layers[i].residual] = i;
    }
  }

  Plan build() {
    const Desc plain(dims(n_, shapes_[0]), Type::f32, Tag::nchw);
    values_.push_back({plain, arena_.take(plain.get_size())});
    plan_.input = values_[0].offset;
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      add(i);
      release(i);
    }
    plan_.output = values_.back().offset;
    plan_.arena = arena_.bytes();
    return std::move(plan_);
  }

 private:
  struct Value {
    Desc desc;
    std::size_t offset{0};
  };

  void add(std::size_t i) {
    switch (network_.layers[i].kind) {
      case Layer::Kind::convolution:
        return convolution(i);
      case Layer::Kind::max_pool:
        return pool(i, dnnl::algorithm::pooling_max);
      case Layer::Kind::mean:
        return pool(i, dnnl::algorithm::pooling_avg_exclude_padding);
      case Layer::Kind::linear:
        return linear(i);
    }
  }

  void release(std::size_t i) {
    const auto& layer = network_.layers[i];
    for (const auto value : {std::optional(layer.input), layer.residual}) {
      if (!value || last_use_.at(*value) != i || moved_.contains(*value)) continue;
      moved_.emplace(*value, true);
      arena_.give_back(values_[*value].offset);
    }
  }

  // A value in the layout that a primitive wants; the copy is given back by the caller.
  std::pair<std::size_t, bool> reordered(const Value& value, const Desc& wanted) {
    if (value.desc == wanted) return {value.offset, false};
    const auto offset = arena_.take(wanted.get_size());
    Step step;
    step.primitive = dnnl::reorder(dnnl::reorder::primitive_desc(cpu(), value.desc, cpu(), wanted));
    step.arguments = {{DNNL_ARG_FROM, value.desc, value.offset, nullptr},
                      {DNNL_ARG_TO, wanted, offset, nullptr}};
    plan_.steps.push_back(std::move(step));
    return {offset, true};
  }

  void push(dnnl::primitive primitive, std::vector<Step::Argument> arguments, const Desc& scratch) {
    const auto bytes = scratch.get_size();
    if (bytes > 0) {
      const auto offset = arena_.take(bytes);
      arguments.push_back({DNNL_ARG_SCRATCHPAD, scratch, offset, nullptr});
      arena_.give_back(offset);
    }
    plan_.steps.push_back({std::move(primitive), std::move(arguments)});
  }

  static dnnl::primitive_attr attributes(const Layer& layer) {
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    dnnl::post_ops after;
    if (layer.residual) after.append_sum(1.0F);
    if (layer.relu) after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
    attr.set_post_ops(after);
    return attr;
  }

  [[nodiscard]] static memory::dims weight_dims(const Layer& layer) {
    const memory::dim inputs = layer.in_channels / layer.groups;
    if (layer.groups == 1) return {layer.out_channels, inputs, layer.kernel, layer.kernel};
    return {layer.groups, layer.out_channels / layer.groups, inputs, layer.kernel, layer.kernel};
  }

  void convolution(std::size_t i) {
    const auto& layer = network_.layers[i];
    const auto weight_shape = weight_dims(layer);
    const Desc plain_weights(weight_shape, Type::f32, layer.groups == 1 ? Tag::oihw : Tag::goihw);
    const Desc bias({layer.out_channels}, Type::f32, Tag::x);
    const auto& in = values_[layer.input];
    const Desc source(dims(n_, shapes_[layer.input]), type_, Tag::any);
    // The sum is done in the residual's own memory, so in its layout.
    const auto target =
        layer.residual ? values_[*layer.residual].desc : Desc(dims(n_, shapes_[i + 1]), type_, Tag::any);
    const memory::dims strides{layer.stride, layer.stride};
    const memory::dims dilates{layer.dilation - 1, layer.dilation - 1};
    const memory::dims pads{layer.padding, layer.padding};
    const dnnl::convolution_forward::desc wish(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source,
        Desc(weight_shape, type_, Tag::any), bias, target, strides, dilates, pads, pads);
    const dnnl::convolution_forward::primitive_desc chosen(wish, attributes(layer), cpu());
    const auto [from, copied] = reordered(in, chosen.src_desc());
    const auto to =
        layer.residual ? residual_place(i, *layer.residual) : arena_.take(chosen.dst_desc().get_size());
    push(dnnl::convolution_forward(chosen),
         {{DNNL_ARG_SRC, chosen.src_desc(), from, nullptr},
          {DNNL_ARG_WEIGHTS, chosen.weights_desc(), 0,
           weights_.get(i, DNNL_ARG_WEIGHTS, chosen.weights_desc(), plain_weights, layer.weights)},
          {DNNL_ARG_BIAS, bias, 0, weights_.get(i, DNNL_ARG_BIAS, bias, bias, layer.bias)},
          {DNNL_ARG_DST, chosen.dst_desc(), to, nullptr}},
         chosen.scratchpad_desc());
    if (copied) arena_.give_back(from);
    values_.push_back({chosen.dst_desc(), to});
  }

  // Where the sum goes: over the residual where nobody reads it later, else over a copy of it.
  std::size_t residual_place(std::size_t i, std::size_t residual) {
    if (last_use_.at(residual) == i && residual != network_.layers[i].input) {
      moved_.emplace(residual, true);
      return values_[residual].offset;
    }
    const auto& value = values_[residual];
    const auto offset = arena_.take(value.desc.get_size());
    Step step;
    step.primitive = dnnl::reorder(dnnl::reorder::primitive_desc(cpu(), value.desc, cpu(), value.desc));
    step.arguments = {{DNNL_ARG_FROM, value.desc, value.offset, nullptr},
                      {DNNL_ARG_TO, value.desc, offset, nullptr}};
    plan_.steps.push_back(std::move(step));
    return offset;
  }

  void pool(std::size_t i, dnnl::algorithm algorithm) {
    const auto& layer = network_.layers[i];
    const auto& in = values_[layer.input];
    const auto& shape = shapes_[layer.input];
    const bool mean = layer.kind == Layer::Kind::mean;
    const memory::dims kernel =
        mean ? memory::dims{shape.height, shape.width} : memory::dims{layer.kernel, layer.kernel};
    const memory::dims strides = mean ? memory::dims{1, 1} : memory::dims{layer.stride, layer.stride};
    const memory::dims dilates{layer.dilation - 1, layer.dilation - 1};
    const memory::dims pads{layer.padding, layer.padding};
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::pooling_v2_forward::desc wish(dnnl::prop_kind::forward_inference, algorithm, in.desc,
                                              Desc(dims(n_, shapes_[i + 1]), in.desc.data_type(), Tag::any),
                                              strides, kernel, dilates, pads, pads);
    const dnnl::pooling_v2_forward::primitive_desc chosen(wish, attr, cpu());
    const auto to = arena_.take(chosen.dst_desc().get_size());
    push(dnnl::pooling_v2_forward(chosen),
         {{DNNL_ARG_SRC, in.desc, in.offset, nullptr}, {DNNL_ARG_DST, chosen.dst_desc(), to, nullptr}},
         chosen.scratchpad_desc());
    values_.push_back({chosen.dst_desc(), to});
  }

  void linear(std::size_t i) {
    const auto& layer = network_.layers[i];
    const auto& shape = shapes_[layer.input];
    const auto& in = values_[layer.input];
    const memory::dims weight_shape{layer.out_channels, shape.channels, shape.height, shape.width};
    const Desc bias({layer.out_channels}, Type::f32, Tag::x);
    const Desc target({n_, layer.out_channels}, Type::f32, Tag::nc);
    dnnl::primitive_attr attr;
    attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    const dnnl::inner_product_forward::desc wish(dnnl::prop_kind::forward_inference,
                                                 Desc(dims(n_, shape), type_, Tag::any),
                                                 Desc(weight_shape, type_, Tag::any), bias, target);
    const dnnl::inner_product_forward::primitive_desc chosen(wish, attr, cpu());
    const auto [from, copied] = reordered(in, chosen.src_desc());
    const auto to = arena_.take(target.get_size());
    push(dnnl::inner_product_forward(chosen),
         {{DNNL_ARG_SRC, chosen.src_desc(), from, nullptr},
          {DNNL_ARG_WEIGHTS, chosen.weights_desc(), 0,
           weights_.get(i, DNNL_ARG_WEIGHTS, chosen.weights_desc(), Desc(weight_shape, Type::f32, Tag::oihw),
                        layer.weights)},
          {DNNL_ARG_BIAS, bias, 0, weights_.get(i, DNNL_ARG_BIAS, bias, bias, layer.bias)},
          {DNNL_ARG_DST, target, to, nullptr}},
         chosen.scratchpad_desc());
    if (copied) arena_.give_back(from);
    values_.push_back({target, to});
  }

  const Network& network_;
  std::vector<ValueShape> shapes_;
  Type type_;
  std::int64_t n_;
  PackedWeights& weights_;
  std::unordered_map<std::size_t, std::size_t> last_use_;
  std::unordered_map<std::size_t, bool> moved_;  ///< values whose memory was given back or taken over
  std::vector<Value> values_;
  ArenaPlan arena_;
  Plan plan_;
};

}  // namespace

class DnnlNetwork::Impl {
 public:
  Impl(const Network& network, int size, const Normalisation& normalisation, Precision precision)
      : network_(network),
        size_(size),
        normalisation_(normalisation),
        type_(precision == Precision::bf16 ? Type::bf16 : Type::f32) {
    value_shapes(network, size, size);
  }

  void run(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) {
    keep_to_one_thread();
    try {
      run_in_parts(tiles, count, outputs);
    } catch (const dnnl::error& e) {
      if (e.status == dnnl_out_of_memory) throw std::bad_alloc();
      throw ModelError(ErrorCode::model_failed, std::string("oneDNN: ") + e.what());
    }
  }

 private:
  void run_in_parts(std::span<const std::uint8_t> tiles, std::size_t count, std::span<float> outputs) {
    const auto width = static_cast<std::size_t>(network_.width());
    const auto bytes = static_cast<std::size_t>(size_) * static_cast<std::size_t>(size_) * 3U;
    for (std::size_t first = 0; first < count; first += kDepthFirst) {
      const auto n = std::min(kDepthFirst, count - first);
      run_together(tiles.subspan(first * bytes, n * bytes), n, outputs.subspan(first * width, n * width));
    }
  }

  void run_together(std::span<const std::uint8_t> tiles, std::size_t n, std::span<float> outputs) {
    const auto plan = plan_for(n);
    thread_local Arena arena;
    auto* block = arena.at_least(plan->arena);
    fill(tiles, n, reinterpret_cast<float*>(block + plan->input));
    for (const auto& step : plan->steps) {
      std::unordered_map<int, memory> arguments;
      for (const auto& a : step.arguments)
        arguments.emplace(a.name, a.weights ? *a.weights : memory(a.desc, cpu(), block + a.offset));
      step.primitive.execute(stream(), arguments);
    }
    stream().wait();
    const auto* answers = reinterpret_cast<const float*>(block + plan->output);
    std::copy(answers, answers + outputs.size(), outputs.begin());
  }

  void fill(std::span<const std::uint8_t> tiles, std::size_t n, float* out) const {
    const auto area = static_cast<std::size_t>(size_) * static_cast<std::size_t>(size_);
    for (std::size_t t = 0; t < n; ++t) {
      const auto* tile = tiles.data() + t * area * 3U;
      for (std::size_t c = 0; c < 3; ++c) {
        for (std::size_t i = 0; i < area; ++i) *out++ = input_value(normalisation_, tile, i * 3U + c);
      }
    }
  }

  std::shared_ptr<const Plan> plan_for(std::size_t n) {
    const std::lock_guard lock(mutex_);
    auto& plan = plans_[n];
    if (!plan)
      plan = std::make_shared<const Plan>(
          Planner(network_, size_, type_, static_cast<std::int64_t>(n), weights_).build());
    return plan;
  }

  Network network_;
  int size_;
  Normalisation normalisation_;
  Type type_;
  std::mutex mutex_;
  std::map<std::size_t, std::shared_ptr<const Plan>> plans_;
  PackedWeights weights_;
};

DnnlNetwork::DnnlNetwork(const Network& network, int size, const Normalisation& normalisation,
                         Precision precision)
    : impl_(std::make_unique<Impl>(network, size, normalisation, precision)) {}
DnnlNetwork::~DnnlNetwork() = default;

void DnnlNetwork::run(std::span<const std::uint8_t> tiles, std::size_t count,
                      std::span<float> outputs) const {
  impl_->run(tiles, count, outputs);
}

}  // namespace skingauge
