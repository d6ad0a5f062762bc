// Boxes of photographs that have no label files.
#pragma once

#include "skingauge/box.hpp"
#include "skingauge/facepart.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace skingauge {

struct FacepartBox {
  Facepart facepart{};
  std::optional<Box> box;  ///< empty where the file says null
};

/// By file name of the photograph.
using BoxesFile = std::map<std::string, std::vector<FacepartBox>>;

/// Reads {"format": 1, "photos": {"portrait.jpg": {"0": [x1, y1, x2, y2], "1": null, ...}}}: keys are
/// faceparts 0..8, boxes two opposite corners in pixels of the upright photograph. Throws InputError
/// (label-syntax, label-field, box-invalid) naming file, field, found and expected.
BoxesFile read_boxes(const std::filesystem::path& file);

}  // namespace skingauge
