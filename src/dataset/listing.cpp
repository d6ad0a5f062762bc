#include "skingauge/dataset.hpp"

#include "core/unicode.hpp"
#include "dataset/inventory.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>

namespace skingauge {
namespace fs = std::filesystem;
namespace {

using Paths = std::vector<fs::path>;

// The number a folder's name begins with, of one or two digits ("01", "1. ...", "02.라벨링데이터"); else 0.
int leading_number(const std::string& name) {
  const auto digits = std::min(name.find_first_not_of("0123456789"), name.size());
  return digits == 0 || digits > 2 ? 0 : std::stoi(name.substr(0, digits));
}

bool is_device_folder(const std::string& name) {
  return leading_number(name) >= 1 && leading_number(name) <= 3;
}

// The folders from ROOT down to a file, without both.
std::vector<std::string> folders_above(const fs::path& file, const fs::path& root) {
  std::vector<std::string> names;
  for (const auto& part : file.lexically_relative(root).parent_path()) names.push_back(part.string());
  return names;
}

// Below a folder whose name begins with 01 (photographs) or 02 (labels).
bool in_archive(const std::vector<std::string>& folders, int number) {
  return std::any_of(folders.begin(), folders.end(),
                     [&](const auto& name) { return leading_number(name) == number; });
}

// The same, in a device's folder and there in a person's: .../01.*/**/<device>/<subject>/FILE.
bool placed_in_archive(const std::vector<std::string>& folders, int number) {
  const auto n = folders.size();
  return n >= 3 && is_device_folder(folders[n - 2]) &&
         in_archive({folders.begin(), folders.end() - 2}, number);
}

// Whether files of a kind (img or label, 01 or 02) lie where a layout wants them.
class Places {
 public:
  Places(const fs::path& root, const char* folder, int number)
      : root_(&root), folder_(folder), number_(number) {}

  DatasetLayout layout(const Paths& files) const {
    std::error_code ec;
    if (fs::is_directory(*root_ / "img", ec)) return DatasetLayout::program;
    const bool archive = std::any_of(files.begin(), files.end(), [&](const fs::path& file) {
      return placed_in_archive(folders_above(file, *root_), number_);
    });
    return archive ? DatasetLayout::archive : DatasetLayout::other;
  }
  bool holds(const fs::path& file, DatasetLayout layout) const {
    const auto folders = folders_above(file, *root_);
    if (layout == DatasetLayout::program) return !folders.empty() && folders.front() == folder_;
    return layout == DatasetLayout::other || placed_in_archive(folders, number_);
  }

 private:
  const fs::path* root_;
  std::string folder_;
  int number_;
};

class Lister {
 public:
  explicit Lister(const fs::path& root) : found_(take_inventory(root)) {
    dataset_.root = root;
    dataset_.layout = photo_places().layout(found_.pictures);
  }

  Dataset run() && {
    list_photos();
    sort_photos();
    attach_labels();
    note_archives();
    if (dataset_.photos.empty()) fail();
    return std::move(dataset_);
  }

 private:
  Places photo_places() const { return {dataset_.root, "img", 1}; }
  std::string name(const fs::path& path) const { return path.lexically_relative(dataset_.root).string(); }
  void note(const std::string& thing, const std::string& text) {
    dataset_.notes.push_back(thing + ": " + text);
  }

  void list_photos() {
    for (const auto& file : found_.pictures) {
      const auto photo = parse_photo_id(file.stem().string());
      const bool placed = photo_places().holds(file, dataset_.layout);
      if (!placed && !photo) continue;  // some other picture that lies about
      if (const auto reason = why_not_read(file, photo.has_value(), placed); !reason.empty()) {
        note(name(file), reason);
        ++dataset_.passed_over.pictures;
        continue;
      }
      note_strange_folder(file, *photo);
      dataset_.photos.push_back({file.stem().string(),
                                 file,
                                 static_cast<PhotoDevice>(photo->device),
                                 photo->subject,
                                 photo->angle,
                                 {}});
    }
  }

  static std::string why_not_read(const fs::path& file, bool named, bool placed) {
    std::error_code ec;
    if (!fs::is_regular_file(file, ec)) return "is not a regular file";
    if (!is_readable_picture(file)) return "is not read; convert it to JPEG";
    if (!named) return "is not named <subject>_<device>_<angle>";
    return placed ? "" : "lies outside the data set's folders of photographs";
  }

  void note_strange_folder(const fs::path& file, const PhotoName& photo) {
    const auto folders = folders_above(file, dataset_.root);
    const auto n = folders.size();
    if (dataset_.layout == DatasetLayout::other || n < 2 || !is_device_folder(folders[n - 2])) return;
    if (leading_number(folders[n - 2]) != photo.device || folders[n - 1] != photo.subject)
      note(name(file), "lies in the folder of another device or subject");
  }

  void sort_photos() {
    auto& photos = dataset_.photos;
    std::stable_sort(photos.begin(), photos.end(), [](const PhotoEntry& a, const PhotoEntry& b) {
      if (a.device != b.device) return a.device < b.device;
      if (a.subject != b.subject) return natural_less(a.subject, b.subject);
      return natural_less(a.file.filename().native(), b.file.filename().native());
    });
    std::set<std::string> seen;
    std::erase_if(photos, [&](const PhotoEntry& photo) {
      if (seen.insert(photo.id).second) return false;
      note(photo.id, "stands in the data set twice; the first is used");
      return true;
    });
  }

