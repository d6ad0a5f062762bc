#include "skingauge/tiles.hpp"

#include "image/pictures.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace skingauge {
namespace {

using test::to_image;
using ::testing::HasSubstr;
using Tiles = std::vector<cv::Mat>;

// ---- The reference: the protocol's section 3, step by step, with whole copies
// ---------------------------------

cv::Mat scaled(const cv::Mat& picture, int width, int height) {
  cv::Mat result;
  cv::resize(picture, result, {width, height}, 0, 0, cv::INTER_LINEAR);
  return result;
}

cv::Mat pasted(const cv::Mat& picture, int width, int height) {
  cv::Mat canvas = cv::Mat::zeros(height, width, CV_8UC3);
  picture.copyTo(canvas(cv::Rect{0, 0, picture.cols, picture.rows}));
  return canvas;
}

// Along the axis: 0 top to bottom, 1 left to right.
cv::Mat mirrored(const cv::Mat& picture, int axis) {
  cv::Mat result;
  cv::flip(picture, result, axis);
  return result;
}

// The canvas that one tile is, or two tiles are cut from.
cv::Mat reference_canvas(const cv::Mat& crop, Facepart facepart, const Preprocess& p) {
  if (facepart == Facepart::face) return scaled(crop, p.size, p.size);
  const double r = static_cast<double>(std::max(crop.cols, crop.rows)) / p.size;
  const auto small = scaled(crop, static_cast<int>(crop.cols / r), static_cast<int>(crop.rows / r));
  const bool thin = p.thin == ThinCrops::double_and_sum;
  const auto twice = [&] { return scaled(small, 2 * small.cols, 2 * small.rows); };
  if (thin && small.rows < p.size / 2) return pasted(twice(), 2 * p.size, p.size);
  if (thin && small.cols < p.size / 2) return pasted(twice(), p.size, 2 * p.size);
  return pasted(small, p.size, p.size);
}

Tiles reference_tiles(const cv::Mat& photo, const Box& box, Facepart facepart, const Preprocess& p) {
  const cv::Mat crop = photo(cv::Rect{box.x1, box.y1, box.width(), box.height()}).clone();
  auto canvas = reference_canvas(crop, facepart, p);
  const bool right = facepart == Facepart::right_eye_corner || facepart == Facepart::right_cheek;
  if (p.mirror_right && right) canvas = mirrored(canvas, 1);  // black margin included
  if (canvas.cols == canvas.rows) return {canvas};
  const bool wide = canvas.cols > canvas.rows;
  const cv::Mat first = canvas(cv::Rect{0, 0, p.size, p.size}).clone();
  const cv::Mat second = canvas(cv::Rect{wide ? p.size : 0, wide ? 0 : p.size, p.size, p.size}).clone();
  return {first, p.second_tile == SecondTile::mirrored ? mirrored(second, wide ? 1 : 0) : second};
}

// ---- Comparing
// ------------------------------------------------------------------------------------------------

// Cuts through plan_tiles and cut_tiles; fails unless the bytes are the reference's. Answers how many tiles.
int expect_reference(const cv::Mat& photo, const Box& box, Facepart facepart, const Preprocess& p) {
  SCOPED_TRACE(to_string(box) + " facepart " + std::to_string(number(facepart)) + " size " +
               std::to_string(p.size));
  const auto planned = plan_tiles(box, facepart, p, photo.cols, photo.rows);
  const auto* plan = std::get_if<TilePlan>(&planned);
  if (plan == nullptr) {
    ADD_FAILURE() << "skipped: " << std::get<Skipped>(planned).detail;
    return 0;
  }
  const auto expected = reference_tiles(photo, box, facepart, p);
  EXPECT_EQ(plan->count(), static_cast<int>(expected.size()));
  if (plan->count() != static_cast<int>(expected.size())) return 0;
  constexpr std::uint8_t kDirt = 0xA5;  // what is not painted shows
  std::vector<std::uint8_t> out(tile_bytes(p) * expected.size(), kDirt);
  cut_tiles(to_image(photo), box, facepart, p, *plan, out);
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto* tile = out.data() + i * tile_bytes(p);
    const auto* wrong = std::mismatch(tile, tile + tile_bytes(p), expected[i].data).first;
    EXPECT_EQ(wrong - tile, static_cast<std::ptrdiff_t>(tile_bytes(p))) << "first wrong byte of tile " << i;
  }
  return plan->count();
}

