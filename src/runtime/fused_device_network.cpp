#include "runtime/fused_device_network.hpp"

#include "runtime/answer_difference.hpp"
#include "runtime/arena_plan.hpp"
#include "runtime/device_room.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace skingauge {
namespace {

std::size_t area(const ValueShape& shape) {
  return static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width);
}

}  // namespace

/// One layer of a pass.
struct FusedDeviceNetwork::Step {
  std::size_t layer{0};
  ConvolutionCase convolution{};  ///< of a convolution
  ConvolutionWay way{};
  std::size_t sums_at{0};  ///< int8, bare: what it writes, in scratch memory, to become the value
  std::size_t sums_bytes{0};
};

/// A pass of some number of tiles.
struct FusedDeviceNetwork::Pass {
  std::size_t tiles{0};
  std::vector<ValueShape> shapes;    ///< by value; the input's channels padded
  std::vector<std::size_t> offsets;  ///< by value, in scratch memory
  std::vector<std::size_t> bytes;    ///< by value
  std::vector<Step> steps;
  std::size_t workspace_at{0};
  std::size_t workspace{0};
};

/// Where a pass's memory lies.
struct FusedDeviceNetwork::Places {
  const std::uint8_t* pixels;
  float* outputs;
  std::byte* scratch;
  const Pass* pass;

  [[nodiscard]] std::byte* value(std::size_t number) const {
    if (number + 1 == pass->shapes.size()) return reinterpret_cast<std::byte*>(outputs);
    return scratch + pass->offsets[number];
  }
  [[nodiscard]] DeviceRange range(std::size_t number) const { return {value(number), pass->bytes[number]}; }
  [[nodiscard]] DeviceRange workspace() const { return {scratch + pass->workspace_at, pass->workspace}; }
  [[nodiscard]] DeviceRange written_by(const Step& step) const {
    if (step.sums_bytes == 0) return range(step.layer + 1);
    return {scratch + step.sums_at, step.sums_bytes};
  }
};

class FusedDeviceNetwork::Planner {
 public:
  Planner(const FusedDeviceNetwork& network, std::size_t tiles)
      : network_(network), layers_(network.prepared_.network.layers), pass_(std::make_unique<Pass>()) {
    pass_->tiles = tiles;
    pass_->shapes = value_shapes(network.prepared_.network, network.size_, network.size_);
    pass_->shapes.front().channels = network.input_channels_;
    pass_->offsets.resize(pass_->shapes.size());
    for (std::size_t v = 0; v < pass_->shapes.size(); ++v) pass_->bytes.push_back(bytes_of(v));
    last_use_.assign(pass_->shapes.size(), 0);
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      last_use_[layers_[i].input] = i;
      if (layers_[i].residual) last_use_[*layers_[i].residual] = i;
    }
  }

  std::unique_ptr<const Pass> plan() {
    pass_->offsets[0] = arena_.take(pass_->bytes[0]);
    for (std::size_t i = 0; i < layers_.size(); ++i) add(i);
    pass_->workspace_at = aligned(arena_.bytes());
    return std::move(pass_);
  }

 private:
  // Values after a mean are float32.
  [[nodiscard]] std::size_t bytes_of(std::size_t value) const {
    const auto kind = value == 0 ? Layer::Kind::convolution : layers_[value - 1].kind;
    const bool floats = kind == Layer::Kind::mean || kind == Layer::Kind::linear;
    const auto& shape = pass_->shapes[value];
    return pass_->tiles * area(shape) * static_cast<std::size_t>(shape.channels) *
           (floats ? sizeof(float) : number_bytes(value == 0 ? input_precision(precision()) : precision()));
  }
  [[nodiscard]] Precision precision() const { return network_.layers_->precision(); }

  void add(std::size_t i) {
    const auto& layer = layers_[i];
    Step step{i};
    if (layer.kind == Layer::Kind::convolution) {
      step.convolution =
          convolution_case(layer, pass_->shapes[layer.input], precision(), static_cast<int>(pass_->tiles));
      step.way = network_.layers_->way(step.convolution);
      step.convolution.fused = step.way.fused;
      pass_->workspace = std::max(pass_->workspace, step.way.workspace);
      if (precision() == Precision::int8 && !step.way.fused) take_sums(step);
    }
    pass_->steps.push_back(step);
    if (i + 1 < layers_.size()) pass_->offsets[i + 1] = arena_.take(pass_->bytes[i + 1]);
    if (step.sums_bytes > 0) arena_.give_back(step.sums_at);
    give_back(layer.input, i);
    if (layer.residual && *layer.residual != layer.input) give_back(*layer.residual, i);
  }

  void take_sums(Step& step) {
    step.sums_bytes = step.convolution.outputs() * output_number_bytes(step.convolution);
    step.sums_at = arena_.take(step.sums_bytes);
  }

  void give_back(std::size_t value, std::size_t layer) {
    if (last_use_[value] == layer) arena_.give_back(pass_->offsets[value]);
  }

  const FusedDeviceNetwork& network_;
  const std::vector<Layer>& layers_;
  std::unique_ptr<Pass> pass_;
  std::vector<std::size_t> last_use_;
  ArenaPlan arena_;
};

