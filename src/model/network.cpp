#include "skingauge/network.hpp"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace skingauge {
namespace {

[[noreturn]] void fail(std::size_t layer, const std::string& what) {
  throw std::invalid_argument("layer " + std::to_string(layer) + ": " + what);
}

int extent(int size, const Layer& layer) {
  return (size + 2 * layer.padding - layer.dilation * (layer.kernel - 1) - 1) / layer.stride + 1;
}

std::size_t weight_count(const Layer& layer) {
  return static_cast<std::size_t>(layer.out_channels) *
         static_cast<std::size_t>(layer.in_channels / layer.groups) * static_cast<std::size_t>(layer.kernel) *
         static_cast<std::size_t>(layer.kernel);
}

bool weighs(const Layer& layer) {
  return layer.kind == Layer::Kind::convolution || layer.kind == Layer::Kind::linear;
}

void check_parameters(std::size_t i, const Layer& layer) {
  const bool positive = layer.in_channels > 0 && layer.out_channels > 0 && layer.kernel > 0 &&
                        layer.stride > 0 && layer.padding >= 0 && layer.dilation > 0 && layer.groups > 0;
  if (!positive || layer.in_channels % layer.groups != 0 || layer.out_channels % layer.groups != 0)
    fail(i, "sizes are not positive or do not fit the groups");
  if (!weighs(layer) && layer.out_channels != layer.in_channels) fail(i, "changes its channels");
}

ValueShape shape_after(std::size_t i, const Layer& layer, const ValueShape& in) {
  if (layer.kind == Layer::Kind::linear) {
    if (layer.in_channels != in.channels * in.height * in.width)
      fail(i, "reads another width than it expects");
    return {layer.out_channels, 1, 1};
  }
  if (layer.in_channels != in.channels) fail(i, "reads another number of channels than it expects");
  if (layer.kind == Layer::Kind::mean) return {layer.out_channels, 1, 1};
  const ValueShape out{layer.out_channels, extent(in.height, layer), extent(in.width, layer)};
  if (in.height + 2 * layer.padding < layer.dilation * (layer.kernel - 1) + 1 || out.height < 1 ||
      out.width < 1)
    fail(i, "leaves nothing of its input");
  return out;
}

std::size_t size_of(const ValueShape& shape) {
  return static_cast<std::size_t>(shape.channels) * static_cast<std::size_t>(shape.height) *
         static_cast<std::size_t>(shape.width);
}

// One picture's values of one layer.
class Plain {
 public:
  Plain(const Layer& layer, const ValueShape& in_shape, const ValueShape& out_shape)
      : layer_(layer), in_(in_shape), out_(out_shape) {}

  void run(const float* in, const float* residual, float* out) const {
    for (int c = 0; c < out_.channels; ++c) {
      for (int y = 0; y < out_.height; ++y) {
        for (int x = 0; x < out_.width; ++x) {
          auto value = static_cast<float>(at(in, c, y, x));
          if (residual != nullptr) value += residual[place(out_, c, y, x)];
          out[place(out_, c, y, x)] = layer_.relu ? std::max(value, 0.0F) : value;
        }
      }
    }
  }

 private:
  static std::size_t place(const ValueShape& s, int c, int y, int x) {
    return (static_cast<std::size_t>(c) * static_cast<std::size_t>(s.height) + static_cast<std::size_t>(y)) *
               static_cast<std::size_t>(s.width) +
           static_cast<std::size_t>(x);
  }

  [[nodiscard]] double at(const float* in, int c, int y, int x) const {
    switch (layer_.kind) {
      case Layer::Kind::convolution:
        return convolution(in, c, y, x);
      case Layer::Kind::max_pool:
        return maximum(in, c, y, x);
      case Layer::Kind::mean:
        return mean(in, c);
      case Layer::Kind::linear:
        return product(in, c);
    }
    return 0;
  }

  template <class Visit>
  void window(int y, int x, const Visit& visit) const {
    for (int ky = 0; ky < layer_.kernel; ++ky) {
      for (int kx = 0; kx < layer_.kernel; ++kx) {
        const int iy = y * layer_.stride - layer_.padding + ky * layer_.dilation;
        const int ix = x * layer_.stride - layer_.padding + kx * layer_.dilation;
        if (iy >= 0 && iy < in_.height && ix >= 0 && ix < in_.width) visit(ky, kx, iy, ix);
      }
    }
  }

