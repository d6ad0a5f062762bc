#include "runtime/winograd_choice.hpp"

namespace skingauge {
namespace {

// Of one core of AMD Zen 4 at 117 GFLOP/s: what direct convolutions and small products reach of it, and
// bytes/s.
constexpr double kDirect = 55e9;      // multiply-adds/s
constexpr double kProducts = 48e9;    // multiply-adds/s
constexpr double kWeights = 15e9;     // from beyond the second cache
constexpr double kTransforms = 10e9;  // written and read again
constexpr double kWorthwhile = 0.85;  // of the direct way's time, or it is not worth its memory
constexpr int kRows = 32;

double direct_seconds(const Layer& layer, const ValueShape& out, int count) {
  const double weights = 9.0 * layer.in_channels * layer.out_channels;
  return weights * count * out.height * out.width / kDirect + weights * sizeof(float) / kWeights;
}

double winograd_seconds(const Layer& layer, const WinogradShape& shape) {
  const double weights = static_cast<double>(shape.points()) * layer.in_channels * layer.out_channels;
  const double values =
      static_cast<double>(shape.points()) * shape.tiles() * (layer.in_channels + layer.out_channels);
  return weights * shape.tiles() / kProducts + weights * sizeof(float) / kWeights +
         values * sizeof(float) / kTransforms;
}

}  // namespace

std::optional<WinogradTile> choose_winograd(const Layer& layer, const ValueShape& out, int count) noexcept {
  if (!can_winograd(layer)) return std::nullopt;
  double best = kWorthwhile * direct_seconds(layer, out, count);
  std::optional<WinogradTile> chosen;
  for (const auto tile : {WinogradTile::two, WinogradTile::four}) {
    const double seconds = winograd_seconds(layer, {tile, count, {}, out, layer.padding});
    if (seconds >= best) continue;
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
