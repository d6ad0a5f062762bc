// Photographs through an ensemble, timed as a whole.
#pragma once

#include "skingauge/ensemble.hpp"

#include "app/progress.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace skingauge::app {

/// What an ensemble did with all requests.
struct StreamRound {
  double seconds{0};
  double core{0};  ///< processor time of the whole process
  Statistics did;
};

/// Labels are read beforehand, so that only the library's work is timed.
StreamRound stream(const Ensemble& ensemble, std::span<const Request> requests);

/// Leaves only photographs that can be used, says why the first of the others can't, and answers how many
/// those are. InputError where none can be used.
std::size_t drop_unusable(const Ensemble& ensemble, std::vector<Request>& requests, Progress& progress);

}  // namespace skingauge::app
