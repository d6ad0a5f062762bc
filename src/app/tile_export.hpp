// The tiles of a data set as raw bytes, for training scripts and tests in other languages.
#pragma once

#include "skingauge/dataset.hpp"
#include "skingauge/preprocess.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>
#include <vector>

namespace skingauge::app {

struct TileExport {
  std::size_t photos{0};
  std::size_t crops{0};
  std::size_t tiles{0};
  std::size_t photos_failed{0};
  std::size_t labels_failed{0};  ///< label files that could not be used
};

/// Writes OUT/tiles.bin (tiles x size x size x 3 bytes B, G, R, in the order of the photographs and
/// faceparts) and OUT/tiles.jsonl (a line per crop: photo, subject, facepart, first tile, number of tiles,
/// and the truths that are judged, measurements divided by the protocol's scale). Crops that cannot be cut
/// are left out. Throws DiskError. `threads` photographs are decoded at a time.
TileExport export_tiles(const std::vector<PhotoEntry>& photos, const Preprocess& preprocess,
                        const std::filesystem::path& out, int threads,
                        const std::function<void(std::size_t)>& progress);

}  // namespace skingauge::app
