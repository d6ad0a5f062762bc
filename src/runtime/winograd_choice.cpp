#include "runtime/winograd_choice.hpp"

#include <algorithm>

namespace skingauge {
namespace {

// Of one of two busy cores of AMD Zen 4 at 117 GFLOP/s: what direct convolutions and small products reach of
// it, and bytes/s.
constexpr double kProducts = 50e9;    // multiply-adds/s
constexpr double kWeights = 17.5e9;   // from beyond the caches
constexpr double kHidden = 0.8;       // of the shorter of the two, behind the longer
constexpr double kTransforms = 10e9;  // written and read again
constexpr double kWorthwhile = 0.8;   // of the time of what needs less memory
constexpr int kRows = 32;

double product_seconds(double weights, double pixels) {
  const double multiply = weights * pixels / kProducts;
  const double read = weights * sizeof(float) / kWeights;
  return std::max(multiply, read) + (1 - kHidden) * std::min(multiply, read);
}

double direct_seconds(const Layer& layer, const ValueShape& out, int count) {
  return product_seconds(9.0 * layer.in_channels * layer.out_channels,
                         static_cast<double>(count) * out.height * out.width);
}

double winograd_seconds(const Layer& layer, const WinogradShape& shape) {
  const double weights = static_cast<double>(shape.points()) * layer.in_channels * layer.out_channels;
  const double values =
      static_cast<double>(shape.points()) * shape.tiles() * (layer.in_channels + layer.out_channels);
  return product_seconds(weights, shape.tiles()) + values * sizeof(float) / kTransforms;
}

}  // namespace

std::optional<WinogradTile> choose_winograd(const Layer& layer, const ValueShape& out, int count) noexcept {
  if (!can_winograd(layer)) return std::nullopt;
  double best = direct_seconds(layer, out, count);
  std::optional<WinogradTile> chosen;
  for (const auto tile : {WinogradTile::two, WinogradTile::four}) {
    const double seconds = winograd_seconds(layer, {tile, count, {}, out, layer.padding});
    if (seconds >= kWorthwhile * best) continue;
    best = seconds;
    chosen = tile;
  }
  return chosen;
}

int winograd_pictures_at_once(const WinogradShape& one, int count) noexcept {
  auto some = one;
  for (some.count = 1; some.count < count; ++some.count) {
    if (count % some.count == 0 && some.tiles() >= kRows) break;
  }
  return some.count;
}

}  // namespace skingauge
