// Every file below a folder that looks like a part of a data set, wherever it lies.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace skingauge {

/// Files in natural order of folders and names. Hidden ones (and __MACOSX) are left out.
struct Inventory {
  std::vector<std::filesystem::path> pictures;  ///< by their extension, also of formats that are not read
  std::vector<std::filesystem::path> labels;    ///< <photograph>_<facepart>.json
  std::vector<std::filesystem::path> archives;  ///< zip files and the like, and their parts
};

/// Walks through a folder, eight levels deep; each folder once, however links lead there.
Inventory take_inventory(const std::filesystem::path& root);

/// Files of one folder, hidden ones left out, in natural order; empty where it cannot be read.
std::vector<std::filesystem::directory_entry> folder_entries(const std::filesystem::path& folder);

/// Whether Image::read knows pictures of this extension, in any case.
bool is_readable_picture(const std::filesystem::path& file);

/// What the photograph of a label file is called: "0001_01_F" of "0001_01_F_05.json".
std::string photo_of_label(const std::filesystem::path& file);

}  // namespace skingauge
