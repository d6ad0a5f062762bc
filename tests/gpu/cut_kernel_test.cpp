#include "runtime/cut_kernel.hpp"

#include "gpu/device_array.hpp"
#include "support/cut_cases.hpp"

#include <list>

namespace skingauge {
namespace {

using test::CutCase;
using test::DeviceArray;

struct Places {
  const CutCase* of;
  DeviceArray<std::uint8_t> picture;
  DeviceArray<std::uint8_t> tiles;
};

Places on_device(const CutCase& c) {
  const auto pixels = c.picture.pixels();
  return {&c, DeviceArray(std::vector<std::uint8_t>(pixels.begin(), pixels.end())),
          DeviceArray(std::vector<std::uint8_t>(c.bytes(), 0xA5))};  // what is not painted shows
}

void expect_image_layers_tiles(const std::vector<CutCase>& cases, int side) {
  std::list<Places> places;
  CutBatch batch;
  for (const auto& c : cases) {
    const auto& place = places.emplace_back(on_device(c));
    add_crop(batch, test::crop_of(c, place.picture.get(), place.tiles.get()), side);
  }
  const DeviceArray tiles(batch.tiles);
  const DeviceArray taps(batch.taps);
  ASSERT_EQ(launch_cut_tiles(tiles.get(), batch.tiles.size(), taps.get(), side, nullptr), cudaSuccess);
  for (const auto& place : places)
    EXPECT_EQ(place.tiles.read(), test::tiles_of(*place.of)) << to_string(*place.of);
}

TEST(CutKernel, BatchHasTheImageLayersBytes) {
  SKINGAUGE_NEED_GPU();
  for (const int side : {128, 98}) {
    test::CutCaseMaker maker(side);
    std::vector<CutCase> cases(200);
    std::generate(cases.begin(), cases.end(), [&] { return maker.make(); });
    expect_image_layers_tiles(cases, side);
  }
}

TEST(CutKernel, NothingIsQueuedForNoTiles) {
  SKINGAUGE_NEED_GPU();
  EXPECT_EQ(launch_cut_tiles(nullptr, 0, nullptr, 128, nullptr), cudaSuccess);
}

// One more tile than a grid has layers: 1 x 1 pixel each.
TEST(CutKernel, MoreTilesThanAGridHasLayersAreCut) {
  SKINGAUGE_NEED_GPU();
  const std::size_t count = 65535 + 3;
  std::vector<std::uint8_t> pixels(count * 3);
  for (std::size_t i = 0; i < pixels.size(); ++i) pixels[i] = static_cast<std::uint8_t>(i * 37);
  const DeviceArray picture(pixels);
  const DeviceArray<std::uint8_t> out(pixels.size());
  CutBatch batch;
  CutCrop crop;
  crop.width = crop.height = crop.scaled_width = crop.scaled_height = 1;
  for (std::size_t i = 0; i < count; ++i) {
    crop.pixels = picture.get() + i * 3;
    crop.tiles[0] = out.get() + i * 3;
    add_crop(batch, crop, 1);
  }
  const DeviceArray tiles(batch.tiles);
  const DeviceArray taps(batch.taps);
  ASSERT_EQ(launch_cut_tiles(tiles.get(), count, taps.get(), 1, nullptr), cudaSuccess);
  EXPECT_EQ(out.read(), pixels);
}

}  // namespace
}  // namespace skingauge