FusedDeviceNetwork::FusedDeviceNetwork(PreparedNetwork prepared, std::shared_ptr<DeviceLayers> layers,
                                       int size, const Normalisation& normalisation,
                                       std::vector<std::uint8_t> check_tile)
    : prepared_(std::move(prepared)),
      layers_(std::move(layers)),
      size_(size),
      normalisation_(normalisation),
      check_tile_(std::move(check_tile)),
      input_channels_(padded_input_channels(prepared_.network, layers_->precision())) {
  check_device_arrays(prepared_, layers_->precision());
  if (prepared_.network.channels != 3) throw std::invalid_argument("it reads other than three channels");
  for (std::size_t a = 0; a < prepared_.arrays.size(); ++a) {
    const auto& array = prepared_.arrays[a];
    arrays_.emplace(std::pair(array.layer, static_cast<DeviceArray>(array.kind)), a);
    offsets_.push_back(weight_bytes_);
    weight_bytes_ += aligned(array.bytes.size());
  }
}

FusedDeviceNetwork::~FusedDeviceNetwork() = default;

std::size_t FusedDeviceNetwork::tile_bytes() const noexcept {
  return static_cast<std::size_t>(size_) * static_cast<std::size_t>(size_) * 3U;
}

std::size_t FusedDeviceNetwork::width() const noexcept {
  return static_cast<std::size_t>(prepared_.network.width());
}

std::size_t FusedDeviceNetwork::scratch_bytes(std::size_t tiles) const {
  const auto& pass = pass_of(tiles);
  return pass.workspace_at + aligned(pass.workspace);
}

std::size_t FusedDeviceNetwork::bare_convolutions(std::size_t tiles) const {
  const auto& steps = pass_of(tiles).steps;
  return static_cast<std::size_t>(
      std::count_if(steps.begin(), steps.end(), [](const Step& step) { return !step.way.fused; }));
}

const FusedDeviceNetwork::Pass& FusedDeviceNetwork::pass_of(std::size_t tiles) const {
  const std::lock_guard lock(mutex_);
  auto& pass = passes_[tiles];
  if (!pass) pass = Planner(*this, tiles).plan();
  return *pass;
}

void FusedDeviceNetwork::load(DeviceApi& device) {
  if (memory_) return;
  const PinnedMemory staged(device, weight_bytes_);
  std::memset(staged.get(), 0, weight_bytes_);
  for (std::size_t a = 0; a < prepared_.arrays.size(); ++a) {
    const auto bytes = prepared_.arrays[a].bytes;
    std::memcpy(staged.get() + offsets_[a], bytes.data(), bytes.size());
  }
  DeviceMemory memory(device, weight_bytes_);
  const Stream stream(device);
  {
    const StreamSettler copied(stream.view());
    stream.view().copy_in(memory.get(), staged.get(), weight_bytes_);
    copied.settle();
  }
  memory_ = std::move(memory);
}

