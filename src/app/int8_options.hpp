// Where the ranges that int8 needs come from.
#pragma once

#include "skingauge/ensemble.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"

#include <filesystem>

namespace skingauge::app {

/// Photographs of a data set with their regions, in the order of its listing, from the first one.
Ensemble::Source photos_of(const std::filesystem::path& root);

/// The options an ensemble is loaded with. For int8 with its ranges: of --int8-ranges, else of
/// int8-ranges.json beside the manifest, else found on the first photographs of `root`, which one line says,
/// else none (loading then says what to do). `root` may be empty. Throws as read_int8_ranges and
/// find_int8_ranges do.
EnsembleOptions ensemble_options(const CommonOptions& options, const std::filesystem::path& manifest,
                                 const std::filesystem::path& root, const Streams& streams);

}  // namespace skingauge::app
