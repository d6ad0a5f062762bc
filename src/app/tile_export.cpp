#include "app/tile_export.hpp"

#include "skingauge/error.hpp"
#include "skingauge/tiles.hpp"

#include "app/regions.hpp"
#include "core/json_file.hpp"

#include <fstream>
#include <future>

namespace skingauge::app {
namespace {

struct CutCrop {
  Facepart facepart;
  int tiles;
  Json truths;
};

struct CutPhoto {
  std::vector<CutCrop> crops;
  std::vector<std::uint8_t> pixels;
  std::size_t labels_failed{0};
  bool failed{false};
};

Json truths_of(const Label& label) {
  Json grades = Json::object();
  Json measurements = Json::object();
  for (const auto& sign : signs()) {
    if (sign.facepart != label.facepart) continue;
    const auto value = truth(label, sign);
    if (!std::holds_alternative<double>(value)) continue;
    const double number = std::get<double>(value);
    if (sign.task == Task::grade) {
      grades[std::string(sign.key)] = static_cast<int>(number);
    } else {
      measurements[std::string(sign.key)] = number / sign.scale;
    }
  }
  return {{"grades", grades}, {"measurements", measurements}};
}

CutPhoto cut_photo(const PhotoEntry& entry, const Preprocess& preprocess) {
  CutPhoto result;
  try {
    const auto photo = Image::read(entry.file);
    const auto labels = read_labels(entry);
    if (labels.width.value_or(photo.width()) != photo.width() ||
        labels.height.value_or(photo.height()) != photo.height()) {
      throw InputError(ErrorCode::image_size_mismatch, entry.id + ": photograph and labels differ in size");
    }
    for (const auto& error : labels.errors) result.labels_failed += error ? 1U : 0U;
    for (const auto& region : regions_of(labels)) {
      const auto* box = std::get_if<Box>(&region.box);
      if (box == nullptr) continue;
      const auto planned = plan_tiles(*box, region.facepart, preprocess, photo.width(), photo.height());
      const auto* plan = std::get_if<TilePlan>(&planned);
      if (plan == nullptr) continue;
      const auto at = result.pixels.size();
      const auto bytes = tile_bytes(preprocess) * static_cast<std::size_t>(plan->count());
      result.pixels.resize(at + bytes);
      cut_tiles(photo, *box, region.facepart, preprocess, *plan, std::span(result.pixels).subspan(at, bytes));
      const auto& label = *labels.labels[index(region.facepart)];
      result.crops.push_back({region.facepart, plan->count(), truths_of(label)});
    }
  } catch (const InputError&) {
    result = {};
    result.failed = true;
  }
  return result;
}

// The two files, written together.
class TileFiles {
 public:
  explicit TileFiles(const std::filesystem::path& out) : out_(out) {
    std::error_code ec;
    std::filesystem::create_directories(out, ec);
    bytes_.open(out / "tiles.bin", std::ios::binary | std::ios::trunc);
    lines_.open(out / "tiles.jsonl", std::ios::binary | std::ios::trunc);
    check();
  }

  void add(const PhotoEntry& photo, const CutPhoto& cut, TileExport& counts) {
    ++counts.photos;
    counts.photos_failed += cut.failed ? 1 : 0;
    counts.labels_failed += cut.labels_failed;
    for (const auto& crop : cut.crops) {
      Json line{{"photo", photo.id},
                {"subject", photo.subject},
                {"facepart", number(crop.facepart)},
                {"first", counts.tiles},
                {"tiles", crop.tiles}};
      line.update(crop.truths);
      lines_ << line.dump() << '\n';
      counts.tiles += static_cast<std::size_t>(crop.tiles);
      ++counts.crops;
    }
    bytes_.write(reinterpret_cast<const char*>(cut.pixels.data()),
                 static_cast<std::streamsize>(cut.pixels.size()));
    check();
  }

  void close() {
    bytes_.close();
    lines_.close();
    check();
  }

 private:
  void check() const {
    if (!bytes_ || !lines_)
      throw DiskError(ErrorCode::io_failed, out_.string() + ": tiles cannot be written");
  }
  std::filesystem::path out_;
  std::ofstream bytes_;
  std::ofstream lines_;
};

}  // namespace

TileExport export_tiles(const std::vector<PhotoEntry>& photos, const Preprocess& preprocess,
                        const std::filesystem::path& out, int threads,
                        const std::function<void(std::size_t)>& progress) {
  TileFiles files(out);
  TileExport counts;
  const auto at_once = static_cast<std::size_t>(threads);
  for (std::size_t first = 0; first < photos.size(); first += at_once) {
    const auto end = std::min(photos.size(), first + at_once);
    std::vector<std::future<CutPhoto>> cuts;
    for (auto i = first; i < end; ++i) {
      cuts.push_back(std::async(std::launch::async, [&, i] { return cut_photo(photos[i], preprocess); }));
    }
    for (auto i = first; i < end; ++i) files.add(photos[i], cuts[i - first].get(), counts);
    progress(counts.photos);
  }
  files.close();
  return counts;
}

}  // namespace skingauge::app