  [[nodiscard]] double convolution(const float* in, int c, int y, int x) const {
    const int per_group = layer_.in_channels / layer_.groups;
    const int first = c / (layer_.out_channels / layer_.groups) * per_group;
    double sum = layer_.bias[static_cast<std::size_t>(c)];
    for (int i = 0; i < per_group; ++i) {
      window(y, x, [&](int ky, int kx, int iy, int ix) {
        const auto weight = ((static_cast<std::size_t>(c) * static_cast<std::size_t>(per_group) +
                              static_cast<std::size_t>(i)) *
                                 static_cast<std::size_t>(layer_.kernel) +
                             static_cast<std::size_t>(ky)) *
                                static_cast<std::size_t>(layer_.kernel) +
                            static_cast<std::size_t>(kx);
        sum += static_cast<double>(layer_.weights[weight]) * in[place(in_, first + i, iy, ix)];
      });
    }
    return sum;
  }

  [[nodiscard]] double maximum(const float* in, int c, int y, int x) const {
    float most = -std::numeric_limits<float>::infinity();
    window(y, x, [&](int, int, int iy, int ix) { most = std::max(most, in[place(in_, c, iy, ix)]); });
    return most;
  }

  [[nodiscard]] double mean(const float* in, int c) const {
    const auto area = static_cast<std::size_t>(in_.height) * static_cast<std::size_t>(in_.width);
    double sum = 0;
    for (std::size_t i = 0; i < area; ++i) sum += in[static_cast<std::size_t>(c) * area + i];
    return sum / static_cast<double>(area);
  }

  [[nodiscard]] double product(const float* in, int c) const {
    const auto width = static_cast<std::size_t>(layer_.in_channels);
    double sum = layer_.bias[static_cast<std::size_t>(c)];
    for (std::size_t i = 0; i < width; ++i)
      sum += static_cast<double>(layer_.weights[static_cast<std::size_t>(c) * width + i]) * in[i];
    return sum;
  }

  const Layer& layer_;
  ValueShape in_;
  ValueShape out_;
};

}  // namespace

std::vector<ValueShape> value_shapes(const Network& network, int height, int width) {
  std::vector<ValueShape> shapes{{network.channels, height, width}};
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto& layer = network.layers[i];
    check_parameters(i, layer);
    if (layer.input > i || layer.residual.value_or(0) > i) fail(i, "reads a value that is not there yet");
    shapes.push_back(shape_after(i, layer, shapes[layer.input]));
    if (layer.residual && shapes[*layer.residual] != shapes.back()) fail(i, "adds a value of another shape");
  }
  return shapes;
}

void check_weights(const Network& network) {
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto& layer = network.layers[i];
    if (weighs(layer) && (layer.weights.size() != weight_count(layer) ||
                          layer.bias.size() != static_cast<std::size_t>(layer.out_channels)))
      fail(i, "weights or bias have another size than the layer");
  }
}

std::int64_t multiply_adds(const Network& network, int height, int width) {
  const auto shapes = value_shapes(network, height, width);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto& out = shapes[i + 1];
    if (weighs(network.layers[i]))
      sum += static_cast<std::int64_t>(weight_count(network.layers[i])) * out.height * out.width;
  }
  return sum;
}

std::vector<float> run_plainly(const Network& network, const std::vector<float>& input, int height,
                               int width) {
  const auto shapes = value_shapes(network, height, width);
  check_weights(network);
  const auto per_input = size_of(shapes.front());
  const auto per_output = size_of(shapes.back());
  const auto count = input.size() / per_input;
  std::vector<float> outputs;
  for (std::size_t n = 0; n < count; ++n) {
    std::vector<std::vector<float>> values{
        {input.begin() + static_cast<std::ptrdiff_t>(n * per_input),
         input.begin() + static_cast<std::ptrdiff_t>((n + 1) * per_input)}};
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      const auto& layer = network.layers[i];
      std::vector<float> out(size_of(shapes[i + 1]));
      Plain(layer, shapes[layer.input], shapes[i + 1])
          .run(values[layer.input].data(), layer.residual ? values[*layer.residual].data() : nullptr,
               out.data());
      values.push_back(std::move(out));
    }
    outputs.insert(outputs.end(), values.back().begin(),
                   values.back().begin() + static_cast<std::ptrdiff_t>(per_output));
  }
  return outputs;
}

}  // namespace skingauge
