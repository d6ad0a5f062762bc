#include "runtime/depth_first.hpp"

#include <algorithm>

namespace skingauge {
namespace {

// What a layer may read and write before it is slower than for fewer pictures. Found on AMD Zen 4 with 1 MiB
// of second and 16 MiB of third cache a core (docs/performance.md).
constexpr std::size_t kNear = std::size_t{6} << 20U;

std::size_t touched(const Layer& layer, std::size_t i, const std::vector<std::size_t>& value_bytes) {
  return value_bytes[layer.input] + value_bytes[i + 1] + (layer.residual ? value_bytes[*layer.residual] : 0);
}

}  // namespace

DepthFirst depth_first(const Network& network, const std::vector<std::size_t>& value_bytes, int batch) {
  const auto count = static_cast<std::size_t>(batch);
  DepthFirst found;
  auto oldest = network.layers.size();  // value that layers from i on read
  for (auto i = network.layers.size(); i-- > 0;) {
    const auto& layer = network.layers[i];
    if (touched(layer, i, value_bytes) * count > kNear) break;
    oldest = std::min({oldest, layer.input, layer.residual.value_or(layer.input)});
    if (oldest == i) found.layers = i;
    if (i == 0) return {};
  }
  std::size_t most = 1;
  for (std::size_t i = 0; i < found.layers; ++i)
    most = std::max(most, touched(network.layers[i], i, value_bytes));
  found.together = batch;
  while (found.together > 1 &&
         (batch % found.together != 0 || most * static_cast<std::size_t>(found.together) > kNear))
    --found.together;
  return found;
}

}  // namespace skingauge
