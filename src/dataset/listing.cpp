#include "skingauge/dataset.hpp"

#include <algorithm>
#include <map>
#include <system_error>

namespace skingauge {
namespace fs = std::filesystem;
namespace {

using Paths = std::vector<fs::path>;

// The folder's entries in natural order, hidden ones left out; empty where it cannot be read.
Paths entries(const fs::path& folder) {
  Paths found;
  std::error_code ec;
  for (auto it = fs::directory_iterator(folder, ec); !ec && it != fs::directory_iterator();
       it.increment(ec)) {
    if (!it->path().filename().native().starts_with('.')) found.push_back(it->path());
  }
  std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) {
    return natural_less(a.filename().native(), b.filename().native());
  });
  return found;
}

Paths folders(const fs::path& folder) {
  auto found = entries(folder);
  std::erase_if(found, [](const fs::path& p) {
    std::error_code ec;
    return !fs::is_directory(p, ec);
  });
  return found;
}

// The number a folder's name begins with ("01", "1. ...", "02.라벨링데이터"); 0 where it begins with none.
int leading_number(const fs::path& folder) {
  const std::string name = folder.filename().native();  // a copy: the path is a temporary
  int number = 0;
  for (std::size_t i = 0; i < name.size() && i < 4 && name[i] >= '0' && name[i] <= '9'; ++i) {
    number = number * 10 + (name[i] - '0');
  }
  return number;
}

bool is_photo_name(const fs::path& file) {
  auto extension = file.extension().native();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

// A folder of photographs by device and the folder of their labels.
struct Tree {
  fs::path photos;
  fs::path labels;
};

class Lister {
 public:
  explicit Lister(Dataset& dataset) : dataset_(&dataset) {}

  // Label files of a subject, by the photograph's name in front of "_<facepart>.json".
  static std::map<std::string, Paths> labels_by_photo(const fs::path& folder) {
    std::map<std::string, Paths> labels;
    for (const auto& file : entries(folder)) {
      if (file.extension() != ".json") continue;
      const auto stem = file.stem().string();
      labels[stem.substr(0, stem.rfind('_'))].push_back(file);
    }
    return labels;
  }

  void list(const Tree& tree) {
    for (const auto& device_folder : folders(tree.photos)) {
      const int device = leading_number(device_folder);
      if (device < 1 || device > 3) {
        note(device_folder, "is not a device folder 1, 2 or 3");
        continue;
      }
      const auto label_folder = label_folder_of(tree.labels, device_folder, device);
      for (const auto& subject : folders(device_folder)) {
        list_subject(subject, label_folder / subject.filename(), static_cast<PhotoDevice>(device));
      }
    }
  }

 private:
  void note(const fs::path& path, const std::string& text) {
    dataset_->notes.push_back(path.lexically_relative(dataset_->root).string() + ": " + text);
  }

  // The same name where there is one, else the folder of the same number (composed and decomposed names
  // differ).
  static fs::path label_folder_of(const fs::path& labels, const fs::path& device_folder, int device) {
    auto same = labels / device_folder.filename();
    std::error_code ec;
    if (fs::is_directory(same, ec)) return same;
    for (const auto& folder : folders(labels)) {
      if (leading_number(folder) == device) return folder;
    }
    return same;
  }

  void list_subject(const fs::path& photo_folder, const fs::path& label_folder, PhotoDevice device) {
    auto labels = labels_by_photo(label_folder);
    for (const auto& file : entries(photo_folder)) {
      std::error_code ec;
      if (!is_photo_name(file)) continue;
      if (!fs::is_regular_file(file, ec)) {
        note(file, "is not a regular file");
        continue;
      }
      const auto id = file.stem().string();
      const auto name = parse_photo_id(id);
      if (!name) {
        note(file, "is not named <subject>_<device>_<angle>");
        continue;
      }
      if (name->device != static_cast<int>(device) || name->subject != photo_folder.filename().string()) {
        note(file, "lies in the folder of another device or subject");
      }
      dataset_->photos.push_back({id, file, device, name->subject, name->angle, std::move(labels[id])});
    }
  }

  Dataset* dataset_;
};

// Within `part` (Training or Validation): 01.* holds TS or VS, 02.* holds TL or VL.
std::vector<Tree> archive_trees_of(const fs::path& part) {
  fs::path photos;
  fs::path labels;
  for (const auto& folder : folders(part)) {
    if (leading_number(folder) == 1) photos = folder;
    if (leading_number(folder) == 2) labels = folder;
  }
  if (photos.empty()) return {};
  std::vector<Tree> trees;
  const auto label_sets = folders(labels);
  for (const auto& set : folders(photos)) {
    const std::string name = set.filename().native();
    if (name.size() < 2 || name[1] != 'S') continue;
    const auto found = std::find_if(label_sets.begin(), label_sets.end(), [&](const fs::path& p) {
      return p.filename().native().starts_with(std::string{name[0]} + 'L');
    });
    trees.push_back({set, found == label_sets.end() ? labels / (std::string{name[0]} + 'L') : *found});
  }
  return trees;
}

// ROOT may be the folder of Training and Validation, one of the two, or up to three levels above (as
// unpacked).
std::vector<Tree> archive_trees(const fs::path& folder, int levels) {
  auto trees = archive_trees_of(folder);
  if (!trees.empty() || levels == 0) return trees;
  for (const auto& child : folders(folder)) {
    const auto found = archive_trees(child, levels - 1);
    trees.insert(trees.end(), found.begin(), found.end());
  }
  return trees;
}

void sort_and_check(Dataset& dataset) {
  std::stable_sort(dataset.photos.begin(), dataset.photos.end(),
                   [](const PhotoEntry& a, const PhotoEntry& b) {
                     if (a.device != b.device) return a.device < b.device;
                     if (a.subject != b.subject) return natural_less(a.subject, b.subject);
                     return natural_less(a.file.filename().native(), b.file.filename().native());
                   });
  std::map<std::string, const PhotoEntry*> seen;
  std::erase_if(dataset.photos, [&](const PhotoEntry& photo) {
    if (seen.emplace(photo.id, &photo).second) return false;
    dataset.notes.push_back(photo.id + ": stands in the data set twice; the first is used");
    return true;
  });
}

}  // namespace

std::vector<fs::path> find_labels(const fs::path& folder, const std::string& id) {
  auto labels = Lister::labels_by_photo(folder)[id];
  const auto name = parse_photo_id(id);
  if (!labels.empty() || !name) return labels;
  return Lister::labels_by_photo(folder / ("0" + std::to_string(name->device)) / name->subject)[id];
}

Dataset list_dataset(const fs::path& root) {
  std::error_code ec;
  if (!fs::is_directory(root, ec)) {
    throw InputError(ErrorCode::dataset_layout, root.string() + ": no such folder");
  }
  Dataset dataset{root, DatasetLayout::program, {}, {}};
  Lister lister(dataset);
  if (fs::is_directory(root / "img", ec)) {
    lister.list({root / "img", root / "label"});
  } else {
    dataset.layout = DatasetLayout::archive;
    const auto trees = archive_trees(root, 4);
    if (trees.empty()) {
      throw InputError(ErrorCode::dataset_layout, root.string() +
                                                      ": found neither img/ and label/ (program layout) nor "
                                                      "Training|Validation/01.*/(TS|VS) (archive layout)");
    }
    for (const auto& tree : trees) lister.list(tree);
  }
  sort_and_check(dataset);
  if (dataset.photos.empty())
    throw InputError(ErrorCode::dataset_empty, root.string() + ": holds no photograph");
  return dataset;
}

}  // namespace skingauge