void FusedDeviceNetwork::queue(StreamView stream, std::size_t tiles, const std::uint8_t* pixels,
                               float* outputs, std::byte* scratch) const {
  const auto& pass = pass_of(tiles);
  const Places places{pixels, outputs, scratch, &pass};
  stream.launch(normalising(pass, places));
  for (const auto& step : pass.steps) {
    stream.launch(work_of(pass, step, places));
    if (step.sums_bytes > 0) {
      stream.launch(finishing_bytes(step, places));
    } else if (!step.way.fused) {
      stream.launch(finishing(step, places));
    }
  }
}

std::string FusedDeviceNetwork::difference(std::span<const float> outputs) const {
  const auto& answer = prepared_.arrays.back().bytes;
  std::vector<float> expected(answer.size() / sizeof(float));
  std::memcpy(expected.data(), answer.data(), answer.size());
  // What int8 must answer was counted in bytes too: they differ by where those of half precision do.
  const auto precision = layers_->precision();
  return answer_difference(outputs, expected, precision == Precision::int8 ? Precision::fp16 : precision);
}

DeviceRange FusedDeviceNetwork::weights_of(std::size_t layer, DeviceArray kind) const {
  const auto array = arrays_.at({layer, kind});
  return {memory_.get() + offsets_[array], prepared_.arrays[array].bytes.size()};
}

const float* FusedDeviceNetwork::floats_of(std::size_t layer, DeviceArray kind) const {
  return static_cast<const float*>(weights_of(layer, kind).at);
}

DeviceWork FusedDeviceNetwork::normalising(const Pass& pass, const Places& places) const {
  const auto to = places.range(0);
  const auto pixels = pass.tiles * area(pass.shapes.front());
  return {"normalise",
          {{places.pixels, pixels * 3U}},
          {to},
          [layers = layers_.get(), n = normalisation_, from = places.pixels, pixels,
           channels = input_channels_, out = const_cast<void*>(to.at)](NativeStream* stream) {
            layers->normalise(stream, n, from, pixels, channels, out);
          }};
}

DeviceWork FusedDeviceNetwork::convolving(const Pass& pass, const Step& step, const Places& places) const {
  const auto& layer = prepared_.network.layers[step.layer];
  const auto weights = weights_of(step.layer, DeviceArray::weights);
  const auto out = places.written_by(step);
  DeviceWork work{"convolution", {places.range(layer.input), weights}, {out}, {}};
  ConvolutionTensors tensors{places.value(layer.input), weights.at};
  tensors.output = const_cast<void*>(out.at);
  if (step.way.fused) {
    work.reads.push_back(weights_of(step.layer, DeviceArray::bias));
    tensors.bias = work.reads.back().at;
    if (layer.residual) {
      work.reads.push_back(places.range(*layer.residual));
      tensors.residual = work.reads.back().at;
    }
    if (layers_->precision() == Precision::int8) {
      for (const auto kind : {DeviceArray::scales, DeviceArray::residual_scale})
        work.reads.push_back(weights_of(step.layer, kind));
      tensors.scales = floats_of(step.layer, DeviceArray::scales);
      tensors.residual_scale = floats_of(step.layer, DeviceArray::residual_scale);
    }
  }
  auto workspace = places.workspace();
  workspace.bytes = step.way.workspace;
  if (workspace.bytes > 0) work.writes.push_back(workspace);
  work.put = [layers = layers_.get(), c = step.convolution, tensors,
              at = pass.workspace > 0 ? const_cast<void*>(workspace.at) : nullptr](NativeStream* stream) {
    layers->convolution(stream, c, tensors, at);
  };
  return work;
}

