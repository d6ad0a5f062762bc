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
  std::optional<Box> box;  ///< corners sorted; empty where the file says null
  bool corners_swapped{false};
};

/// By file name of the photograph.
using BoxesFile = std::map<std::string, std::vector<FacepartBox>>;

/// Reads {"format": 1, "photos": {"portrait.jpg": {"0": [x1, y1, x2, y2], "1": null, ...}}}: keys are
/// faceparts 0..8, boxes two opposite corners in pixels of the upright photograph. Throws InputError
/// (boxes-missing, boxes-syntax, boxes-field, box-invalid) naming file, field, found and expected.
BoxesFile read_boxes(const std::filesystem::path& file);

/// The boxes of a photograph, by its file name or its path as given; where neither stands there, by the name
/// with composed and decomposed letters taken as equal. Throws InputError (boxes-field, `file` stands in the
/// message) where there are none, or where several names differ in that alone.
const std::vector<FacepartBox>& boxes_of(const BoxesFile& boxes, const std::filesystem::path& photo,
                                         const std::filesystem::path& file);

/// Throws InputError (box-invalid, `photo` stands in the message) where the boxes of a photograph of this
/// size are most likely [x, y, width, height] (docs/formats.md says when).
void check_corners(const std::vector<FacepartBox>& boxes, int width, int height, const std::string& photo);

}  // namespace skingauge
