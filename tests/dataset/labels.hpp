// Label files and data sets made for tests.
#pragma once

#include "skingauge/dataset.hpp"

#include "core/json_file.hpp"
#include "support/files.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace skingauge::test {

/// A label of a photograph of 2136 x 3216: what every usable label has, and no more.
inline Json label_json(int facepart, Json box = {100, 200, 400, 600}) {
  return {{"info", {{"id", "0001"}}},
          {"images",
           {{"device", 0},
            {"width", 2136},
            {"height", 3216},
            {"angle", 0},
            {"facepart", facepart},
            {"bbox", std::move(box)}}},
          {"annotations", Json::object()},
          {"equipment", Json::object()}};
}

inline std::string two_digits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }

/// Writes label `<id>_<facepart>.json` into a folder; answers its path.
inline std::filesystem::path write_label(const std::filesystem::path& folder, const std::string& id,
                                         int facepart, const Json& label) {
  auto file = folder / (id + "_" + two_digits(facepart) + ".json");
  write_bytes(file, label.dump());
  return file;
}

/// Ids in the order of the listing.
inline std::vector<std::string> ids(const std::vector<PhotoEntry>& photos) {
  std::vector<std::string> found;
  for (const auto& photo : photos) found.push_back(photo.id);
  return found;
}

}  // namespace skingauge::test
