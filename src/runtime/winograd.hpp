// Convolutions of 3 x 3 with stride 1 as products of small matrices: Winograd's minimal filtering F(m x m, 3
// x 3), by Lavin and Gray, arXiv 1509.09308. Four output pixels a side cost a quarter of the multiplications,
// two a side 1 / 2.25 of them. No library: oneDNN 2.6 multiplies matrices of 8 to 32 rows at half the speed
// (docs/performance.md).
#pragma once

#include "skingauge/network.hpp"

#include <cstddef>
#include <vector>

namespace skingauge {

/// Output pixels a side of one tile.
enum class WinogradTile : int { two = 2, four = 4 };

/// The sizes of one layer's transforms for `count` pictures.
struct WinogradShape {
  WinogradTile tile{WinogradTile::four};
  int count{1};
  ValueShape in;  ///< channels a multiple of kWinogradLanes
  ValueShape out;
  int padding{1};

  [[nodiscard]] int side() const noexcept { return static_cast<int>(tile); }
  [[nodiscard]] int rows() const noexcept { return (out.height + side() - 1) / side(); }
  [[nodiscard]] int columns() const noexcept { return (out.width + side() - 1) / side(); }
  /// Matrices to multiply: (m + 2)^2.
  [[nodiscard]] int points() const noexcept { return (side() + 2) * (side() + 2); }
  /// Rows of each matrix: tiles of all pictures.
  [[nodiscard]] int tiles() const noexcept { return count * rows() * columns(); }
};

/// Channels are transformed in groups of so many.
inline constexpr int kWinogradLanes = 16;

/// Whether a layer can be done so: a dense 3 x 3 convolution of stride 1, its channels multiples of the
/// lanes.
bool can_winograd(const Layer& layer) noexcept;

/// A layer's weights in the order in which the products read them: points x panels of kWinogradLanes out
/// channels x in channels x the panel's lanes.
std::vector<float> winograd_weights(const Layer& layer, WinogradTile tile);

/// From pictures in N x H x W x C to points x tiles x in channels. `pitch`: floats from a point to the next,
/// at least tiles x channels.
void winograd_input(const WinogradShape& shape, const float* pictures, float* matrices, std::size_t pitch);

/// What the products read and write.
struct WinogradMatrices {
  const float* from;  ///< points x tiles x in channels
  std::size_t from_pitch;
  const float* weights;  ///< as winograd_weights orders them
  float* to;             ///< points x tiles x out channels
  std::size_t to_pitch;
};
/// Each point's matrix times its weights.
void winograd_products(const WinogradShape& shape, const WinogradMatrices& matrices);

/// From points x tiles x out channels to N x H x W x C: + bias, + residual (of the same shape; may be null
/// and may be `pictures` itself), then ReLU if wanted.
struct WinogradEnd {
  const float* bias;
  const float* residual;
  bool relu;
};
void winograd_output(const WinogradShape& shape, const float* matrices, std::size_t pitch,
                     const WinogradEnd& end, float* pictures);

}  // namespace skingauge
