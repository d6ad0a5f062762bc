// Where the ranges that int8 needs come from.
#pragma once

#include "skingauge/ensemble.hpp"

#include "app/commands.hpp"
#include "app/common_options.hpp"

#include <filesystem>
#include <string>

namespace skingauge::app {

/// Photographs to find ranges on, and what they are for people.
struct Int8Photos {
  std::string name;
  Ensemble::Source photos;  ///< empty: there are none
};

/// Those of a data set with their regions, in the order of its listing, from the first one.
Int8Photos photos_of(const std::filesystem::path& root);
/// Faces that the program draws: fit for measuring speed.
Int8Photos drawn_faces();

/// The options an ensemble is loaded with. For int8 with its ranges: of --int8-ranges, else of
/// int8-ranges.json beside the manifest, else found on the first of `photos`, which one line says, else none
/// (loading then says what to do). Throws as read_int8_ranges and find_int8_ranges do.
EnsembleOptions ensemble_options(const CommonOptions& options, const std::filesystem::path& manifest,
                                 const Int8Photos& photos, const Streams& streams);

}  // namespace skingauge::app
