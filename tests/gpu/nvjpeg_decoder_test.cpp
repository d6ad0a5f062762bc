#include "skingauge/error.hpp"
#include "skingauge/image.hpp"

#include "dataset/drawn_face.hpp"
#include "gpu/device_array.hpp"
#include "image/jpeg_decoder.hpp"
#include "runtime/gpu_decoder.hpp"
#include "support/cut_cases.hpp"
#include "support/oriented_jpeg.hpp"

#include <cstdlib>
#include <cstring>
#include <list>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

constexpr int kSide = 128;

// The largest difference of a byte, and the mean one. libjpeg-turbo's own fast transform is up to 4 off on
// drawn faces, 1.1 on average, and its chroma up to 12 where it is not interpolated; a wrong row or channel
// is far off.
constexpr int kLargest = 24;
constexpr double kMean = 1.5;

// One photograph, and room for what the decoder makes of it.
struct Wanted {
  Wanted(const Image& image, int quality) : file(encode_jpeg(image, quality)) { refer(); }
  explicit Wanted(std::string bytes, int width, int height) : file(std::move(bytes)) {
    photo.width = width;
    photo.height = height;
    photo.file = std::as_bytes(std::span(file));
  }

  void refer() {
    const JpegDecoder header(std::as_bytes(std::span(file)), {}, "photo");
    photo.file = std::as_bytes(std::span(file));
    photo.width = header.width();
    photo.height = header.height();
    picture = std::make_shared<std::uint8_t[]>(3 * static_cast<std::size_t>(photo.width) * photo.height);
    photo.picture = picture.get();
  }
  // A tile of a part, cut as the ensemble cuts it.
  void want(const Box& box) {
    const auto planned =
        test::planned(Image(photo.width, photo.height, picture), box, Facepart::left_cheek, {});
    const auto bytes = planned->bytes();
    auto& tile = tiles.emplace_back(bytes, std::uint8_t{0});
    GpuCrop crop;
    crop.x = box.x1;
    crop.y = box.y1;
    crop.width = box.width();
    crop.height = box.height();
    crop.scaled_width = planned->plan.scaled_width;
    crop.scaled_height = planned->plan.scaled_height;
    crop.layout = static_cast<CutLayout>(planned->plan.layout);
    crop.tiles[0] = tile.data();
    crop.tiles[1] = tile.data() + tile_bytes({});
    photo.crops.push_back(crop);
    boxes.push_back(box);
  }

  std::string file;
  GpuPhoto photo;
  std::shared_ptr<std::uint8_t[]> picture;
  std::list<std::vector<std::uint8_t>> tiles;
  std::vector<Box> boxes;
};

void expect_near_libjpegs(const Wanted& found) {
  JpegDecoder decoder(found.photo.file, {}, "photo");
  decoder.begin({0, 0, decoder.width(), decoder.height()});
  decoder.decode_to(decoder.height());
  const auto expected = decoder.pixels().pixels();
  int largest = 0;
  double sum = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const int difference = std::abs(int{expected[i]} - int{found.picture.get()[i]});
    largest = std::max(largest, difference);
    sum += difference;
  }
  EXPECT_LE(largest, kLargest);
  EXPECT_LE(sum / static_cast<double>(expected.size()), kMean);
}

// Exactly what cut_tiles makes of the picture that was decoded.
void expect_tiles_of_picture(const Wanted& found) {
  const Image picture(found.photo.width, found.photo.height, found.picture);
  auto tile = found.tiles.begin();
  for (const auto& box : found.boxes) {
    EXPECT_EQ(*tile++, test::tiles_of(*test::planned(picture, box, Facepart::left_cheek, {})))
        << to_string(box);
  }
}

class NvjpegDecoderTest : public testing::TestWithParam<GpuDecoding> {
 protected:
  // Null, and the test is skipped, where the device does not decode in this way.
  std::unique_ptr<GpuDecoder> decoder(GpuDecoderOptions options = {}) {
    options.decoding = GetParam();
    try {
      return make_nvjpeg_decoder(0, options);
    } catch (const DeviceError& e) {
      if (e.code() != ErrorCode::device_unavailable) throw;
      reason_ = e.what();
      return nullptr;
    }
  }
  static const Image& face() {
    static const Image drawn = draw_face(5).photo;
    return drawn;
  }
  static Image face(int side) { return thumbnail(face(), {0, 0, face().width(), face().height()}, side); }

  std::string reason_;
};

