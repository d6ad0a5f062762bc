#include "ensemble/gpu_face_cutter.hpp"

#include "skingauge/error.hpp"

#include "dataset/drawn_face.hpp"
#include "support/host_gpu_decoder.hpp"
#include "support/oriented_jpeg.hpp"
#include "support/stub_models.hpp"
#include "support/temporary_folder.hpp"

#include <list>
#include <new>
#include <stdexcept>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using test::HostGpuDecoder;
using test::oriented;
using test::TemporaryFolder;

constexpr std::uint8_t kDirt = 0xA5;  // what is not painted shows

// The boxes of an upright face as they lie when it is shown turned: any boxes will do that lie inside.
std::vector<Region> regions_for(int width, int height) {
  const auto box = [&](double x1, double y1, double x2, double y2) {
    return Box{static_cast<int>(x1 * width), static_cast<int>(y1 * height), static_cast<int>(x2 * width),
               static_cast<int>(y2 * height)};
  };
  return {{Facepart::face, box(0, 0, 1, 1)},
          {Facepart::forehead, box(0.1, 0.6, 0.9, 0.8)},
          {Facepart::glabella, box(0.4, 0.3, 0.6, 0.9)},
          {Facepart::left_cheek, box(0.5, 0.4, 1, 0.9)},
          {Facepart::right_cheek, box(0, 0.1, 0.2, 0.8)},
          {Facepart::lips, Skipped{SkipReason::no_box, ""}},
          {Facepart::chin, box(0.3, 0, 0.33, 0.02)}};
}

// A face's job, its cutter and room for its tiles.
struct Face {
  Face(const Request& request, const std::vector<LoadedModel>& models, const Preprocess& preprocess)
      : job(job_of(request)), cutter(job, models, preprocess, {}) {
    for (const auto& region : cutter.regions()) {
      const auto count = static_cast<std::size_t>(region.plan.count());
      auto& tiles = tiles_of_region.emplace_back(count * tile_bytes(preprocess), kDirt);
      places.push_back({tiles.data(), count == 1 ? nullptr : tiles.data() + tile_bytes(preprocess)});
    }
  }

  FaceJob job;
  GpuFaceCutter cutter;
  std::list<std::vector<std::uint8_t>> tiles_of_region;
  std::vector<TilePlaces> places;
};

class GpuFaceCutterTest : public testing::Test {
 protected:
  GpuFaceCutterTest() {
    for (const auto& spec : manifest_.models) models_.push_back({&spec, nullptr, ""});
  }

  Request request(const std::string& bytes, int width, int height) {
    const auto file = folder_.path() / (std::to_string(number_++) + ".jpg");
    test::write_bytes(file, bytes);
    return {{}, file, regions_for(width, height), {}, {}};
  }
  Request drawn(std::uint64_t seed) {
    const auto photo = picture(seed);
    return request(encode_jpeg(photo), photo.width(), photo.height());
  }
  static const Image& picture(std::uint64_t seed) {
    static std::map<std::uint64_t, Image> photos;  // drawing one takes a while
    auto& photo = photos[seed];
    if (photo.empty()) {
      const auto face = draw_face(seed).photo;
      photo = thumbnail(face, {0, 0, face.width(), face.height()}, 480);
    }
    return photo;
  }

  Face& face(const Request& request) { return faces_.emplace_back(request, models_, preprocess()); }
  [[nodiscard]] Preprocess& preprocess() { return manifest_.preprocess; }

  std::vector<GpuOutcome> cut(const std::vector<Face*>& faces) {
    std::vector<GpuFace> asked;
    asked.reserve(faces.size());
    for (auto* face : faces) asked.push_back({&face->cutter, face->places});
    return cut_on_gpu(asked, decoder_, preprocess());
  }

