#include "runtime/dnnl_plan.hpp"

#include "runtime/arena_plan.hpp"
#include "runtime/depth_first.hpp"
#include "runtime/winograd_choice.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace skingauge {
namespace {

using dnnl::memory;
using Desc = DnnlDesc;
using Tag = DnnlTag;
using Type = DnnlType;

Type type_of(const ValueNumbers& numbers) {
  switch (numbers.type) {
    case ValueNumbers::Type::f32:
      return Type::f32;
    case ValueNumbers::Type::bf16:
      return Type::bf16;
    case ValueNumbers::Type::u8:
      return Type::u8;
    case ValueNumbers::Type::s8:
      return Type::s8;
  }
  return Type::undef;
}

dnnl::primitive_attr plain_attributes() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

// The mean over height and width of 8-bit values, which oneDNN would round to 8 bits again.
template <class Byte>
void mean_of_bytes(const std::byte* in, const ValueShape& shape, std::size_t count, float scale, float* out) {
  const auto channels = static_cast<std::size_t>(shape.channels);
  const auto area = static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width);
  const auto* pixel = reinterpret_cast<const Byte*>(in);
  for (std::size_t n = 0; n < count; ++n, out += channels) {
    std::vector<std::int32_t> sums(channels, 0);
    for (std::size_t i = 0; i < area; ++i, pixel += channels) {
      for (std::size_t c = 0; c < channels; ++c) sums[c] += pixel[c];
    }
    for (std::size_t c = 0; c < channels; ++c)
      out[c] = static_cast<float>(sums[c]) * scale / static_cast<float>(area);
  }
}