#define SKINGAUGE_NEED_DECODER(decoder) \
  SKINGAUGE_NEED_GPU();                 \
  if (!(decoder)) GTEST_SKIP() << reason_

TEST_P(NvjpegDecoderTest, PicturesAreNearLibjpegsAndTilesAreCutOfThem) {
  GpuDecoderOptions options;
  options.batch = 2;  // five photographs are three batches
  const auto gpu = decoder(options);
  SKINGAUGE_NEED_DECODER(gpu);
  std::list<Wanted> wanted;
  std::vector<GpuPhoto> photos;
  for (const int side : {3000, 640, 641, 1237, 333}) {
    auto& one = wanted.emplace_back(face(side), 92);
    one.want({0, 0, one.photo.width, one.photo.height});
    one.want({one.photo.width / 3, one.photo.height / 2, one.photo.width, one.photo.height / 2 + 90});
    photos.push_back(one.photo);
  }
  for (int repeat = 0; repeat < 2; ++repeat) {  // the second time with everything in place
    for (auto& one : wanted) std::fill_n(one.picture.get(), 64, std::uint8_t{0});
    EXPECT_THAT(gpu->decode(photos, kSide), testing::Each(std::nullopt));
    for (const auto& one : wanted) {
      expect_near_libjpegs(one);
      expect_tiles_of_picture(one);
    }
  }
}

TEST_P(NvjpegDecoderTest, BadPhotographsSpoilNoNeighbours) {
  const auto gpu = decoder();
  SKINGAUGE_NEED_DECODER(gpu);
  Wanted first(face(640), 92);
  Wanted last(face(800), 92);
  first.want({10, 10, 300, 400});
  last.want({10, 10, 300, 400});
  auto header_alone = encode_jpeg(face(500));
  header_alone.resize(200);
  const Wanted cut_off(header_alone, 400, 500);
  const Wanted no_jpeg("no picture at all, but long enough to hold a header of some kind", 400, 500);
  const Wanted other_size(encode_jpeg(face(500)), 401, 500);
  const std::vector<GpuPhoto> photos{first.photo, cut_off.photo, no_jpeg.photo, other_size.photo, last.photo};
  for (int repeat = 0; repeat < 2; ++repeat) {  // nor those that come after them
    const auto outcomes = gpu->decode(photos, kSide);
    ASSERT_EQ(outcomes.size(), 5U);
    EXPECT_FALSE(outcomes.front() || outcomes.back());
    for (const auto i : {1, 2, 3}) EXPECT_TRUE(outcomes[i]) << "photograph " << i;
    for (const auto* one : {&first, &last}) {
      expect_near_libjpegs(*one);
      expect_tiles_of_picture(*one);
    }
  }
}

// Crops are given in pixels of the stored picture: nobody but the ensemble turns it.
TEST_P(NvjpegDecoderTest, OrientationIsNotAppliedByTheDecoder) {
  const auto gpu = decoder();
  SKINGAUGE_NEED_DECODER(gpu);
  Wanted plain(face(640), 92);
  ASSERT_THAT(gpu->decode({&plain.photo, 1}, kSide), testing::Each(std::nullopt));
  for (const int orientation : {3, 6, 8}) {
    Wanted turned(face(640), 92);
    turned.file = test::oriented(turned.file, orientation);
    turned.refer();
    ASSERT_THAT(gpu->decode({&turned.photo, 1}, kSide), testing::Each(std::nullopt)) << orientation;
    const auto bytes = 3 * static_cast<std::size_t>(plain.photo.width) * plain.photo.height;
    EXPECT_EQ(std::memcmp(plain.picture.get(), turned.picture.get(), bytes), 0) << orientation;
  }
}

TEST_P(NvjpegDecoderTest, PhotographsThatDoNotFitAreTooLarge) {
  GpuDecoderOptions options;
  options.max_bytes = std::size_t{3} * 640 * 640;
  const auto gpu = decoder(options);
  SKINGAUGE_NEED_DECODER(gpu);
  const Wanted small(face(640), 92);
  const Wanted large(face(1500), 92);
  EXPECT_THAT(gpu->decode(std::vector{large.photo, small.photo, small.photo}, kSide),
              testing::ElementsAre(NotForGpu::too_large, std::nullopt, std::nullopt));
}

INSTANTIATE_TEST_SUITE_P(Ways, NvjpegDecoderTest,
                         testing::Values(GpuDecoding::hardware, GpuDecoding::kernels, GpuDecoding::hybrid));

}  // namespace
}  // namespace skingauge