  // FaceCutter's tiles, by facepart.
  std::map<Facepart, std::vector<std::uint8_t>> face_cutters_tiles(FaceJob& job) {
    FaceCutter cutter(job, models_, preprocess(), {});
    std::map<Facepart, std::vector<std::uint8_t>> made;
    for (const auto& region : cutter.regions()) {
      const auto crop = cutter.decode(region);
      const auto count = static_cast<std::size_t>(region.plan.count());
      auto& tiles = made[region.facepart];
      tiles.resize(count * tile_bytes(preprocess()));
      const std::array<std::uint8_t*, 2> places{tiles.data(), tiles.data() + tile_bytes(preprocess())};
      cutter.cut(*crop, region, std::span(places).first(count));
    }
    cutter.finish();
    return made;
  }

  // FaceCutter's tiles and passes.
  void expect_face_cutters(const Face& found) {
    FaceJob job = job_of(found.job.request);
    const auto expected = face_cutters_tiles(job);
    ASSERT_FALSE(job.error);
    EXPECT_FALSE(found.job.error);
    EXPECT_EQ(found.job.skipped, job.skipped);
    const auto models = [](const FaceJob& of) {
      std::vector<std::size_t> numbers;
      for (const auto& pass : of.passes) numbers.push_back(pass.model);
      return numbers;
    };
    EXPECT_EQ(models(found.job), models(job));
    ASSERT_EQ(found.cutter.regions().size(), expected.size());
    auto tiles = found.tiles_of_region.begin();
    for (const auto& region : found.cutter.regions()) {
      EXPECT_EQ(*tiles++, expected.at(region.facepart)) << "facepart " << number(region.facepart);
    }
  }

  TemporaryFolder folder_;
  Manifest manifest_{read_manifest(test::write_models(folder_.path()))};
  std::vector<LoadedModel> models_;
  std::list<Face> faces_;
  HostGpuDecoder decoder_;
  int number_{0};
};

class GpuFaceCutterOrientation : public GpuFaceCutterTest, public testing::WithParamInterface<int> {};

TEST_P(GpuFaceCutterOrientation, TilesHaveTheBytesOfTheCpu) {
  const auto& photo = picture(1);
  const bool side = GetParam() >= 5;
  for (const bool mirrored : {false, true}) {
    preprocess().mirror_right = mirrored;
    preprocess().second_tile = mirrored ? SecondTile::mirrored : SecondTile::as_is;
    auto& one = face(request(oriented(encode_jpeg(photo), GetParam()), side ? photo.height() : photo.width(),
                             side ? photo.width() : photo.height()));
    ASSERT_EQ(one.cutter.regions().size(), 5U);
    EXPECT_THAT(cut({&one}), testing::ElementsAre(std::nullopt));
    expect_face_cutters(one);
  }
}

INSTANTIATE_TEST_SUITE_P(Exif, GpuFaceCutterOrientation, testing::Range(1, 9));

TEST_F(GpuFaceCutterTest, RefusedFacesAreCutOnTheCpuAndTheOrderIsKept) {
  std::vector<Face*> faces;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) faces.push_back(&face(drawn(seed)));
  decoder_.refusals = {{1, NotForGpu::sampling}, {3, NotForGpu::damaged}};
  EXPECT_THAT(cut(faces),
              testing::ElementsAre(std::nullopt, NotForGpu::sampling, std::nullopt, NotForGpu::damaged));
  for (const auto i : {1, 3}) EXPECT_TRUE(faces[i]->cutter.cut_on_cpu(faces[i]->places));
  for (const auto* face : faces) expect_face_cutters(*face);
  EXPECT_THAT(decoder_.calls, testing::ElementsAre(4));
}

TEST_F(GpuFaceCutterTest, AllFacesAreForTheCpuWhereMemoryIsShort) {
  auto& one = face(drawn(1));
  auto& other = face(drawn(2));
  decoder_.before = [] { throw std::bad_alloc(); };
  EXPECT_THAT(cut({&one, &other}), testing::Each(NotForGpu::no_memory));
  EXPECT_TRUE(one.cutter.cut_on_cpu(one.places));
  EXPECT_TRUE(other.cutter.cut_on_cpu(other.places));
  expect_face_cutters(one);
  expect_face_cutters(other);
}

TEST_F(GpuFaceCutterTest, LostDeviceIsNoFacesFault) {
  auto& one = face(drawn(1));
  decoder_.before = [] { throw DeviceError(ErrorCode::device_failed, "gone"); };
  EXPECT_THROW(cut({&one}), DeviceError);
  EXPECT_FALSE(one.job.error);
}

