#include "app/decode_race.hpp"

#include "skingauge/error.hpp"

#include "app/decode_comparison.hpp"
#include "dataset/drawn_face.hpp"
#include "support/files.hpp"
#include "support/host_gpu_decoder.hpp"
#include "support/temporary_folder.hpp"

#include <array>

#include <gmock/gmock.h>

namespace skingauge::app {
namespace {

using test::HostGpuDecoder;

class DecodeRaceTest : public testing::Test {
 protected:
  // Small photographs, of different sizes, with the boxes of two faceparts.
  DecodePhoto photo(int number) {
    static const Image face = draw_face(3).photo;
    const auto small = thumbnail(face, {0, 0, face.width(), face.height()}, 200 + 10 * number);
    const auto bytes = encode_jpeg(small);
    const auto file = folder_.path() / (std::to_string(number) + ".jpg");
    test::write_bytes(file, bytes);
    const auto in_memory = std::as_bytes(std::span(bytes));
    DecodePhoto made;
    made.request.file = file;
    made.request.regions = {{Facepart::forehead, Box{10, 10, 150, 90}},
                            {Facepart::chin, Box{20, 100, 80, 160}}};
    made.bytes.assign(in_memory.begin(), in_memory.end());
    made.megapixels = 1e-6 * small.width() * small.height();
    return made;
  }
  DecodeRace race(int photos) {
    std::vector<DecodePhoto> made;
    made.reserve(static_cast<std::size_t>(photos));
    for (int i = 0; i < photos; ++i) made.push_back(photo(i));
    return {std::move(made), manifest_};
  }

  test::TemporaryFolder folder_;
  Manifest manifest_{every_facepart()};
  HostGpuDecoder gpu_;  // takes four at a time
};

TEST_F(DecodeRaceTest, ThreadsDecodeEveryPhotograph) {
  for (const auto part : {DecodePart::picture, DecodePart::tiles}) {
    const auto round = race(5).run({2, {}, nullptr}, part, 0);
    EXPECT_GE(round.photos, 5);
    EXPECT_EQ(round.on_gpu, 0);
    EXPECT_TRUE(round.refused.empty());
    EXPECT_GT(round.photos_per_s, 0);
    EXPECT_GT(round.mp_per_s, 0);
    EXPECT_GT(round.core_s_per_photo, 0);
  }
}

TEST_F(DecodeRaceTest, DecoderIsFedBatchesAndWhatItRefusesIsDecodedBesides) {
  for (const auto part : {DecodePart::picture, DecodePart::tiles}) {
    HostGpuDecoder gpu;
    gpu.refusals = {{1, NotForGpu::sampling}, {6, NotForGpu::damaged}};
    const std::array<GpuDecoder*, 1> gpus{&gpu};
    const auto round = race(6).run({0, gpus, nullptr}, part, 0);
    EXPECT_EQ(round.photos, 8);  // two batches; the second starts anew at the end
    EXPECT_EQ(round.on_gpu, 6);
    EXPECT_THAT(round.refused, testing::ElementsAre(testing::Pair(NotForGpu::sampling, 1),
                                                    testing::Pair(NotForGpu::damaged, 1)));
    EXPECT_THAT(gpu.calls, testing::ElementsAre(4, 4));
  }
}

TEST_F(DecodeRaceTest, ThreadsAndDecodersTakeFromOneQueue) {
  HostGpuDecoder other;
  const std::array<GpuDecoder*, 2> gpus{&gpu_, &other};
  const auto round = race(9).run({2, gpus, nullptr}, DecodePart::tiles, 0);
  std::int64_t fed = 0;
  for (const auto count : gpu_.calls) fed += static_cast<std::int64_t>(count);
  for (const auto count : other.calls) fed += static_cast<std::int64_t>(count);
  EXPECT_EQ(round.on_gpu, fed);
  EXPECT_GE(round.photos, 9);
}

TEST_F(DecodeRaceTest, PhotographThatCannotBeUsedEndsTheRace) {
  auto made = photo(0);
  made.request.file = folder_.path() / "none.jpg";
  const DecodeRace race({made}, manifest_);
  EXPECT_THROW(race.run({1, {}, nullptr}, DecodePart::tiles, 0), InputError);
}

TEST_F(DecodeRaceTest, ComparisonOfEqualDecodersFindsNoDifference) {
  const auto found = compare_decoders(race(3), gpu_, nullptr);
  EXPECT_EQ(found.photos, 3);
  EXPECT_TRUE(found.refused.empty());
  EXPECT_GT(found.pictures.bytes(), 3 * 200 * 100 * 3);
  EXPECT_EQ(found.pictures.equal_share(), 1);
  const auto tile = static_cast<std::int64_t>(tile_bytes(manifest_.preprocess));
  EXPECT_EQ(found.tiles.bytes(), 6 * tile);
  EXPECT_EQ(found.tiles.equal_share(), 1);
}

TEST_F(DecodeRaceTest, ComparisonSeesADecodersError) {
  gpu_.error = 2;
  gpu_.refusals = {{0, NotForGpu::damaged}};
  const auto found = compare_decoders(race(3), gpu_, nullptr);
  EXPECT_EQ(found.photos, 2);
  EXPECT_THAT(found.refused, testing::ElementsAre(testing::Pair(NotForGpu::damaged, 1)));
  EXPECT_NEAR(found.pictures.equal_share(), 2.0 / 3, 1e-9);  // one byte of three
  EXPECT_EQ(found.pictures.count(2) + found.pictures.count(254), found.pictures.bytes() / 3);
  EXPECT_LT(found.tiles.equal_share(), 1);
  EXPECT_GT(found.tiles.equal_share(), 0.6);
}

}  // namespace
}  // namespace skingauge::app
