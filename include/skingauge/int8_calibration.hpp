// Finds what int8 must know of an ensemble from photographs.
#pragma once

#include "skingauge/ensemble.hpp"
#include "skingauge/int8_ranges.hpp"

#include <cstddef>
#include <filesystem>
#include <functional>

namespace skingauge {

struct Int8CalibrationOptions {
  Mode mode{Mode::both};
  int tiles{32};  ///< per model at most; the first of the photographs' order; 1..4096
  ImageLimits limits{};
  std::function<void(std::size_t done, std::size_t all)>
      progress{};  ///< models; called from any thread, one at a time

  /// Throws UsageError naming field, value and allowed range.
  void validate() const;
};

/// Cuts the tiles that each model would see of these photographs, runs its float32 Network on them on the
/// CPU, and chooses for each value the range with the least mean square error in 8 bits. Pulls photographs
/// until each model has its tiles or `photos` answers nothing; those that cannot be read are passed over.
/// Throws ModelError where a model cannot be lowered to a Network, UsageError where a model was given no
/// tile.
Int8Ranges find_int8_ranges(const std::filesystem::path& manifest, const Ensemble::Source& photos,
                            const Int8CalibrationOptions& options = {});

}  // namespace skingauge
