// What int8 must know of each model: how large its values become on real tiles.
#pragma once

#include "skingauge/manifest.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace skingauge {

/// What one kind of device needs.
struct ByteRanges {
  std::vector<float>
      ranges;  ///< per value of the Network: the magnitude that 8 bits reach; 1 + layers of them
  std::vector<float> shift;  ///< per output: what the 8 bits take away on average, to be added
};

/// What was found for one checkpoint.
struct ModelRanges {
  std::string sha256;     ///< of the checkpoint they were found with
  std::int64_t tiles{0};  ///< they were found on so many
  ByteRanges cpu;         ///< 255 steps where nothing is negative
  ByteRanges gpu;         ///< 127 steps a side everywhere
};

/// Ranges of an ensemble, found by find_int8_ranges (int8_calibration.hpp).
struct Int8Ranges {
  std::vector<ModelRanges> models;

  /// Those of a checkpoint with this hash; null where there are none.
  [[nodiscard]] const ModelRanges* of(const ModelSpec& model) const noexcept;
};

/// The name looked for beside a manifest.
inline constexpr const char* kInt8RangesFile = "int8-ranges.json";

/// JSON, format 2. Throws ModelError (ranges-missing, ranges-field) naming file, field and what is wrong.
Int8Ranges read_int8_ranges(const std::filesystem::path& file);
/// Throws DiskError.
void write_int8_ranges(const std::filesystem::path& file, const Int8Ranges& ranges);

}  // namespace skingauge
