#include "ensemble/staging.hpp"

#include <cstring>
#include <new>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

constexpr std::size_t kTile = 4;  // bytes, for these tests

// Reserves a tile that was expected and writes a value into its pixels.
void put(Staging& staging, std::size_t model, std::uint8_t value) {
  staging.expect(model, 1);
  const auto place = staging.reserve(model, {});
  std::memset(place.pixels, value, kTile);
  Staging::fill(place);
}

TEST(Staging, GivesNothingBeforeThereIsATile) {
  Staging staging(3, kTile, 4, 1);
  EXPECT_FALSE(staging.ready());
  EXPECT_FALSE(staging.take_full());
  EXPECT_FALSE(staging.take_some());
}

TEST(Staging, FullBatchHoldsItsTilesInOrder) {
  Staging staging(2, kTile, 3, 2);
  for (int value = 7; value <= 10; ++value) put(staging, 1, static_cast<std::uint8_t>(value));
  const auto part = staging.take_full();
  ASSERT_TRUE(part);
  EXPECT_EQ(part->batch->model, 1U);
  ASSERT_EQ(part->count, 3U);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(part->batch->pixels[i * kTile], 7 + i);
  EXPECT_FALSE(staging.take_full());
  EXPECT_EQ(staging.take_some()->count, 1U);
}

TEST(Staging, BatchWaitsForThePixelsOfEveryPlace) {
  Staging staging(1, kTile, 2, 1);
  put(staging, 0, 1);
  staging.expect(0, 1);
  const auto place = staging.reserve(0, {});
  EXPECT_FALSE(staging.ready());
  EXPECT_FALSE(staging.take_full());
  Staging::fill(place);
  EXPECT_TRUE(staging.ready());
  EXPECT_EQ(staging.take_full()->count, 2U);
}

TEST(Staging, TakesTheFullestFirst) {
  Staging staging(3, kTile, 9, 1);
  for (const std::size_t model : {0, 1, 1, 1, 2, 2}) put(staging, model, 0);
  for (const std::size_t expected : {3, 2, 1}) EXPECT_EQ(staging.take_some()->count, expected);
  EXPECT_FALSE(staging.ready());
}

TEST(Staging, PrefersWhatCannotGrowButNeverRefuses) {
  Staging staging(2, kTile, 9, 1);
  put(staging, 0, 0);
  for (int i = 0; i < 3; ++i) put(staging, 1, 0);
  staging.expect(1, 1);
  EXPECT_EQ(staging.take_some()->batch->model, 0U);
  EXPECT_EQ(staging.take_some()->batch->model, 1U);
}

TEST(Staging, DealsTheLastTilesAmongTheWorkers) {
  Staging staging(1, kTile, 16, 2);
  for (int i = 0; i < 7; ++i) put(staging, 0, static_cast<std::uint8_t>(i));
  std::vector<std::size_t> counts;
  std::size_t next = 0;
  while (const auto part = staging.take_some()) {
    counts.push_back(part->count);
    EXPECT_EQ(part->first, next);
    EXPECT_EQ(part->batch->pixels[part->first * kTile], next);
    next += part->count;
  }
  EXPECT_EQ(counts, (std::vector<std::size_t>{4, 2, 1}));
}

TEST(Staging, SharesCountTilesThatAreStillToCome) {
  Staging staging(2, kTile, 16, 2);
  for (int i = 0; i < 4; ++i) put(staging, 0, 0);
  staging.expect(1, 10);
  EXPECT_EQ(staging.take_some()->count, 4U);
  for (int i = 0; i < 4; ++i) put(staging, 0, 0);
  staging.expect(1, -10);
  EXPECT_EQ(staging.take_some()->count, 2U);
}

TEST(Staging, PartlyTakenBatchGoesOnFilling) {
  Staging staging(1, kTile, 4, 2);
  for (int i = 0; i < 2; ++i) put(staging, 0, static_cast<std::uint8_t>(i));
  EXPECT_EQ(staging.take_some()->count, 1U);
  for (int i = 2; i < 4; ++i) put(staging, 0, static_cast<std::uint8_t>(i));
  const auto rest = staging.take_full();
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->first, 1U);
  EXPECT_EQ(rest->count, 3U);
  EXPECT_EQ(rest->batch->pixels[3 * kTile], 3);
}

TEST(Staging, TakerChoosesModelsAndCounts) {
  Staging staging(3, kTile, 4, 1);
  for (const std::size_t model : {0, 0, 0, 0, 1, 1, 1, 2}) put(staging, model, 0);
  const Taking taking{[](std::size_t model) { return model != 2; },
                      [](std::size_t, std::size_t tiles) { return tiles > 2 ? 2 : tiles; }};
  std::vector<std::pair<std::size_t, std::size_t>> taken;  // model, count
  while (const auto part = staging.take_full(taking)) taken.emplace_back(part->batch->model, part->count);
  while (const auto part = staging.take_some(taking)) taken.emplace_back(part->batch->model, part->count);
  EXPECT_EQ(taken, (std::vector<std::pair<std::size_t, std::size_t>>{{0, 2}, {0, 2}, {1, 2}, {1, 1}}));
  EXPECT_TRUE(staging.ready());
  EXPECT_EQ(staging.take_some()->batch->model, 2U);
}

TEST(Staging, BatchesLieWhereTheAllocatorSays) {
  std::vector<std::uint8_t> memory(2 * kTile);
  bool lent = false;
  {
    Staging staging(1, kTile, 2, 1, [&](std::size_t bytes) -> PixelMemory {
      EXPECT_EQ(bytes, memory.size());
      if (lent) throw std::bad_alloc();
      lent = true;
      return {memory.data(), [&](std::uint8_t*) { lent = false; }};
    });
    for (int i = 0; i < 2; ++i) put(staging, 0, 7);
    EXPECT_EQ(memory, std::vector<std::uint8_t>(memory.size(), 7));
    EXPECT_THROW(put(staging, 0, 8), std::bad_alloc);
    EXPECT_EQ(staging.take_full()->count, 2U);
    EXPECT_FALSE(lent);  // what was taken is gone
  }
}

TEST(Staging, LimitMakesBatchesSmallerForGood) {
  Staging staging(2, kTile, 8, 1);
  for (int i = 0; i < 3; ++i) put(staging, 0, 0);
  staging.limit(0, 2);
  staging.limit(0, 5);
  put(staging, 0, 0);  // the open batch is over its new size already: it closes with this tile
  EXPECT_EQ(staging.take_full()->count, 4U);
  for (int i = 0; i < 2; ++i) put(staging, 0, 0);
  EXPECT_EQ(staging.take_full()->count, 2U);
  staging.limit(0, 0);
  put(staging, 0, 0);
  EXPECT_EQ(staging.take_full()->count, 1U);
  for (int i = 0; i < 7; ++i) put(staging, 1, 0);
  EXPECT_FALSE(staging.take_full());
}

}  // namespace
}  // namespace skingauge