TEST_F(GpuFaceCutterTest, DecoderIsAskedAboutPlainJpegsAlone) {
  const auto& photo = picture(1);
  auto given = drawn(1);
  given.image = photo;
  auto no_region = drawn(1);
  no_region.regions.clear();
  auto mismatch = drawn(1);
  mismatch.expected_width = photo.width() + 1;
  auto missing = drawn(1);
  missing.file = folder_.path() / "none.jpg";
  auto cut_off = encode_jpeg(photo);
  cut_off.resize(cut_off.size() / 2);
  std::vector<Face*> faces;
  for (const auto& one :
       {given, no_region, mismatch, missing, request(cut_off, photo.width(), photo.height())})
    faces.push_back(&face(one));
  EXPECT_THAT(cut(faces), testing::Each(NotForGpu::format));
  EXPECT_TRUE(decoder_.calls.empty());
  EXPECT_TRUE(faces[0]->cutter.cut_on_cpu(faces[0]->places));
  expect_face_cutters(*faces[0]);
  EXPECT_TRUE(faces[1]->cutter.cut_on_cpu(faces[1]->places));
  const ErrorCode codes[]{ErrorCode::image_size_mismatch, ErrorCode::image_missing,
                          ErrorCode::image_truncated};
  for (std::size_t i = 2; i < faces.size(); ++i) {
    EXPECT_FALSE(faces[i]->cutter.cut_on_cpu(faces[i]->places));
    ASSERT_TRUE(faces[i]->job.error);
    EXPECT_EQ(faces[i]->job.error->code, codes[i - 2]);
    // A file that is cut off shows so while it is decoded, the others before.
    EXPECT_EQ(faces[i]->job.passes.empty(), codes[i - 2] != ErrorCode::image_truncated);
  }
}

TEST_F(GpuFaceCutterTest, DamageThatTheCpuNoticesIsTheAnswer) {
  const auto& photo = picture(1);
  auto bytes = encode_jpeg(photo);
  bytes.replace(bytes.size() / 2, 400, 400, '\0');
  bytes.erase(bytes.size() / 2 + 400, bytes.size() / 4);  // the end-of-image marker stays
  auto& one = face(request(bytes, photo.width(), photo.height()));
  decoder_.refusals = {{0, NotForGpu::damaged}};
  EXPECT_THAT(cut({&one}), testing::ElementsAre(NotForGpu::damaged));
  EXPECT_FALSE(one.cutter.cut_on_cpu(one.places));
  ASSERT_TRUE(one.job.error);
  EXPECT_EQ(one.job.error->code, ErrorCode::image_truncated);
}

TEST(CheckPhoto, RefusesCropsThatLeaveTheirPicture) {
  GpuPhoto photo{{}, 10, 20, {GpuCrop{}}, nullptr};
  auto& crop = photo.crops.front();
  crop.width = 10;
  crop.height = 20;
  EXPECT_NO_THROW(check_photo(photo));
  crop.x = 1;
  EXPECT_THROW(check_photo(photo), std::invalid_argument);
  crop = {9, 0, {0, 1}, {-1, 0}, 20, 10};  // turned by 90 degrees
  EXPECT_NO_THROW(check_photo(photo));
  crop.height = 11;
  EXPECT_THROW(check_photo(photo), std::invalid_argument);
  photo = {{}, 0, 20, {}, nullptr};
  EXPECT_THROW(check_photo(photo), std::invalid_argument);
}

TEST(GpuDecoderOptions, RefusesValuesOutsideTheirRange) {
  GpuDecoderOptions options;
  EXPECT_NO_THROW(options.validate());
  options.batch = 257;
  EXPECT_THROW(options.validate(), UsageError);
  options = {};
  options.max_pixels = 0;
  EXPECT_THROW(options.validate(), UsageError);
  options = {};
  options.max_bytes = 0;
  EXPECT_THROW(options.validate(), UsageError);
}

}  // namespace
}  // namespace skingauge
