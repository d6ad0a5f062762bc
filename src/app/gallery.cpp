#include "app/gallery.hpp"

#include "skingauge/error.hpp"
#include "skingauge/image.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <unordered_map>

namespace skingauge::app {
namespace {

constexpr int kPictureSide = 176;  // pixels
constexpr int kQuality = 80;

struct Miss {
  std::uint32_t photo{0};
  const HeadSamples* head{nullptr};
  std::size_t sample{0};
};

double error_of(const HeadSamples& head, std::size_t i) { return std::abs(head.answer[i] - head.truth[i]); }

// The largest errors of a head; among equals the surest answer, then the first.
std::vector<Miss> worst_of(const HeadSamples& head, std::size_t wanted) {
  std::vector<std::size_t> order(head.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto confidence = [&](std::size_t i) { return head.confidence.empty() ? 0.0F : head.confidence[i]; };
  const auto middle = order.begin() + static_cast<std::ptrdiff_t>(std::min(wanted, order.size()));
  std::partial_sort(order.begin(), middle, order.end(), [&](std::size_t a, std::size_t b) {
    if (error_of(head, a) != error_of(head, b)) return error_of(head, a) > error_of(head, b);
    return confidence(a) != confidence(b) ? confidence(a) > confidence(b) : a < b;
  });
  std::vector<Miss> misses;
  for (auto i = order.begin(); i != middle; ++i) {
    if (error_of(head, *i) > 0) misses.push_back({head.photo[*i], &head, *i});
  }
  return misses;
}

// One entry, or none where the crop cannot be had.
void add_entry(const Miss& miss, const PhotoEntry& entry, const Image& photo, const PhotoLabels& labels,
               std::vector<GalleryEntry>& gallery) {
  const auto& label = labels.labels[index(miss.head->sign->facepart)];
  if (!label || !label->box || !label->box->inside(photo.width(), photo.height())) return;
  gallery.push_back({entry.id, miss.head->sign, miss.head->truth[miss.sample], miss.head->answer[miss.sample],
                     encode_jpeg(thumbnail(photo, *label->box, kPictureSide), kQuality)});
}

void sort_by_head(std::vector<GalleryEntry>& gallery) {
  std::stable_sort(gallery.begin(), gallery.end(), [](const GalleryEntry& a, const GalleryEntry& b) {
    if (a.sign != b.sign) return a.sign < b.sign;
    return std::abs(a.answer - a.truth) > std::abs(b.answer - b.truth);
  });
}

}  // namespace

std::vector<GalleryEntry> make_gallery(const EvaluationData& data, const std::vector<PhotoEntry>& photos,
                                       int per_head, Progress& progress) {
  std::map<std::uint32_t, std::vector<Miss>> by_photo;
  for (const auto task : {Task::grade, Task::measurement}) {
    for (const auto* head : data.heads(task)) {
      for (const auto& miss : worst_of(*head, static_cast<std::size_t>(per_head)))
        by_photo[miss.photo].push_back(miss);
    }
  }
  std::unordered_map<std::string, const PhotoEntry*> entries;
  for (const auto& photo : photos) entries.emplace(photo.id, &photo);
  std::vector<GalleryEntry> gallery;
  std::size_t missing = 0;
  for (const auto& [photo, misses] : by_photo) {
    const auto entry = entries.find(data.photos()[photo].id);
    if (entry == entries.end()) {
      ++missing;
      continue;
    }
    try {
      const auto image = Image::read(entry->second->file);
      const auto labels = read_labels(*entry->second);
      for (const auto& miss : misses) add_entry(miss, *entry->second, image, labels, gallery);
    } catch (const InputError&) {
      ++missing;
    }
  }
  if (missing > 0) progress.say("gallery: " + std::to_string(missing) + " photographs cannot be had");
  sort_by_head(gallery);
  return gallery;
}

}  // namespace skingauge::app
