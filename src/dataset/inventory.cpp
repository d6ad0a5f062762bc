#include "dataset/inventory.hpp"

#include "skingauge/dataset.hpp"

#include "core/ascii.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <system_error>

namespace skingauge {
namespace fs = std::filesystem;
namespace {

using namespace std::string_view_literals;

constexpr int kDeepest = 8;

constexpr std::array kReadable{".jpg"sv, ".jpeg"sv, ".jpe"sv,  ".jfif"sv, ".png"sv,
                               ".bmp"sv, ".tif"sv,  ".tiff"sv, ".webp"sv};
constexpr std::array kForeign{".heic"sv, ".heif"sv, ".hif"sv, ".avif"sv, ".gif"sv, ".jxl"sv,
                              ".jp2"sv,  ".j2k"sv,  ".psd"sv, ".dng"sv,  ".cr2"sv, ".cr3"sv,
                              ".nef"sv,  ".arw"sv,  ".orf"sv, ".rw2"sv,  ".raf"sv, ".pef"sv,
                              ".svg"sv,  ".pdf"sv,  ".mov"sv, ".mp4"sv};
// A photograph whose copy or download has not ended, or that has lost its extension.
constexpr std::array kUnfinished{""sv, ".part"sv, ".partial"sv, ".crdownload"sv, ".download"sv, ".tmp"sv};
constexpr std::array kArchives{".zip"sv, ".7z"sv, ".rar"sv, ".tar"sv, ".tgz"sv,
                               ".gz"sv,  ".xz"sv, ".bz2"sv, ".zst"sv};

template <std::size_t n>
bool one_of(const std::array<std::string_view, n>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// "TL.zip", "TS.zip.part0", "TS.z01", "TS.7z.001"
bool is_archive(const fs::path& file) {
  const auto numbered = [](std::string_view text, std::string_view ahead) {
    if (!text.starts_with(ahead)) return false;
    text.remove_prefix(ahead.size());
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  const auto extension = lower(file.extension().string());
  if (one_of(kArchives, extension) || numbered(extension, ".z")) return true;
  return (numbered(extension, ".part") || numbered(extension, ".")) && is_archive(file.stem());
}

bool is_picture(const fs::path& file) {
  const auto extension = lower(file.extension().string());
  if (is_readable_picture(file) || one_of(kForeign, extension)) return true;
  return one_of(kUnfinished, extension) && parse_photo_id(file.stem().string());
}

class Walk {
 public:
  Inventory run(const fs::path& root) && {
    visit(root, 0);
    return std::move(found_);
  }

 private:
  void visit(const fs::path& folder, int depth) {
    std::error_code ec;
    if (depth > kDeepest || !visited_.insert(fs::canonical(folder, ec)).second || ec) return;
    for (const auto& entry : folder_entries(folder)) {
      const auto& path = entry.path();
      if (path.filename() == "__MACOSX") continue;
      if (entry.is_directory(ec) && !is_readable_picture(path)) {
        visit(path, depth + 1);
      } else if (is_picture(path)) {
        found_.pictures.push_back(path);
      } else if (lower(path.extension().string()) == ".json") {
        if (parse_photo_id(photo_of_label(path))) found_.labels.push_back(path);
      } else if (is_archive(path)) {
        found_.archives.push_back(path);
      }
    }
  }

  Inventory found_;
  std::set<fs::path> visited_;
};

}  // namespace

Inventory take_inventory(const fs::path& root) { return Walk().run(root); }

std::vector<fs::directory_entry> folder_entries(const fs::path& folder) {
  std::vector<fs::directory_entry> found;
  std::error_code ec;
  for (auto it = fs::directory_iterator(folder, ec); !ec && it != fs::directory_iterator();
       it.increment(ec)) {
    if (!it->path().filename().native().starts_with('.')) found.push_back(*it);
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return natural_less(a.path().filename().native(), b.path().filename().native());
  });
  return found;
}

bool is_readable_picture(const fs::path& file) { return one_of(kReadable, lower(file.extension().string())); }

std::string photo_of_label(const fs::path& file) {
  const auto stem = file.stem().string();
  return stem.substr(0, stem.rfind('_'));
}

}  // namespace skingauge
