// Crops of every kind, and what the image layer cuts of them: what the index function and the kernel are held
// against.
#pragma once

#include "skingauge/tiles.hpp"

#include "runtime/cut_plan.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace skingauge::test {

struct CutCase {
  Image picture;
  Box box;
  Facepart facepart{};
  Preprocess preprocess;
  TilePlan plan;

  [[nodiscard]] std::size_t bytes() const {
    return tile_bytes(preprocess) * static_cast<std::size_t>(plan.count());
  }
};

inline std::string to_string(const CutCase& c) {
  return "box " + skingauge::to_string(c.box) + " of " + std::to_string(c.picture.width()) + " x " +
         std::to_string(c.picture.height()) + ", facepart " + std::to_string(number(c.facepart)) + ", size " +
         std::to_string(c.preprocess.size) + (c.preprocess.mirror_right ? ", right mirrored" : "") +
         (c.preprocess.second_tile == SecondTile::mirrored ? ", second mirrored" : "");
}

/// Noise: no two neighbours agree, so that every wrong tap shows.
inline Image noise(int width, int height, unsigned seed) {
  const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3U;
  auto pixels = std::make_shared<std::uint8_t[]>(size);
  std::mt19937 random(seed);
  std::generate_n(pixels.get(), size, [&] { return static_cast<std::uint8_t>(random() >> 24U); });
  return {width, height, std::move(pixels)};
}

/// Empty where scaling leaves nothing of the box.
inline std::optional<CutCase> planned(Image picture, const Box& box, Facepart facepart,
                                      const Preprocess& preprocess) {
  const auto answer = plan_tiles(box, facepart, preprocess, picture.width(), picture.height());
  const auto* plan = std::get_if<TilePlan>(&answer);
  if (plan == nullptr) return std::nullopt;
  return CutCase{std::move(picture), box, facepart, preprocess, *plan};
}

/// A box of this size in the middle of a picture that is a pixel larger on each side.
inline CutCase sized_case(int width, int height, const Preprocess& preprocess, Facepart facepart) {
  return *planned(noise(width + 2, height + 2, 77), {1, 1, width + 1, height + 1}, facepart, preprocess);
}

/// Draws boxes anywhere in pictures of several sizes, and ways to cut them; the same ones for a tile size.
class CutCaseMaker {
 public:
  explicit CutCaseMaker(int size) : size_(size) {
    const std::pair<int, int> sizes[]{{50, 50}, {333, 1000}, {1201, 907}, {700, 130}};
    for (const auto& [width, height] : sizes) {
      pictures_.push_back(noise(width, height, static_cast<unsigned>(width)));
    }
  }

  CutCase make() {
    for (;;) {
      const auto& picture = pictures_[static_cast<std::size_t>(between(0, 3))];
      const auto facepart = faceparts()[static_cast<std::size_t>(between(0, 8))].facepart;
      const auto box = random_box(picture.width(), picture.height());
      if (auto made = planned(picture, box, facepart, random_preprocess())) return *std::move(made);
    }
  }

 private:
  int between(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }

  // The whole picture, wide, tall, at the lower right border, or any.
  Box random_box(int width, int height) {
    const int kind = between(0, 5);
    if (kind == 0) return {0, 0, width, height};
    const int w = between(1, kind == 1 ? std::min(90, width) : width);
    const int h = between(1, kind == 2 ? std::min(90, height) : height);
    const int x = kind == 3 ? width - w : between(0, width - w);
    const int y = kind == 3 ? height - h : between(0, height - h);
    return {x, y, x + w, y + h};
  }

  Preprocess random_preprocess() {
    Preprocess p;
    p.size = size_;
    p.min_box_side = 1;
    p.thin = between(0, 4) == 0 ? ThinCrops::single : ThinCrops::double_and_sum;
    p.second_tile = between(0, 1) == 0 ? SecondTile::as_is : SecondTile::mirrored;
    p.mirror_right = between(0, 1) == 0;
    return p;
  }

  int size_;
  std::vector<Image> pictures_;
  std::mt19937 random_{20230401};
};

/// The crop of a case whose picture's first pixel lies at `picture`, cut to one or two tiles at `tiles`.
inline CutCrop crop_of(const CutCase& c, const std::uint8_t* picture, std::uint8_t* tiles) {
  CutCrop crop;
  crop.row_step = std::ptrdiff_t{3} * c.picture.width();
  crop.pixels = picture + c.box.y1 * crop.row_step + c.box.x1 * crop.column_step;
  crop.width = c.box.width();
  crop.height = c.box.height();
  crop.scaled_width = c.plan.scaled_width;
  crop.scaled_height = c.plan.scaled_height;
  crop.layout = static_cast<CutLayout>(c.plan.layout);
  crop.mirrored = c.preprocess.mirror_right && info(c.facepart).side == Side::right;
  crop.second_mirrored = c.preprocess.second_tile == SecondTile::mirrored;
  crop.tiles[0] = tiles;
  crop.tiles[1] = tiles + tile_bytes(c.preprocess);
  return crop;
}

/// What the image layer cuts.
inline std::vector<std::uint8_t> tiles_of(const CutCase& c) {
  std::vector<std::uint8_t> tiles(c.bytes());
  cut_tiles(c.picture, c.box, c.facepart, c.preprocess, c.plan, tiles);
  return tiles;
}

}  // namespace skingauge::test
