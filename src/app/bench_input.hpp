// What the benchmarks work on.
#pragma once

#include "skingauge/dataset.hpp"
#include "skingauge/ensemble.hpp"
#include "skingauge/preprocess.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace skingauge::app {

/// Seed of the drawn face that stands in for a photograph.
constexpr std::uint64_t kDrawnSeed = 523;

/// `count` tiles behind one another, cut from a drawn face; they repeat after a dozen. The same on every
/// machine.
std::vector<std::uint8_t> picture_tiles(const Preprocess& preprocess, std::size_t count);

/// The first photographs of a data set (all where it has fewer), with their labels read.
std::vector<Request> read_requests(const std::filesystem::path& root, int photos);

/// Puts the photographs' files into the system's cache, so that no disk is measured.
void warm_file_cache(const std::vector<Request>& requests);

}  // namespace skingauge::app