// Boxes of every kind in a photograph of this size, at least `least` pixels a side.
class BoxMaker {
 public:
  BoxMaker(int width, int height, int least) : width_(width), height_(height), least_(least) {}

  Box make(int kind) {
    switch (kind % 7) {
      case 0:  // wide
        return place(between(200, width_), between(least_, 90));
      case 1:  // tall
        return place(between(least_, 90), between(200, height_));
      case 2:  // thin
        return place(between(least_, least_ + 2), between(150, height_));
      case 3:  // tiny
        return place(between(least_, least_ + 14), between(least_, least_ + 14));
      case 4:  // the whole photograph
        return {0, 0, width_, height_};
      case 5: {  // at the lower right border
        const auto box = place(between(least_, width_), between(least_, height_));
        return {width_ - box.width(), height_ - box.height(), width_, height_};
      }
      default:
        return place(between(least_, width_), between(least_, height_));
    }
  }

 private:
  int between(int low, int high) {
    return low + static_cast<int>(random_() % static_cast<unsigned>(high - low + 1));
  }
  Box place(int width, int height) {
    const int x = between(0, width_ - width);
    const int y = between(0, height_ - height);
    return {x, y, x + width, y + height};
  }

  int width_;
  int height_;
  int least_;
  std::mt19937 random_{523};
};

struct Variant {
  const char* name;
  Preprocess preprocess;
};

class TilesAsReference : public testing::TestWithParam<Variant> {};

TEST_P(TilesAsReference, ForBoxesOfEveryKind) {
  const auto photo = test::scene(640, 480, 3);
  const auto& p = GetParam().preprocess;
  BoxMaker boxes(photo.cols, photo.rows, p.min_box_side);
  std::array<int, 3> seen{};
  for (int i = 0; i < 140; ++i) {
    const auto box = boxes.make(i);
    const auto facepart = *facepart_from_number(i % 9);
    ++seen[static_cast<std::size_t>(expect_reference(photo, box, facepart, p))];
    if (HasFailure()) return;
  }
  EXPECT_GT(seen[1], 20);
  EXPECT_EQ(seen[2] > 20, p.thin == ThinCrops::double_and_sum);
}

INSTANTIATE_TEST_SUITE_P(
    Tiles, TilesAsReference,
    testing::Values(Variant{"published", {}}, Variant{"smallest_boxes", {.min_box_side = 5}},
                    Variant{"size64", {.size = 64, .min_box_side = 12}},
                    Variant{"size224", {.size = 224}},  //
                    Variant{"size100", {.size = 100, .min_box_side = 20}},
                    Variant{"thin_single", {.thin = ThinCrops::single, .min_box_side = 8}},
                    Variant{"second_tile_mirrored", {.second_tile = SecondTile::mirrored, .min_box_side = 8}},
                    Variant{"mirror_right", {.mirror_right = true, .min_box_side = 8}},
                    Variant{"all_mirrored",
                            {.second_tile = SecondTile::mirrored, .mirror_right = true, .min_box_side = 8}}),
    [](const auto& variant) { return std::string(variant.param.name); });

