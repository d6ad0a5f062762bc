#include "skingauge/dataset.hpp"

#include "dataset/corner_order.hpp"
#include "image/photo_reader.hpp"

#include <algorithm>
#include <charconv>

namespace skingauge {
namespace {

// The facepart number at the end of "0001_01_F_05", or empty.
std::optional<Facepart> facepart_in_name(const std::filesystem::path& file) {
  const auto stem = file.stem().string();
  const auto at = stem.rfind('_');
  if (at == std::string::npos) return std::nullopt;
  int number = -1;
  const auto [end, ec] = std::from_chars(stem.data() + at + 1, stem.data() + stem.size(), number);
  if (ec != std::errc{} || end != stem.data() + stem.size()) return std::nullopt;
  return facepart_from_number(number);
}

void note_conflicts(const PhotoEntry& photo, const Label& label, std::vector<std::string>& conflicts) {
  const auto note = [&](const std::string& text) {
    conflicts.push_back(label.file.filename().string() + ": " + text);
  };
  const auto named = facepart_in_name(label.file);
  if (named && *named != label.facepart) {
    note("the JSON's facepart " + std::to_string(number(label.facepart)) + " is used, not the name's");
  }
  const int device = static_cast<int>(photo.device);
  if (label.device && *label.device != device && *label.device + 1 != device) {
    note("images.device " + std::to_string(*label.device) + " does not fit device " +
         std::to_string(static_cast<int>(photo.device)));
  }
  if (label.angle && angle_name(*label.angle) != photo.angle) {
    note("images.angle " + std::to_string(*label.angle) + " does not fit angle " + photo.angle);
  }
  if (!label.info.id.empty() && label.info.id != photo.subject) note("info.id is " + label.info.id);
}

// A label whose picture size differs from the first one's belongs to another picture.
bool fits_size(const Label& label, PhotoLabels& all) {
  if (!label.width || !label.height) return true;
  if (!all.width) {
    all.width = label.width;
    all.height = label.height;
  }
  return all.width == label.width && all.height == label.height;
}

void add(const PhotoEntry& photo, Label label, PhotoLabels& all) {
  note_conflicts(photo, label, all.conflicts);
  const auto at = index(label.facepart);
  if (all.labels[at]) {
    all.conflicts.push_back(label.file.filename().string() + ": facepart " +
                            std::to_string(number(label.facepart)) +
                            " is labelled twice; the first file is used");
    return;
  }
  if (!fits_size(label, all)) {
    all.errors[at] =
        ItemError{ErrorCode::image_size_mismatch,
                  label.file.string() + ": images.width x height differs from the photo's other labels"};
    return;
  }
  all.labels[at] = std::move(label);
}

// A photograph whose boxes are most likely [x, y, width, height] keeps none of them: all crops would be
// wrong.
void check_corners(const PhotoEntry& photo, PhotoLabels& all) {
  std::vector<OrderedBox> boxes;
  bool swapped = false;
  for (const auto& label : all.labels) {
    if (!label || !label->box) continue;
    boxes.push_back({label->facepart, *label->box, label->corners_swapped});
    swapped = swapped || label->corners_swapped;
  }
  if (!swapped) return;
  const auto size =
      all.width ? std::pair{*all.width, *all.height} : picture_size(photo.file).value_or(std::pair{0, 0});
  for (const auto facepart : find_sizes(boxes, size.first, size.second)) {
    auto& label = all.labels[index(facepart)];
    all.errors[index(facepart)] =
        ItemError{ErrorCode::box_invalid, label->file.string() + ": images.bbox: " + sizes_hint(boxes)};
    label.reset();
  }
}

}  // namespace

std::string_view to_string(PhotoDevice device) noexcept {
  switch (device) {
    case PhotoDevice::camera:
      return "camera";
    case PhotoDevice::tablet:
      return "tablet";
    case PhotoDevice::phone:
      return "phone";
  }
  return "unknown";
}

std::optional<PhotoName> parse_photo_id(std::string_view id) {
  const auto last = id.rfind('_');
  if (last == std::string_view::npos || last == 0) return std::nullopt;
  const auto middle = id.rfind('_', last - 1);
  if (middle == std::string_view::npos || middle == 0 || last + 1 == id.size()) return std::nullopt;
  PhotoName name{std::string(id.substr(0, middle)), 0, std::string(id.substr(last + 1))};
  const auto device = id.substr(middle + 1, last - middle - 1);
  const auto [end, ec] = std::from_chars(device.data(), device.data() + device.size(), name.device);
  const bool known =
      ec == std::errc{} && end == device.data() + device.size() && name.device >= 1 && name.device <= 3;
  return known ? std::optional(std::move(name)) : std::nullopt;
}

PhotoLabels read_labels(const PhotoEntry& photo) {
  PhotoLabels all;
  for (const auto& file : photo.labels) {
    try {
      add(photo, read_label(file), all);
    } catch (const Error& e) {
      if (const auto named = facepart_in_name(file)) {
        all.errors[index(*named)] = ItemError{e.code(), e.what()};
      } else {
        all.conflicts.emplace_back(e.what());
      }
    }
  }
  check_corners(photo, all);
  return all;
}

}  // namespace skingauge