  // Labels and photographs know each other by their names alone.
  void attach_labels() {
    const Places places(dataset_.root, "label", 2);
    const auto in_place = [&](const fs::path& file) { return places.holds(file, dataset_.layout); };
    const bool any = std::any_of(found_.labels.begin(), found_.labels.end(), in_place);
    std::map<std::string, PhotoEntry*> photos;
    for (auto& photo : dataset_.photos) photos.emplace(composed(photo.id), &photo);
    std::map<fs::path, std::int64_t> unused;  // by folder and photograph
    for (const auto& file : found_.labels) {
      const auto photo = photos.find(composed(photo_of_label(file)));
      if (photo == photos.end() || (any && !in_place(file))) {
        ++unused[file.parent_path() / (photo_of_label(file) + "_*.json")];
      } else if (!attach(file, *photo->second)) {
        note(name(file), "stands in the data set twice; the first is used");
      }
    }
    for (const auto& [labels, count] : unused) {
      note(name(labels), count == 1 ? "1 label file without a photograph"
                                    : std::to_string(count) + " label files without a photograph");
      dataset_.passed_over.label_files += count;
    }
  }

  static bool attach(const fs::path& file, PhotoEntry& photo) {
    const auto same = [&](const fs::path& other) { return other.filename() == file.filename(); };
    if (std::any_of(photo.labels.begin(), photo.labels.end(), same)) return false;
    const auto behind = std::find_if(photo.labels.begin(), photo.labels.end(), [&](const fs::path& other) {
      return natural_less(file.filename().native(), other.filename().native());
    });
    photo.labels.insert(behind, file);
    return true;
  }

  void note_archives() {
    for (const auto& file : found_.archives) note(name(file), "is still packed; what it holds is not read");
    dataset_.passed_over.archives = static_cast<std::int64_t>(found_.archives.size());
  }

  [[noreturn]] void fail() const {
    auto found = dataset_.root.string() + ": holds no photograph";
    if (dataset_.layout == DatasetLayout::other) {
      found +=
          " <subject>_<device>_<angle>.jpg: neither img/ and label/ (program layout) nor Training|Validation/"
          "01.*/TS|VS and 02.*/TL|VL (archive layout)";
    }
    if (!found_.archives.empty()) {
      found += "; " + std::to_string(found_.archives.size()) + " archives are still packed (" +
               first(found_.archives) + "): join their parts and unpack them first";
    }
    if (!found_.pictures.empty())
      found += "; " + std::to_string(found_.pictures.size()) + " pictures are not used (" +
               first(found_.pictures) + ")";
    const bool known = dataset_.layout != DatasetLayout::other || has_archive_folders(dataset_.root, 4);
    throw InputError(known ? ErrorCode::dataset_empty : ErrorCode::dataset_layout, found);
  }

  std::string first(const Paths& files) const {
    constexpr std::size_t kNamed = 3;
    std::string names;
    for (std::size_t i = 0; i < std::min(kNamed, files.size()); ++i)
      names += (i == 0 ? "" : ", ") + name(files[i]);
    return names + (files.size() > kNamed ? ", ..." : "");
  }

  // Whether there is Training|Validation/01.*/(TS|VS), if without photographs.
  static bool has_archive_folders(const fs::path& folder, int levels) {
    const auto number = leading_number(folder.filename().string());
    for (const auto& entry : folder_entries(folder)) {
      std::error_code ec;
      if (!entry.is_directory(ec)) continue;
      const auto child = entry.path().filename().string();
      if (number == 1 && child.size() >= 2 && child[1] == 'S') return true;
      if (levels > 0 && has_archive_folders(entry.path(), levels - 1)) return true;
    }
    return false;
  }

  Dataset dataset_;
  Inventory found_;
};

// Label files of a photograph among those that lie in one folder.
Paths labels_in(const fs::path& folder, const std::string& id) {
  const auto wanted = composed(id);
  Paths labels;
  for (const auto& entry : folder_entries(folder)) {
    const auto& file = entry.path();
    if (file.extension() == ".json" && composed(photo_of_label(file)) == wanted) labels.push_back(file);
  }
  return labels;
}

}  // namespace

std::vector<fs::path> find_labels(const fs::path& folder, const std::string& id) {
  auto labels = labels_in(folder, id);
  const auto photo = parse_photo_id(id);
  if (!labels.empty() || !photo || id.find('/') != std::string::npos) return labels;
  labels = labels_in(folder / ("0" + std::to_string(photo->device)) / photo->subject, id);
  if (!labels.empty()) return labels;
  const auto wanted = composed(id);
  for (const auto& file : take_inventory(folder).labels) {
    if (composed(photo_of_label(file)) == wanted) labels.push_back(file);
  }
  return labels;
}

Dataset list_dataset(const fs::path& root) {
  std::error_code ec;
  if (!fs::is_directory(root, ec)) {
    throw InputError(ErrorCode::dataset_layout, root.string() + ": no such folder");
  }
  return Lister(root).run();
}

}  // namespace skingauge