TEST(CutTiles, TouchesNoPixelOutsideTheBox) {
  const Box box{40, 30, 140, 100};
  auto photo = test::scene(200, 150);
  auto other = photo.clone();
  other.setTo(cv::Scalar(1, 2, 3));
  photo(cv::Rect{40, 30, 100, 70}).copyTo(other(cv::Rect{40, 30, 100, 70}));
  const Preprocess p;
  const auto plan = std::get<TilePlan>(plan_tiles(box, Facepart::chin, p, 200, 150));
  std::vector<std::uint8_t> a(tile_bytes(p));
  std::vector<std::uint8_t> b(tile_bytes(p));
  cut_tiles(to_image(photo), box, Facepart::chin, p, plan, a);
  cut_tiles(to_image(other), box, Facepart::chin, p, plan, b);
  EXPECT_EQ(a, b);
}

TEST(CutTiles, RefusesRoomOfAnotherSize) {
  const Preprocess p;
  const auto photo = to_image(test::scene(200, 150));
  const Box box{0, 0, 200, 60};
  const auto plan = std::get<TilePlan>(plan_tiles(box, Facepart::forehead, p, 200, 150));
  ASSERT_EQ(plan.count(), 2);
  for (const std::size_t size : {std::size_t{0}, tile_bytes(p), 2 * tile_bytes(p) - 1, 3 * tile_bytes(p)}) {
    std::vector<std::uint8_t> out(size);
    EXPECT_THROW(cut_tiles(photo, box, Facepart::forehead, p, plan, out), std::invalid_argument) << size;
  }
}

// ---- Plans ------------------------------------------------------------------------------------------------

TEST(PlanTiles, ScalesTheLongerSideToTheTile) {
  struct Case {
    int width;
    int height;
    int scaled_width;
    int scaled_height;
    TileLayout layout;
  };
  // By hand: longer side -> 128, the other truncated; under 64 it becomes two tiles.
  constexpr std::array kCases{
      Case{256, 256, 128, 128, TileLayout::single},     Case{200, 100, 128, 64, TileLayout::single},
      Case{200, 99, 128, 63, TileLayout::side_by_side}, Case{100, 200, 64, 128, TileLayout::single},
      Case{99, 200, 63, 128, TileLayout::stacked},      Case{912, 689, 128, 96, TileLayout::single},
      Case{1000, 50, 128, 6, TileLayout::side_by_side}, Case{50, 50, 128, 128, TileLayout::single},
      Case{51, 50, 128, 125, TileLayout::single}};
  for (const auto& c : kCases) {
    SCOPED_TRACE(std::to_string(c.width) + " x " + std::to_string(c.height));
    const auto plan = std::get<TilePlan>(
        plan_tiles({7, 9, 7 + c.width, 9 + c.height}, Facepart::left_cheek, {}, 2000, 2000));
    EXPECT_EQ(plan.scaled_width, c.scaled_width);
    EXPECT_EQ(plan.scaled_height, c.scaled_height);
    EXPECT_EQ(plan.layout, c.layout);
    EXPECT_EQ(plan.count(), c.layout == TileLayout::single ? 1 : 2);
  }
}

TEST(PlanTiles, StretchesTheWholeFaceToOneTile) {
  for (const auto& box : {Box{0, 0, 1000, 60}, Box{0, 0, 60, 1000}, Box{0, 0, 500, 500}}) {
    const auto plan = std::get<TilePlan>(plan_tiles(box, Facepart::face, {}, 1000, 1000));
    EXPECT_EQ(plan.scaled_width, 128);
    EXPECT_EQ(plan.scaled_height, 128);
    EXPECT_EQ(plan.count(), 1);
  }
}

TEST(PlanTiles, KeepsThinCropsSingleWhereAsked) {
  const auto plan = std::get<TilePlan>(
      plan_tiles({0, 0, 1000, 60}, Facepart::forehead, {.thin = ThinCrops::single}, 1000, 1000));
  EXPECT_EQ(plan.count(), 1);
  EXPECT_EQ(plan.scaled_height, 7);
}

struct SkipCase {
  const char* name;
  Box box;
  std::optional<SkipReason> reason;  // in a photograph of 1000 x 800, at least 50 px a side
};

