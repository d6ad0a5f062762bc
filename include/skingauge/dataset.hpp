// The data set on disk: listing its photographs and reading their labels (protocol, section 1).
#pragma once

#include "skingauge/error.hpp"
#include "skingauge/label.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace skingauge {

/// What took the photograph, numbered as the program layout's folders 01, 02, 03.
enum class PhotoDevice : std::uint8_t { camera = 1, tablet = 2, phone = 3 };

/// "camera", "tablet", "phone".
std::string_view to_string(PhotoDevice device) noexcept;

/// One photograph and the label files that carry its name.
struct PhotoEntry {
  std::string id;  ///< file name without extension: "0001_01_F"; unique in a data set
  std::filesystem::path file;
  PhotoDevice device{};
  std::string subject;                        ///< the person: "0001"
  std::string angle;                          ///< "F", "Ft", "Fb", "L15", "L30", "R15", "R30", "L", "R"
  std::vector<std::filesystem::path> labels;  ///< in natural order; usually nine
};

enum class DatasetLayout : std::uint8_t {
  program,  ///< ROOT/img/<01|02|03>/<subject>/..., ROOT/label/...
  archive,  ///< ROOT/**/01.*/**/<1.|2.|3. ...>/<subject>/..., ROOT/**/02.*/**/..., as downloaded
  other,    ///< neither: photographs and labels known by their names alone
};

/// How many files below ROOT look like a part of the data set and are not used. The notes name them.
struct PassedOver {
  std::int64_t pictures{0};     ///< of a format that is not read, not named as a photograph, or out of place
  std::int64_t label_files{0};  ///< without a photograph, or out of place
  std::int64_t archives{0};     ///< zip files and the like, and their parts
  friend bool operator==(const PassedOver&, const PassedOver&) = default;
};

/// A listed data set: photographs in the natural order of device folder, subject folder, file name. A plain
/// value.
struct Dataset {
  std::filesystem::path root;
  DatasetLayout layout{};
  std::vector<PhotoEntry> photos;
  std::vector<std::string> notes;  ///< what was passed over while listing, for people
  PassedOver passed_over;
};

/// Lists a data set, up to eight folders deep. Photographs and labels find each other by their names,
/// whatever folders they lie in (TS_02 and TL_02, several TS with one TL): in the program layout those below
/// img and label count; else those below folders whose names begin with 01 and 02; else all. Reads no
/// photograph and no label. Throws InputError: dataset-layout where ROOT holds nothing of the kind,
/// dataset-empty where it is laid out well and holds no photograph; both say what was found instead (archives
/// still packed, pictures that are not read).
Dataset list_dataset(const std::filesystem::path& root);

/// Whether so many of some boxes have swapped corners, over a tenth and three, that they are hardly corners.
constexpr bool too_many_swapped(std::int64_t swapped, std::int64_t boxes) noexcept {
  return swapped >= 3 && 10 * swapped > boxes;
}

/// The labels of one photograph, by facepart (the JSON's).
struct PhotoLabels {
  std::array<std::optional<Label>, 9> labels;
  std::array<std::optional<ItemError>, 9>
      errors;                          ///< of files that could not be used, by the facepart in their name
  std::vector<std::string> conflicts;  ///< between name and JSON, or between files
  std::optional<int> width;            ///< of the photograph, as the labels say
  std::optional<int> height;
};

/// Reads all labels of a photograph. Never throws for a bad label file: that is a value in the result.
PhotoLabels read_labels(const PhotoEntry& photo);

/// The label files of a photograph with this id in a folder or below it, in natural order; empty where there
/// are none.
std::vector<std::filesystem::path> find_labels(const std::filesystem::path& folder, const std::string& id);

/// Splits "0001_01_F" into subject, device number and angle; empty where a name is not of that form.
struct PhotoName {
  std::string subject;
  int device{0};
  std::string angle;
};
std::optional<PhotoName> parse_photo_id(std::string_view id);

/// Natural order: runs of digits compare as numbers, the rest byte by byte.
bool natural_less(std::string_view a, std::string_view b) noexcept;

}  // namespace skingauge
