#include "runtime/network_ranges.hpp"

#include "runtime/dnnl_network.hpp"
#include "runtime/range_finder.hpp"

#include <vector>

namespace skingauge {

ValueRanges network_ranges(const Network& network, const Preprocess& preprocess,
                           std::span<const std::uint8_t> tiles, std::size_t count) {
  constexpr float kNothing = 1e-6F;  // a value that is always 0 needs some step
  std::vector<RangeFinder> finders(network.layers.size() + 1);
  see_values(network, preprocess.size, Normalisation(preprocess), tiles, count,
             [&](std::size_t value, std::span<const float> elements) { finders[value].add(elements); });
  ValueRanges ranges{0.0F};
  for (std::size_t i = 0; i < network.layers.size(); ++i)
    ranges.push_back(std::max(kNothing, finders[i + 1].best(network.layers[i].relu ? 255 : 127)));
  return ranges;
}

}  // namespace skingauge