DeviceWork FusedDeviceNetwork::finishing(const Step& step, const Places& places) const {
  const auto& layer = prepared_.network.layers[step.layer];
  const auto values = places.range(step.layer + 1);
  const auto bias = weights_of(step.layer, DeviceArray::bias);
  DeviceWork work{"finish", {values, bias}, {values}, {}};
  const void* residual = nullptr;
  if (layer.residual) {
    work.reads.push_back(places.range(*layer.residual));
    residual = work.reads.back().at;
  }
  work.put = [layers = layers_.get(), at = const_cast<void*>(values.at), count = step.convolution.outputs(),
              channels = layer.out_channels, b = bias.at, residual, relu = layer.relu](NativeStream* stream) {
    layers->finish(stream, at, count, channels, b, residual, relu);
  };
  return work;
}

DeviceWork FusedDeviceNetwork::finishing_bytes(const Step& step, const Places& places) const {
  const auto& layer = prepared_.network.layers[step.layer];
  const auto sums = places.written_by(step);
  const auto out = places.range(step.layer + 1);
  DeviceWork work{"finish", {sums}, {out}, {}};
  for (const auto kind : {DeviceArray::bias, DeviceArray::scales, DeviceArray::residual_scale})
    work.reads.push_back(weights_of(step.layer, kind));
  ByteFinish finish;
  finish.channels = layer.out_channels;
  finish.relu = layer.relu;
  finish.scales = floats_of(step.layer, DeviceArray::scales);
  finish.bias = floats_of(step.layer, DeviceArray::bias);
  if (layer.residual) {
    work.reads.push_back(places.range(*layer.residual));
    finish.residual = static_cast<const std::int8_t*>(work.reads.back().at);
    finish.residual_scale = floats_of(step.layer, DeviceArray::residual_scale);
  }
  work.put = [layers = layers_.get(), of = step.convolution.precision, finish, from = sums.at,
              count = step.convolution.outputs(), to = static_cast<std::int8_t*>(const_cast<void*>(out.at))](
                 NativeStream* stream) { layers->finish_bytes(stream, of, finish, from, count, to); };
  return work;
}

DeviceWork FusedDeviceNetwork::work_of(const Pass& pass, const Step& step, const Places& places) const {
  const auto& layer = prepared_.network.layers[step.layer];
  auto* const layers = layers_.get();
  const auto in = places.range(layer.input);
  const auto out = places.range(step.layer + 1);
  const auto& from = pass.shapes[layer.input];
  const auto& to = pass.shapes[step.layer + 1];
  auto* const result = places.value(step.layer + 1);
  const auto tiles = pass.tiles;
  switch (layer.kind) {
    case Layer::Kind::convolution:
      return convolving(pass, step, places);
    case Layer::Kind::max_pool: {
      const PoolShape shape{from.channels, from.height,  from.width,   to.height,
                            to.width,      layer.kernel, layer.stride, layer.padding};
      return {"max pool", {in}, {out}, [layers, shape, tiles, in, result](NativeStream* stream) {
                layers->max_pool(stream, shape, tiles, in.at, result);
              }};
    }
    case Layer::Kind::mean: {
      const bool bytes = layers->precision() == Precision::int8;
      const float scale = bytes ? prepared_.numbers[layer.input].scale : 1.0F;
      return {"mean", {in}, {out}, [layers, from, tiles, in, scale, result](NativeStream* stream) {
                layers->mean(stream, tiles, static_cast<int>(area(from)), from.channels, in.at, scale,
                             reinterpret_cast<float*>(result));
              }};
    }
    case Layer::Kind::linear:
      break;
  }
  const auto weights = weights_of(step.layer, DeviceArray::weights);
  const auto bias = weights_of(step.layer, DeviceArray::bias);
  return {
      "linear",
      {in, weights, bias},
      {out},
      [=, inputs = layer.in_channels, outputs = layer.out_channels, relu = layer.relu](NativeStream* stream) {
        layers->linear(stream, tiles, inputs, outputs, static_cast<const float*>(in.at),
                       static_cast<const float*>(weights.at), static_cast<const float*>(bias.at), relu,
                       reinterpret_cast<float*>(result));
      }};
}

}  // namespace skingauge
