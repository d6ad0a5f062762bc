// What int8 must know of each model, from tiles that were collected for it.
#pragma once

#include "skingauge/int8_calibration.hpp"
#include "skingauge/network.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace skingauge {

/// The tiles of one model.
struct Int8Sample {
  ModelSpec model;
  Network network;
  std::vector<std::uint8_t> tiles;
  std::size_t count{0};
};

/// The ranges of every model, on all cores. Throws ModelError where a network has layers that int8 cannot
/// compute, and what `options.progress` throws.
std::vector<ModelRanges> ranges_of(const std::vector<std::shared_ptr<Int8Sample>>& samples,
                                   const Preprocess& preprocess, const Int8CalibrationOptions& options);

}  // namespace skingauge
