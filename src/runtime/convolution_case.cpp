#include "runtime/convolution_case.hpp"

#include <cstdint>

namespace skingauge {

ConvolutionCase convolution_case(const Layer& layer, const ValueShape& input, Precision precision,
                                 int tiles) {
  ConvolutionCase c;
  const bool first = layer.input == 0;
  c.precision = first ? input_precision(precision) : precision;
  c.tiles = tiles;
  c.in_channels = input.channels;
  c.height = input.height;
  c.width = input.width;
  c.out_channels = layer.out_channels;
  c.kernel = layer.kernel;
  c.stride = layer.stride;
  c.padding = layer.padding;
  c.dilation = layer.dilation;
  c.groups = layer.groups;
  c.residual = layer.residual.has_value();
  c.relu = layer.relu;
  c.fused = !first || precision != Precision::int8;
  return c;
}

std::string to_string(const ConvolutionCase& c) {
  const auto text = [](const char* name, int value) { return name + std::to_string(value); };
  return std::string(to_string(c.precision)) + text(" ", c.tiles) + text("x", c.height) + text("x", c.width) +
         text("x", c.in_channels) + text(" k", c.kernel) + text("s", c.stride) + text("p", c.padding) +
         text("d", c.dilation) + text("g", c.groups) + text(" ", c.out_channels) +
         (c.residual ? " +residual" : "") + (c.relu ? " relu" : "") + (c.fused ? "" : " bare");
}

std::size_t number_bytes(Precision precision) noexcept {
  if (precision == Precision::int8) return 1;
  return precision == Precision::fp32 || precision == Precision::tf32 ? 4 : 2;
}

std::size_t output_number_bytes(const ConvolutionCase& c) noexcept {
  return c.precision == Precision::int8 && !c.fused ? sizeof(std::int32_t) : number_bytes(c.precision);
}

Precision input_precision(Precision precision) noexcept {
  return precision == Precision::int8 ? Precision::fp16 : precision;
}

}  // namespace skingauge
