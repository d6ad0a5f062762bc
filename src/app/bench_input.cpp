#include "app/bench_input.hpp"

#include "skingauge/error.hpp"
#include "skingauge/tiles.hpp"

#include "app/regions.hpp"
#include "dataset/drawn_face.hpp"

#include <algorithm>
#include <fstream>
#include <variant>

namespace skingauge::app {

std::vector<std::uint8_t> picture_tiles(const Preprocess& preprocess, std::size_t count) {
  const auto face = draw_face(kDrawnSeed);
  std::vector<std::uint8_t> cut;
  for (const auto& [facepart, box, swapped] : face.boxes) {
    const auto planned = plan_tiles(*box, facepart, preprocess, face.photo.width(), face.photo.height());
    const auto* plan = std::get_if<TilePlan>(&planned);
    if (plan == nullptr) continue;
    const auto at = cut.size();
    cut.resize(at + static_cast<std::size_t>(plan->count()) * tile_bytes(preprocess));
    cut_tiles(face.photo, *box, facepart, preprocess, *plan, std::span(cut).subspan(at));
  }
  std::vector<std::uint8_t> tiles(count * tile_bytes(preprocess));
  for (std::size_t i = 0; i < tiles.size(); ++i) tiles[i] = cut[i % cut.size()];
  return tiles;
}

std::vector<Request> read_requests(const std::filesystem::path& root, int photos) {
  const auto dataset = list_dataset(root);
  const auto count = std::min(dataset.photos.size(), static_cast<std::size_t>(photos));
  std::vector<Request> requests;
  requests.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    requests.push_back(request_of(dataset.photos[i], read_labels(dataset.photos[i])));
  }
  return requests;
}

void warm_file_cache(const std::vector<Request>& requests) {
  std::vector<char> block(1U << 20U);
  for (const auto& request : requests) {
    std::ifstream file(request.file, std::ios::binary);
    while (file.read(block.data(), static_cast<std::streamsize>(block.size()))) {
    }
  }
}

}  // namespace skingauge::app
