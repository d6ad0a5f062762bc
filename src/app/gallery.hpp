// The worst misses of each head, with their pictures.
#pragma once

#include "skingauge/report.hpp"

#include "app/progress.hpp"

#include <vector>

namespace skingauge::app {

/// At most `per_head` misses of each head, the largest error first; crops whose photograph or box cannot be
/// had are passed over. Reads and decodes each photograph once.
std::vector<GalleryEntry> make_gallery(const EvaluationData& data, const std::vector<PhotoEntry>& photos,
                                       int per_head, Progress& progress);

}  // namespace skingauge::app
