#include "runtime/network_ranges.hpp"

#include "runtime/dnnl_network.hpp"
#include "runtime/int8_simulation.hpp"
#include "runtime/range_finder.hpp"

#include <algorithm>
#include <stdexcept>

namespace skingauge {
namespace {

// How much lower outputs are in bytes than in floats, on average, by their place in the width.
std::vector<float> mean_loss(std::span<const float> floats, std::span<const float> bytes, std::size_t width) {
  std::vector<double> sums(width, 0.0);
  for (std::size_t i = 0; i < floats.size(); ++i)
    sums[i % width] += static_cast<double>(floats[i]) - static_cast<double>(bytes[i]);
  const auto count = static_cast<double>(floats.size()) / static_cast<double>(width);
  std::vector<float> loss(width);
  std::transform(sums.begin(), sums.end(), loss.begin(),
                 [&](double sum) { return static_cast<float>(sum / count); });
  return loss;
}

}  // namespace

NetworkRanges network_ranges(const Network& network, const Preprocess& preprocess,
                             std::span<const std::uint8_t> tiles, std::size_t count) {
  constexpr float kNothing = 1e-6F;  // a value that is always 0 needs some step
  const Normalisation normalisation(preprocess);
  const auto width = static_cast<std::size_t>(network.width());
  std::vector<RangeFinder> finders(network.layers.size() + 1);
  const auto floats =
      see_values(network, preprocess.size, normalisation, tiles, count,
                 [&](std::size_t value, std::span<const float> elements) { finders[value].add(elements); });
  NetworkRanges found{{{0.0F}, {}}, {{0.0F}, {}}};
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto& finder = finders[i + 1];
    found.gpu.ranges.push_back(std::max(kNothing, finder.best(127)));
    found.cpu.ranges.push_back(network.layers[i].relu ? std::max(kNothing, finder.best(255))
                                                      : found.gpu.ranges.back());
  }
  const DnnlNetwork on_cpu(network, preprocess.size, normalisation, Precision::int8, found.cpu.ranges);
  std::vector<float> bytes(floats.size());
  on_cpu.run(tiles, count, bytes);
  found.cpu.shift = mean_loss(floats, bytes, width);
  bytes = gpu_int8_answers(network, preprocess.size, normalisation, found.gpu.ranges, tiles, count);
  found.gpu.shift = mean_loss(floats, bytes, width);
  return found;
}

void shift_outputs(Network& network, const std::vector<float>& shift) {
  auto& bias = network.layers.back().bias;
  if (bias.size() != shift.size())
    throw std::invalid_argument("the ranges are of another width than its outputs");
  std::transform(bias.begin(), bias.end(), shift.begin(), bias.begin(),
                 [](float b, float s) { return b + s; });
}

}  // namespace skingauge
