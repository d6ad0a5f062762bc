#include "runtime/cut_index.hpp"

#include "runtime/cut_plan.hpp"
#include "support/cut_cases.hpp"

#include <stdexcept>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::CutCase;

// The whole kernel on the CPU: every pixel of every tile of the batch, in its place.
void run_kernel(const CutBatch& batch, int side) {
  for (const auto& tile : batch.tiles) {
    auto* out = tile.out;
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        for (const auto byte : cut_pixel(tile, batch.taps.data(), x, y).channels) *out++ = byte;
      }
    }
  }
}

void expect_same_tiles(const CutCase& c, const std::vector<std::uint8_t>& found) {
  const auto expected = test::tiles_of(c);
  ASSERT_EQ(found.size(), expected.size());
  const auto wrong = std::mismatch(found.begin(), found.end(), expected.begin()).first - found.begin();
  EXPECT_EQ(wrong, static_cast<std::ptrdiff_t>(found.size())) << "first wrong byte of " << to_string(c);
}

std::vector<std::uint8_t> cut(const CutCase& c, const CutCrop& crop, std::vector<std::uint8_t>& tiles) {
  CutBatch batch;
  add_crop(batch, crop, c.preprocess.size);
  EXPECT_EQ(static_cast<int>(batch.tiles.size()), c.plan.count());
  run_kernel(batch, c.preprocess.size);
  return tiles;
}

void expect_image_layers_tiles(const CutCase& c) {
  constexpr std::uint8_t kDirt = 0xA5;  // what is not painted shows
  std::vector<std::uint8_t> tiles(c.bytes(), kDirt);
  expect_same_tiles(c, cut(c, test::crop_of(c, c.picture.pixels().data(), tiles.data()), tiles));
}

class CutIndexOfSize : public ::testing::TestWithParam<int> {};

TEST_P(CutIndexOfSize, RandomBoxesHaveTheImageLayersBytes) {
  test::CutCaseMaker maker(GetParam());
  int layouts[3]{};
  for (int i = 0; i < 700; ++i) {
    const auto c = maker.make();
    ++layouts[static_cast<int>(c.plan.layout)];
    expect_image_layers_tiles(c);
    if (HasFailure()) return;
  }
  EXPECT_THAT(layouts, ::testing::Each(::testing::Gt(100))) << "every layout was among them";
}

// Half, same, double and other exact factors; both sides of the threshold of thin crops; one pixel.
TEST_P(CutIndexOfSize, SpecialSizesHaveTheImageLayersBytes) {
  Preprocess p;
  p.size = GetParam();
  p.min_box_side = 1;
  const int half = p.size / 2;
  for (const int length : {half, p.size, 2 * p.size, 3 * p.size, 4 * p.size, 5 * p.size + 1}) {
    const int threshold = length / 2;
    for (const int other : {threshold - 1, threshold, threshold + 1, length / 4, length, length - 1}) {
      for (const auto facepart : {Facepart::chin, Facepart::face}) {
        expect_image_layers_tiles(test::sized_case(length, other, p, facepart));
        expect_image_layers_tiles(test::sized_case(other, length, p, facepart));
      }
    }
  }
  for (const auto& [w, h] : {std::pair{50, 50}, {1, 1}, {1, 2}, {2, 1}, {3, 2}, {p.size, 1}, {1, p.size}}) {
    expect_image_layers_tiles(test::sized_case(w, h, p, Facepart::lips));
  }
}

INSTANTIATE_TEST_SUITE_P(Sizes, CutIndexOfSize, ::testing::Values(128, 64, 98, 224));

TEST(CutIndex, BoxesShareABatch) {
  test::CutCaseMaker maker(64);
  std::vector<CutCase> cases(12);
  std::vector<std::vector<std::uint8_t>> tiles;
  CutBatch batch;
  for (auto& c : cases) {
    c = maker.make();
    tiles.emplace_back(c.bytes());
    add_crop(batch, test::crop_of(c, c.picture.pixels().data(), tiles.back().data()), 64);
  }
  run_kernel(batch, 64);
  for (std::size_t i = 0; i < cases.size(); ++i) expect_same_tiles(cases[i], tiles[i]);
}

TEST(CutIndex, TurnedPictureIsReadUpright) {
  test::CutCaseMaker maker(64);
  for (int i = 0; i < 40; ++i) {
    const auto c = maker.make();
    const auto upright = c.picture.pixels();
    // Turned by 90 degrees: its pixel (y, width - 1 - x) is the upright one's (x, y).
    const std::ptrdiff_t width = c.picture.width();
    const std::ptrdiff_t height = c.picture.height();
    std::vector<std::uint8_t> turned(upright.size());
    for (std::ptrdiff_t y = 0; y < height; ++y) {
      for (std::ptrdiff_t x = 0; x < width; ++x) {
        std::copy_n(upright.data() + 3 * (y * width + x), 3,
                    turned.data() + 3 * ((width - 1 - x) * height + y));
      }
    }
    std::vector<std::uint8_t> tiles(c.bytes());
    auto crop = test::crop_of(c, upright.data(), tiles.data());
    crop.column_step = -3 * height;
    crop.row_step = 3;
    crop.pixels = turned.data() + 3 * ((width - 1 - c.box.x1) * height + c.box.y1);
    expect_same_tiles(c, cut(c, crop, tiles));
    if (HasFailure()) return;
  }
}

TEST(AddCrop, RefusesSizesThatNoPlanHas) {
  const auto refused = [](const CutCrop& crop, int side) {
    CutBatch batch;
    EXPECT_THROW(add_crop(batch, crop, side), std::invalid_argument);
    EXPECT_TRUE(batch.tiles.empty() && batch.taps.empty());
  };
  CutCrop crop;
  crop.width = crop.height = 100;
  crop.scaled_width = 128;
  crop.scaled_height = 64;
  CutBatch batch;
  add_crop(batch, crop, 128);
  EXPECT_EQ(batch.tiles.size(), 1U);
  refused(crop, 127);
  crop.layout = CutLayout::stacked;
  refused(crop, 128);
  crop.layout = CutLayout::side_by_side;
  add_crop(batch, crop, 128);
  EXPECT_EQ(batch.tiles.size(), 3U);
  crop.scaled_height = 65;
  refused(crop, 128);
  crop.scaled_height = 0;
  refused(crop, 128);
  crop.scaled_height = 64;
  crop.width = 0;
  refused(crop, 128);
}

}  // namespace
}  // namespace skingauge