class PlanTilesSkips : public testing::TestWithParam<SkipCase> {};

TEST_P(PlanTilesSkips, WithReason) {
  for (const auto& row : faceparts()) {
    SCOPED_TRACE(row.name);
    const auto planned = plan_tiles(GetParam().box, row.facepart, {}, 1000, 800);
    const auto* skipped = std::get_if<Skipped>(&planned);
    ASSERT_EQ(skipped != nullptr, GetParam().reason.has_value());
    if (skipped == nullptr) continue;
    EXPECT_EQ(to_string(skipped->reason), to_string(*GetParam().reason));
    EXPECT_FALSE(skipped->detail.empty());
  }
}

constexpr auto kSmall = SkipReason::box_too_small;
constexpr auto kOutside = SkipReason::box_outside;
INSTANTIATE_TEST_SUITE_P(Tiles, PlanTilesSkips,
                         testing::Values(SkipCase{"at_the_limit", {10, 10, 60, 60}, {}},
                                         SkipCase{"too_narrow", {10, 10, 59, 200}, kSmall},
                                         SkipCase{"too_low", {10, 10, 200, 59}, kSmall},  //
                                         SkipCase{"one_pixel", {10, 10, 11, 11}, kSmall},
                                         SkipCase{"no_width", {10, 10, 10, 200}, kSmall},
                                         SkipCase{"no_height", {10, 10, 200, 10}, kSmall},
                                         SkipCase{"whole_photograph", {0, 0, 1000, 800}, {}},
                                         SkipCase{"left_outside", {-1, 10, 200, 200}, kOutside},
                                         SkipCase{"above", {10, -1, 200, 200}, kOutside},
                                         SkipCase{"right_outside", {900, 10, 1001, 200}, kOutside},
                                         SkipCase{"below", {10, 700, 200, 801}, kOutside},
                                         SkipCase{"far_away", {5000, 5000, 5100, 5100}, kOutside},
                                         SkipCase{"empty_and_far_away", {5000, 5000, 5000, 5000}, kSmall}),
                         [](const auto& skip) { return std::string(skip.param.name); });

TEST(PlanTiles, SaysWhatItFoundAndWhatItNeeds) {
  const auto small = std::get<Skipped>(plan_tiles({10, 20, 59, 90}, Facepart::chin, {}, 1000, 800));
  EXPECT_THAT(small.detail, HasSubstr("49 x 70"));
  EXPECT_THAT(small.detail, HasSubstr("50"));
  const auto outside = std::get<Skipped>(plan_tiles({10, 20, 1070, 90}, Facepart::chin, {}, 1000, 800));
  EXPECT_THAT(outside.detail, HasSubstr("[10, 20, 1070, 90]"));
  EXPECT_THAT(outside.detail, HasSubstr("1000 x 800"));
}

TEST(PlanTiles, LeavesOutABoxThatVanishesInScaling) {
  const Preprocess p{.min_box_side = 1};
  const auto planned = [&](const Box& box) { return plan_tiles(box, Facepart::lips, p, 3000, 3000); };
  EXPECT_TRUE(std::holds_alternative<TilePlan>(planned({0, 0, 256, 2})));
  EXPECT_TRUE(std::holds_alternative<TilePlan>(planned({0, 0, 1, 128})));
  EXPECT_EQ(std::get<Skipped>(planned({0, 0, 258, 2})).reason, SkipReason::box_too_small);
  EXPECT_EQ(std::get<Skipped>(planned({0, 0, 1, 129})).reason, SkipReason::box_too_small);
  const auto face = plan_tiles({0, 0, 1, 129}, Facepart::face, p, 3000, 3000);
  EXPECT_TRUE(std::holds_alternative<TilePlan>(face)) << "the whole face is stretched";
  EXPECT_EQ(expect_reference(test::scene(300, 20), {0, 0, 256, 2}, Facepart::lips, p), 2);
}

}  // namespace
}  // namespace skingauge