class Planner {
 public:
  Planner(const DnnlPlanRequest& request, int count, DnnlWeights& weights)
      : request_(request),
        network_(request.network),
        shapes_(value_shapes(network_, request.size - 2 * request.border, request.size - 2 * request.border)),
        n_(count),
        weights_(weights) {
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      last_use_[network_.layers[i].input] = i;
      if (network_.layers[i].residual) last_use_[*network_.layers[i].residual] = i;
    }
  }

  DnnlPlan build() {
    const auto& numbers = request_.numbers[0];
    const auto type = numbers.type == ValueNumbers::Type::bf16 ? Type::f32 : type_of(numbers);
    const Desc input({n_, network_.channels, request_.size, request_.size}, type, Tag::nhwc);
    plan_.values.push_back({input, arena_.take(input.get_size())});
    const auto first = first_layers();
    if (first.layers > 0) add_in_parts(first);
    for (std::size_t i = first.layers; i < network_.layers.size(); ++i) {
      add(i);
      plan_.values.back().steps = plan_.steps.size();
      release(i);
    }
    plan_.block = arena_.bytes();
    return std::move(plan_);
  }

 private:
  [[nodiscard]] DepthFirst first_layers() const {
    if (request_.keep_values) return {};
    std::vector<std::size_t> bytes;
    for (std::size_t v = 0; v < shapes_.size(); ++v)
      bytes.push_back(pixels_last(v).get_size() / static_cast<std::size_t>(n_));
    return depth_first(network_, bytes, n_);
  }

  // The first layers, for some pictures after the others; what comes of them lies one behind the other.
  void add_in_parts(const DepthFirst& first) {
    const auto whole = n_;
    const auto input = plan_.values[0];
    const DnnlValue result{pixels_last(first.layers), arena_.take(pixels_last(first.layers).get_size())};
    const auto input_bytes = input.desc.get_size() / static_cast<std::size_t>(whole);
    const auto result_bytes = result.desc.get_size() / static_cast<std::size_t>(whole);
    n_ = first.together;
    for (int done = 0; done < whole; done += n_) {
      const auto before = static_cast<std::size_t>(done);
      given_back_ = {0};  // the input stays until all have read it
      auto dims = input.desc.dims();
      dims[0] = n_;
      plan_.values = {{Desc(dims, input.desc.data_type(), Tag::nhwc), input.offset + before * input_bytes}};
      for (std::size_t i = 0; i < first.layers; ++i) {
        add(i);
        release(i);
      }
      const auto& made = plan_.values.back();
      copy(made, {pixels_last(first.layers), result.offset + before * result_bytes});
      arena_.give_back(made.offset);
    }
    n_ = whole;
    arena_.give_back(input.offset);
    plan_.values.front() = input;
    plan_.values.back() = result;
  }

  void add(std::size_t i) {
    switch (network_.layers[i].kind) {
      case Layer::Kind::convolution:
        return convolution(i);
      case Layer::Kind::max_pool:
        return pool(i, dnnl::algorithm::pooling_max);
      case Layer::Kind::mean:
        return mean(i);
      case Layer::Kind::linear:
        return linear(i);
    }
  }

  void release(std::size_t i) {
    if (request_.keep_values) return;
    const auto& layer = network_.layers[i];
    for (const auto value : {std::optional(layer.input), layer.residual}) {
      if (!value || last_use_.at(*value) != i || given_back_.contains(*value)) continue;
      given_back_.insert(*value);
      arena_.give_back(plan_.values[*value].offset);
    }
  }

  // Memory of one step alone.
  std::size_t scratch(std::size_t bytes) {
    const auto offset = arena_.take(bytes);
    arena_.give_back(offset);
    return offset;
  }

  // A value in the layout that a primitive wants; a copy is given back by the caller.
  std::pair<std::size_t, bool> reordered(const DnnlValue& value, const Desc& wanted) {
    if (value.desc == wanted) return {value.offset, false};
    const auto offset = arena_.take(wanted.get_size());
    copy(value, {wanted, offset});
    return {offset, true};
  }

  void copy(const DnnlValue& from, const DnnlValue& to) {
    const dnnl::reorder::primitive_desc chosen(dnnl_cpu(), from.desc, dnnl_cpu(), to.desc,
                                               plain_attributes());
    push(dnnl::reorder(chosen),
         {{DNNL_ARG_FROM, from.desc, from.offset, nullptr}, {DNNL_ARG_TO, to.desc, to.offset, nullptr}},
         chosen.scratchpad_desc());
  }

  void push(dnnl::primitive primitive, std::vector<DnnlStep::Argument> arguments, const Desc& scratchpad) {
    const auto bytes = scratchpad.get_size();
    if (bytes > 0) arguments.push_back({DNNL_ARG_SCRATCHPAD, scratchpad, scratch(bytes), nullptr});
    plan_.steps.push_back({std::move(primitive), std::move(arguments), {}});
  }
  void push(std::function<void(std::byte*)> own) { plan_.steps.push_back({{}, {}, std::move(own)}); }

  dnnl::primitive_attr attributes(std::size_t i) {
    const auto& layer = network_.layers[i];
    const auto& out = request_.numbers[i + 1];
    auto attr = plain_attributes();
    dnnl::post_ops after;
    if (layer.residual) {
      const auto& other = request_.numbers[*layer.residual];
      after.append_sum(other.scale / out.scale, 0, type_of(other));
    }
    if (layer.relu) after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
    attr.set_post_ops(after);
    if (in_bytes(i)) attr.set_output_scales(2, weights_.scales(i));
    return attr;
  }

  [[nodiscard]] bool in_bytes(std::size_t i) const {
    const auto type = request_.numbers[i + 1].type;
    return type == ValueNumbers::Type::u8 || type == ValueNumbers::Type::s8;
  }

  [[nodiscard]] static memory::dims weight_dims(const Layer& layer) {
    const memory::dim inputs = layer.in_channels / layer.groups;
    if (layer.groups == 1) return {layer.out_channels, inputs, layer.kernel, layer.kernel};
    return {layer.groups, layer.out_channels / layer.groups, inputs, layer.kernel, layer.kernel};
  }

  // Where the sum is done in the residual's own memory, its layout is the result's.
  Desc convolution_target(std::size_t i) {
    const auto& layer = network_.layers[i];
    const auto type = type_of(request_.numbers[i + 1]);
    if (!layer.residual) return {dnnl_dims(n_, shapes_[i + 1]), type, in_bytes(i) ? Tag::nhwc : Tag::any};
    auto desc = plan_.values[*layer.residual].desc;
    desc.data.data_type = dnnl::memory::convert_to_c(type);
    return desc;
  }

  void convolution(std::size_t i) {
    const auto& layer = network_.layers[i];
    const auto& in = plan_.values[layer.input];
    if (const auto tile = winograd_tile(i)) return winograd(i, *tile);
    const int padding = layer.input == 0 && request_.border > 0 ? 0 : layer.padding;
    const auto dims = weight_dims(layer);
    const auto weight_type = in_bytes(i) ? Type::s8 : type_of(request_.numbers[i + 1]);
    const Desc source(in.desc.dims(), type_of(request_.numbers[layer.input]),
                      in_bytes(i) ? Tag::nhwc : Tag::any);
    const memory::dims strides{layer.stride, layer.stride};
    const memory::dims dilates{layer.dilation - 1, layer.dilation - 1};
    const memory::dims pads{padding, padding};
    const dnnl::convolution_forward::desc wish(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source,
        Desc(dims, weight_type, Tag::any), Desc({layer.out_channels}, Type::f32, Tag::x),
        convolution_target(i), strides, dilates, pads, pads);
    const dnnl::convolution_forward::primitive_desc chosen(wish, attributes(i), dnnl_cpu());
    const auto [from, copied] = reordered(in, chosen.src_desc());
    const auto to =
        layer.residual ? residual_place(i, *layer.residual) : arena_.take(chosen.dst_desc().get_size());
    push(dnnl::convolution_forward(chosen),
         {{DNNL_ARG_SRC, chosen.src_desc(), from, nullptr},
          {DNNL_ARG_WEIGHTS, chosen.weights_desc(), 0,
           weights_.weights(i, chosen.weights_desc(), dims, layer.groups == 1 ? Tag::oihw : Tag::goihw)},
          {DNNL_ARG_BIAS, chosen.bias_desc(), 0, weights_.bias(i)},
          {DNNL_ARG_DST, chosen.dst_desc(), to, nullptr}},
         chosen.scratchpad_desc());
    if (copied) arena_.give_back(from);
    plan_.values.push_back({chosen.dst_desc(), to});
  }

  // Where the sum goes: over the residual where nobody reads it later, else over a copy of it.
  std::size_t residual_place(std::size_t i, std::size_t residual) {
    const auto& value = plan_.values[residual];
    if (!request_.keep_values && last_use_.at(residual) == i && residual != network_.layers[i].input) {
      given_back_.insert(residual);
      return value.offset;
    }
    const auto offset = arena_.take(value.desc.get_size());
    copy(value, {value.desc, offset});
    return offset;
  }

  [[nodiscard]] Desc pixels_last(std::size_t value) const {
    return {dnnl_dims(n_, shapes_[value]), type_of(request_.numbers[value]), Tag::nhwc};
  }

  // Whether a layer is done by Winograd's products, and by which.
  [[nodiscard]] std::optional<WinogradTile> winograd_tile(std::size_t i) const {
    const auto& layer = network_.layers[i];
    const bool floats = request_.numbers[layer.input].type == ValueNumbers::Type::f32 &&
                        request_.numbers[i + 1].type == ValueNumbers::Type::f32;
    if (!floats || plan_.values[layer.input].desc != pixels_last(layer.input)) return std::nullopt;
    if (layer.residual && plan_.values[*layer.residual].desc != pixels_last(*layer.residual))
      return std::nullopt;
    return choose_winograd(layer, shapes_[i + 1], n_);
  }

  void winograd(std::size_t i, WinogradTile tile) {
    const auto& layer = network_.layers[i];
    const auto in = plan_.values[layer.input];
    const DnnlValue out{pixels_last(i + 1), arena_.take(pixels_last(i + 1).get_size())};
    WinogradShape shape{tile, 1, shapes_[layer.input], shapes_[i + 1], layer.padding};
    shape.count = winograd_pictures_at_once(shape, n_);
    const auto from_pitch = matrix_pitch(shape, layer.in_channels);
    const auto to_pitch = matrix_pitch(shape, layer.out_channels);
    const auto points = static_cast<std::size_t>(shape.points());
    const auto from = arena_.take(points * from_pitch * sizeof(float));
    const auto to = arena_.take(points * to_pitch * sizeof(float));
    const auto weights = weights_.winograd(i, tile);
    const auto bias = weights_.bias(i);
    const auto residual = layer.residual ? std::optional(plan_.values[*layer.residual].offset) : std::nullopt;
    for (int first = 0; first < n_; first += shape.count) {
      const auto before = picture_bytes(layer.input) * static_cast<std::size_t>(first);
      const auto behind = picture_bytes(i + 1) * static_cast<std::size_t>(first);
      push([=, pictures = in.offset + before, relu = layer.relu](std::byte* block) {
        winograd_input(shape, floats(block, pictures), floats(block, from), from_pitch);
        winograd_products(shape,
                          {floats(block, from), from_pitch, values_of(weights), floats(block, to), to_pitch});
        const auto* other = residual ? floats(block, *residual + behind) : nullptr;
        winograd_output(shape, floats(block, to), to_pitch, {values_of(bias), other, relu},
                        floats(block, out.offset + behind));
      });
    }
    arena_.give_back(from);
    arena_.give_back(to);
    plan_.values.push_back(out);
  }

  static const float* values_of(const DnnlWeights::Memory& memory) {
    return static_cast<const float*>(memory->get_data_handle());
  }
  static float* floats(std::byte* block, std::size_t offset) {
    return reinterpret_cast<float*>(block + offset);
  }
  [[nodiscard]] std::size_t picture_bytes(std::size_t value) const {
    const auto& s = shapes_[value];
    return static_cast<std::size_t>(s.channels) * static_cast<std::size_t>(s.height) *
           static_cast<std::size_t>(s.width) * sizeof(float);
  }
  // Points lie a cache line more apart than they need: a power of two would put all in the same lines.
  static std::size_t matrix_pitch(const WinogradShape& shape, int channels) {
    return static_cast<std::size_t>(shape.tiles()) * static_cast<std::size_t>(channels) + kWinogradLanes;
  }

  void pool(std::size_t i, dnnl::algorithm algorithm) {
    const auto& layer = network_.layers[i];
    const auto& in = plan_.values[layer.input];
    const auto& shape = shapes_[layer.input];
    const bool mean = layer.kind == Layer::Kind::mean;
    const memory::dims kernel =
        mean ? memory::dims{shape.height, shape.width} : memory::dims{layer.kernel, layer.kernel};
    const memory::dims strides = mean ? memory::dims{1, 1} : memory::dims{layer.stride, layer.stride};
    const memory::dims dilates{layer.dilation - 1, layer.dilation - 1};
    const memory::dims pads{layer.padding, layer.padding};
    const Desc target(dnnl_dims(n_, shapes_[i + 1]), in.desc.data_type(), Tag::any);
    const dnnl::pooling_v2_forward::desc wish(dnnl::prop_kind::forward_inference, algorithm, in.desc, target,
                                              strides, kernel, dilates, pads, pads);
    const dnnl::pooling_v2_forward::primitive_desc chosen(wish, plain_attributes(), dnnl_cpu());
    const auto to = arena_.take(chosen.dst_desc().get_size());
    push(dnnl::pooling_v2_forward(chosen),
         {{DNNL_ARG_SRC, in.desc, in.offset, nullptr}, {DNNL_ARG_DST, chosen.dst_desc(), to, nullptr}},
         chosen.scratchpad_desc());
    plan_.values.push_back({chosen.dst_desc(), to});
  }

  void mean(std::size_t i) {
    const auto& layer = network_.layers[i];
    const auto numbers = request_.numbers[layer.input];
    const bool unsigned_bytes = numbers.type == ValueNumbers::Type::u8;
    if (!unsigned_bytes && numbers.type != ValueNumbers::Type::s8)
      return pool(i, dnnl::algorithm::pooling_avg_exclude_padding);
    const auto shape = shapes_[layer.input];
    const Desc wanted(dnnl_dims(n_, shape), type_of(numbers), Tag::nhwc);
    const auto [from, copied] = reordered(plan_.values[layer.input], wanted);
    const Desc target(dnnl_dims(n_, shapes_[i + 1]), Type::f32, Tag::nhwc);
    const auto to = arena_.take(target.get_size());
    push([=, at = from, count = static_cast<std::size_t>(n_)](std::byte* block) {
      (unsigned_bytes ? mean_of_bytes<std::uint8_t> : mean_of_bytes<std::int8_t>)(block + at, shape, count,
                                                                                  numbers.scale,
                                                                                  floats(block, to));
    });
    if (copied) arena_.give_back(from);
    plan_.values.push_back({target, to});
  }

  void linear(std::size_t i) {
    const auto& layer = network_.layers[i];
    const auto& shape = shapes_[layer.input];
    const auto& in = plan_.values[layer.input];
    const memory::dims dims{layer.out_channels, shape.channels, shape.height, shape.width};
    const auto type = in.desc.data_type();
    const Desc target({n_, layer.out_channels}, Type::f32, Tag::nc);
    const dnnl::inner_product_forward::desc wish(
        dnnl::prop_kind::forward_inference, Desc(dnnl_dims(n_, shape), type, Tag::any),
        Desc(dims, type, Tag::any), Desc({layer.out_channels}, Type::f32, Tag::x), target);
    const dnnl::inner_product_forward::primitive_desc chosen(wish, attributes(i), dnnl_cpu());
    const auto [from, copied] = reordered(in, chosen.src_desc());
    const auto to = arena_.take(target.get_size());
    push(dnnl::inner_product_forward(chosen),
         {{DNNL_ARG_SRC, chosen.src_desc(), from, nullptr},
          {DNNL_ARG_WEIGHTS, chosen.weights_desc(), 0,
           weights_.weights(i, chosen.weights_desc(), dims, Tag::oihw)},
          {DNNL_ARG_BIAS, chosen.bias_desc(), 0, weights_.bias(i)},
          {DNNL_ARG_DST, target, to, nullptr}},
         chosen.scratchpad_desc());
    if (copied) arena_.give_back(from);
    plan_.values.push_back({Desc(dnnl_dims(n_, shapes_[i + 1]), Type::f32, Tag::nchw), to});
  }

  const DnnlPlanRequest& request_;
  const Network& network_;
  std::vector<ValueShape> shapes_;
  int n_;
  DnnlWeights& weights_;
  std::map<std::size_t, std::size_t> last_use_;
  std::set<std::size_t> given_back_;  ///< values whose memory was given back or taken over
  ArenaPlan arena_;
  DnnlPlan plan_;
};

}  // namespace

DnnlPlan plan_network(const DnnlPlanRequest& request, int count, DnnlWeights& weights) {
  return Planner(request, count, weights).build();
}

}  // namespace skingauge
