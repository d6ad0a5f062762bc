#include "runtime/value_numbers.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace skingauge {
namespace {

using Type = ValueNumbers::Type;

[[noreturn]] void refuse(std::size_t layer, const std::string& what) {
  throw std::invalid_argument("layer " + std::to_string(layer) + ": " + what);
}

bool is_byte(Type type) { return type == Type::u8 || type == Type::s8; }

// Which bytes a device has for values that are never negative.
enum class AfterRelu : std::uint8_t { u8, s8 };

ValueNumbers as_bytes(std::size_t i, const Layer& layer, const ValueRanges& ranges, AfterRelu after_relu) {
  if (i + 1 >= ranges.size()) refuse(i, "has no range to count in 8 bits");
  const float range = ranges[i + 1];
  if (!std::isfinite(range) || range <= 0) refuse(i, "its range is not a positive number");
  if (layer.relu && after_relu == AfterRelu::u8) return {Type::u8, range / 255.0F};
  return {Type::s8, range / 127.0F};
}

ValueNumbers int8_after(std::size_t i, const Layer& layer, const std::vector<ValueNumbers>& numbers,
                        const ValueRanges& ranges, AfterRelu after_relu) {
  const auto& in = numbers[layer.input];
  const bool reads_bytes = layer.input == 0 || is_byte(in.type);
  switch (layer.kind) {
    case Layer::Kind::convolution:
      if (!reads_bytes || (layer.residual && !is_byte(numbers[*layer.residual].type)))
        refuse(i, "a convolution of a mean cannot count in 8 bits");
      return as_bytes(i, layer, ranges, after_relu);
    case Layer::Kind::max_pool:
      return in;
    case Layer::Kind::mean:
      return {};
    case Layer::Kind::linear:
      if (is_byte(in.type)) refuse(i, "a linear layer that no mean comes before cannot count in 8 bits");
      return {};
  }
  return {};
}

// The input's bytes are what the first layer alone can read.
void check_input(const Network& network) {
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto& layer = network.layers[i];
    const bool reads = layer.input == 0 || layer.residual == std::size_t{0};
    if (reads && (i != 0 || layer.kind != Layer::Kind::convolution || layer.groups != 1))
      refuse(i, "in 8 bits the input is read by one dense convolution, the first layer");
  }
}

}  // namespace

std::vector<ValueNumbers> value_numbers(const Network& network, Precision precision,
                                        const ValueRanges& ranges) {
  if (precision != Precision::fp32 && precision != Precision::bf16 && precision != Precision::int8)
    throw std::invalid_argument("a CPU has no " + std::string(to_string(precision)));
  const bool bytes = precision == Precision::int8;
  const ValueNumbers plain{precision == Precision::bf16 ? Type::bf16 : Type::f32, 1.0F};
  if (bytes) check_input(network);
  std::vector<ValueNumbers> numbers{bytes ? ValueNumbers{Type::u8, 1.0F} : plain};
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto& layer = network.layers[i];
    numbers.push_back(bytes ? int8_after(i, layer, numbers, ranges, AfterRelu::u8) : plain);
    if (layer.kind == Layer::Kind::linear) numbers.back() = {};
  }
  return numbers;
}

std::vector<ValueNumbers> gpu_value_numbers(const Network& network, const ValueRanges& ranges) {
  check_input(network);
  std::vector<ValueNumbers> numbers(1);
  for (std::size_t i = 0; i < network.layers.size(); ++i)
    numbers.push_back(int8_after(i, network.layers[i], numbers, ranges, AfterRelu::s8));
  return numbers;
}

}  // namespace skingauge
