// From labels and boxes files to what the ensemble is asked.
#pragma once

#include "skingauge/boxes_file.hpp"
#include "skingauge/dataset.hpp"
#include "skingauge/ensemble.hpp"

#include <vector>

namespace skingauge::app {

/// One region per facepart that has a label or a label error; null boxes and errors become reasons.
std::vector<Region> regions_of(const PhotoLabels& labels);
std::vector<Region> regions_of(const std::vector<FacepartBox>& boxes);

/// The request for a photograph of a data set.
Request request_of(const PhotoEntry& photo, const PhotoLabels& labels);

}  // namespace skingauge::app
