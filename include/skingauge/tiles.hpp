// From a box in a photograph to the network's input tiles (protocol, section 3).
#pragma once

#include "skingauge/box.hpp"
#include "skingauge/facepart.hpp"
#include "skingauge/image.hpp"
#include "skingauge/prediction.hpp"
#include "skingauge/preprocess.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

namespace skingauge {

/// How two tiles lie on the canvas they are cut from.
enum class TileLayout : std::uint8_t { single, side_by_side, stacked };

/// What one crop becomes. Sizes in pixels.
struct TilePlan {
  int scaled_width{0};  ///< of the crop after scaling its longer side to the tile's side
  int scaled_height{0};
  TileLayout layout{TileLayout::single};

  /// One tile, or two whose outputs are added.
  [[nodiscard]] int count() const noexcept { return layout == TileLayout::single ? 1 : 2; }
};

/// Plans the tiles of a box in a photograph of this size, or says why there are none: box-outside,
/// box-too-small. The whole face (facepart 0) is stretched to one tile; all other crops keep their
/// proportions.
std::variant<TilePlan, Skipped> plan_tiles(const Box& box, Facepart facepart, const Preprocess& preprocess,
                                           int photo_width, int photo_height);

/// Cuts a planned crop out of the photograph into `out`, which has room for plan.count() tiles of size x size
/// x 3 bytes B, G, R each, one behind the other. The same bytes as OpenCV's 8-bit INTER_LINEAR. No other copy
/// of the photograph is made. Safe from many threads. Throws std::invalid_argument where there is room for
/// another number of tiles.
void cut_tiles(const Image& photo, const Box& box, Facepart facepart, const Preprocess& preprocess,
               const TilePlan& plan, std::span<std::uint8_t> out);
/// The same into plan.count() places that need not lie together, each with room for one tile.
void cut_tiles(const Image& photo, const Box& box, Facepart facepart, const Preprocess& preprocess,
               const TilePlan& plan, std::span<std::uint8_t* const> tiles);

}  // namespace skingauge
