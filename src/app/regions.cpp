#include "app/regions.hpp"

namespace skingauge::app {
namespace {

// 71 % of the data set's boxes leave the picture when read as x, y, width, height; the other way round, a box
// that leaves it as corners and fits as x, y, width, height was most likely written that way.
std::string hint(const Box& box, int width, int height) {
  const Box other{box.x1, box.y1, box.x1 + box.x2, box.y1 + box.y2};
  return other.inside(width, height) ? "; it would fit as [x, y, width, height]" : "";
}

std::variant<Box, Skipped> box_of(const Label& label) {
  if (!label.box) return Skipped{SkipReason::no_box, ""};
  const bool sized = label.width && label.height;
  if (!sized || label.box->inside(*label.width, *label.height) || label.box->width() == 0 ||
      label.box->height() == 0) {
    return *label.box;
  }
  return Skipped{SkipReason::box_outside,
                 label.file.string() + ": images.bbox: found " + to_string(*label.box) +
                     ", expected corners inside " + std::to_string(*label.width) + " x " +
                     std::to_string(*label.height) + " px" + hint(*label.box, *label.width, *label.height)};
}

}  // namespace

std::vector<Region> regions_of(const PhotoLabels& labels) {
  std::vector<Region> regions;
  for (const auto& part : faceparts()) {
    const auto at = index(part.facepart);
    if (labels.labels[at]) {
      regions.push_back({part.facepart, box_of(*labels.labels[at])});
    } else if (labels.errors[at]) {
      regions.push_back({part.facepart, Skipped{SkipReason::label_error, labels.errors[at]->message}});
    }
  }
  return regions;
}

std::vector<Region> regions_of(const std::vector<FacepartBox>& boxes) {
  std::vector<Region> regions;
  for (const auto& [facepart, box, swapped] : boxes) {
    if (box) {
      regions.push_back({facepart, *box});
    } else {
      regions.push_back({facepart, Skipped{SkipReason::no_box, ""}});
    }
  }
  return regions;
}

Request request_of(const PhotoEntry& photo, const PhotoLabels& labels) {
  return {Image(), photo.file, regions_of(labels), labels.width, labels.height};
}

}  // namespace skingauge::app
