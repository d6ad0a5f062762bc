#include "runtime/network_ranges.hpp"

#include "runtime/dnnl_network.hpp"
#include "runtime/range_finder.hpp"

#include <algorithm>

namespace skingauge {
namespace {

// Adds up outputs by their place in the width.
void add_to(std::vector<double>& sums, std::span<const float> outputs, double factor) {
  for (std::size_t i = 0; i < outputs.size(); ++i) sums[i % sums.size()] += factor * outputs[i];
}

}  // namespace

NetworkRanges network_ranges(const Network& network, const Preprocess& preprocess,
                             std::span<const std::uint8_t> tiles, std::size_t count) {
  constexpr float kNothing = 1e-6F;  // a value that is always 0 needs some step
  const Normalisation normalisation(preprocess);
  const auto width = static_cast<std::size_t>(network.width());
  std::vector<RangeFinder> finders(network.layers.size() + 1);
  std::vector<double> differences(width, 0.0);
  see_values(network, preprocess.size, normalisation, tiles, count,
             [&](std::size_t value, std::span<const float> elements) {
               finders[value].add(elements);
               if (value == network.layers.size()) add_to(differences, elements, 1);
             });
  NetworkRanges found{{0.0F}, {}};
  for (std::size_t i = 0; i < network.layers.size(); ++i)
    found.ranges.push_back(std::max(kNothing, finders[i + 1].best(network.layers[i].relu ? 255 : 127)));
  const DnnlNetwork bytes(network, preprocess.size, normalisation, Precision::int8, found.ranges);
  std::vector<float> outputs(count * width);
  bytes.run(tiles, count, outputs);
  add_to(differences, outputs, -1);
  for (const double sum : differences)
    found.shift.push_back(static_cast<float>(sum / static_cast<double>(count)));
  return found;
}

bool shift_outputs(Network& network, const std::vector<float>& shift) {
  auto& bias = network.layers.back().bias;
  if (bias.size() != shift.size()) return false;
  std::transform(bias.begin(), bias.end(), shift.begin(), bias.begin(),
                 [](float b, float s) { return b + s; });
  return true;
}

}  // namespace skingauge
