#include "skingauge/error.hpp"
#include "skingauge/image.hpp"

#include "image/pictures.hpp"
#include "support/expect_error.hpp"

#include <array>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

using namespace std::string_literals;
using test::decode;
using test::encode_jpeg;
using test::exif_segment;
using test::expect_input_error;
using test::expect_same;
using test::insert_behind_start;
using test::number;
using test::scene;

TEST(Jpeg, OfGreyHasThreeEqualChannels) {
  const auto image = decode(encode_jpeg(scene(40, 30), TJSAMP_GRAY));
  for (int x = 0; x < image.width(); ++x) {
    const auto* pixel = image.at(x, 15);
    EXPECT_EQ(pixel[0], pixel[1]);
    EXPECT_EQ(pixel[1], pixel[2]);
  }
}

TEST(Jpeg, KeepsTheOrderOfChannels) {
  const auto blue = decode(encode_jpeg(cv::Mat(8, 8, CV_8UC3, cv::Scalar(250, 120, 10)), TJSAMP_444, 0, 100));
  EXPECT_NEAR(blue.at(3, 3)[0], 250, 3);
  EXPECT_NEAR(blue.at(3, 3)[1], 120, 3);
  EXPECT_NEAR(blue.at(3, 3)[2], 10, 3);
}

// ---- EXIF
// ---------------------------------------------------------------------------------------------------

TEST(JpegExif, MeansTheEightTurnsOfTheStandard) {  // EXIF 2.3, tag 0x0112: where row 0 and column 0 lie
  const auto plain = encode_jpeg(scene(31, 17), TJSAMP_444);
  const auto raw = decode(plain);
  // For each orientation, where the stored pixel (3, 5) comes to lie in the upright picture.
  constexpr std::array<std::array<int, 2>, 8> kPlaces{
      {{3, 5}, {27, 5}, {27, 11}, {3, 11}, {5, 3}, {11, 3}, {11, 27}, {5, 27}}};
  for (unsigned orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    const auto upright = decode(insert_behind_start(plain, exif_segment(orientation, true)));
    EXPECT_EQ(upright.width(), orientation < 5 ? 31 : 17);
    EXPECT_EQ(upright.height(), orientation < 5 ? 17 : 31);
    const auto [x, y] = kPlaces[orientation - 1];
    EXPECT_EQ(std::memcmp(upright.at(x, y), raw.at(3, 5), 3), 0);
  }
}

TEST(JpegExif, IsFoundBehindOtherSegments) {
  const auto comment = "\xFF\xFE\x00\x06\xFF\xD9\xFF\xDA"s;  // holds what looks like markers
  const auto file =
      insert_behind_start(encode_jpeg(scene(31, 17), TJSAMP_420), comment + exif_segment(6, true));
  EXPECT_EQ(decode(file).width(), 17);
}

TEST(JpegExif, DamagedIsPassedOver) {
  const auto plain = encode_jpeg(scene(31, 17), TJSAMP_420);
  const auto whole = exif_segment(6, true);
  const auto wild = [&](std::size_t at, const std::string& bytes) { return test::patched(whole, at, bytes); };
  for (const auto& segment : {
           "\xFF\xE1\x00\x08"s + "Exif\0\0"s,                       // nothing in it
           wild(14, "\xFF\xFF\xFF\xFF"s),                           // directory far outside
           wild(18, "\xFF\xFF"s),                                   // 65,535 entries
           wild(32, "\x13"s),                                       // another tag
           wild(20, "\x0F\x01\x02\x00\xFF\x00\x00\x00"s),           // a text that ends outside
           whole.substr(0, 2) + "\x00\x20"s + whole.substr(4, 30),  // cut inside an entry
       }) {
    SCOPED_TRACE(testing::PrintToString(segment));
    const auto image = decode(insert_behind_start(plain, segment));
    EXPECT_TRUE(image.width() == 31 || image.width() == 17);
    EXPECT_EQ(image.width() + image.height(), 48);
  }
}

// ---- Damage
// ---------------------------------------------------------------------------------------------------

TEST(JpegDamage, TruncatedAtEveryPercentIsTruncated) {
  for (const auto& file :
       {encode_jpeg(scene(120, 90), TJSAMP_420), encode_jpeg(scene(120, 90), TJSAMP_444, TJFLAG_PROGRESSIVE),
        encode_jpeg(scene(120, 90), TJSAMP_GRAY),
        insert_behind_start(encode_jpeg(scene(120, 90), TJSAMP_422), exif_segment(8, false))}) {
    for (std::size_t percent = 1; percent < 100; ++percent) {
      SCOPED_TRACE(std::to_string(percent) + " % of " + std::to_string(file.size()));
      expect_input_error(ErrorCode::image_truncated, {"photo.jpg"},
                         [&] { decode(file.substr(0, file.size() * percent / 100)); });
    }
  }
}

TEST(JpegDamage, TruncatedAtEveryByteIsTruncated) {
  const auto file = encode_jpeg(scene(16, 16), TJSAMP_420);
  for (std::size_t size = 3; size < file.size() - 2;
       ++size) {  // without the end marker alone every pixel is there
    SCOPED_TRACE(size);
    expect_input_error(ErrorCode::image_truncated, {"photo.jpg"}, [&] { decode(file.substr(0, size)); });
  }
}

TEST(JpegDamage, TruncatedDataBehindAProperEndIsTruncated) {
  const auto file = encode_jpeg(scene(120, 90), TJSAMP_420);
  expect_input_error(ErrorCode::image_truncated, {"photo.jpg", "damaged"},
                     [&] { decode(file.substr(0, file.size() / 2) + "\xFF\xD9"); });
}

// Every warning of libjpeg's that means made-up pixels.
TEST(JpegDamage, ThatLibjpegOnlyWarnsOfIsTruncated) {
  const auto restarts = test::encode_sampled(scene(120, 90), 2, 2, 4);
  const auto marker = restarts.find("\xFF\xD1"s);
  const auto whole = encode_jpeg(scene(120, 90), TJSAMP_420);
  const auto data = whole.find("\xFF\xDA"s) + 14;
  for (const auto& file : {
           test::patched(restarts, marker, "\xFF\xD5"),  // a restart too far ahead
           std::string(restarts).erase(marker, restarts.find("\xFF\xD2"s) - marker),  // blocks left out
           test::patched(whole, data + 200, std::string(60, '\xFE')),                 // no Huffman code
           std::string(whole).erase(data + 200, 400),                                 // ends too early
       }) {
    expect_input_error(ErrorCode::image_truncated, {"photo.jpg", "damaged"}, [&] { decode(file); });
  }
}

TEST(JpegDamage, WithoutAnEndThatMissesScansIsTruncated) {
  const auto file = encode_jpeg(scene(120, 90), TJSAMP_420, TJFLAG_PROGRESSIVE);
  std::vector<std::size_t> scans;
  for (auto at = file.find("\xFF\xDA"s); at != std::string::npos; at = file.find("\xFF\xDA"s, at + 1))
    scans.push_back(at);
  ASSERT_GT(scans.size(), 3U);
  for (std::size_t i = 1; i < scans.size(); ++i) {
    SCOPED_TRACE(i);
    const auto tables = file.rfind("\xFF\xC4"s, scans[i]);
    const auto end = tables != std::string::npos && tables > scans[i - 1] ? tables : scans[i];
    expect_input_error(ErrorCode::image_truncated, {"photo.jpg"}, [&] { decode(file.substr(0, end)); });
  }
}

TEST(JpegDamage, NothingIsEmpty) {
  expect_input_error(ErrorCode::image_empty, {"photo.jpg"}, [] { decode(""); });
}

TEST(JpegDamage, TrailingBytesAreHarmless) {
  const auto file = encode_jpeg(scene(20, 10), TJSAMP_420);
  expect_same(decode(file + std::string(1000, 'x')), test::to_mat(decode(file)));
}

// ---- Limits
// ---------------------------------------------------------------------------------------------------

// The file with another size in its start-of-frame segment.
std::string claiming(const std::string& file, unsigned width, unsigned height) {
  auto frame = file.find("\xFF\xC0"s);
  if (frame == std::string::npos) frame = file.find("\xFF\xC2"s);
  return test::patched(file, frame + 5, number(height, 2, false) + number(width, 2, false));
}

TEST(JpegLimits, RefuseAClaimOf60000x60000BeforeDecoding) {
  for (const int flags : {0, TJFLAG_PROGRESSIVE}) {
    const auto file = claiming(encode_jpeg(scene(64, 64), TJSAMP_420, flags), 60'000, 60'000);
    expect_input_error(ErrorCode::image_too_large, {"photo.jpg", "60000 x 60000", "16384"},
                       [&] { decode(file); });
  }
}

TEST(JpegLimits, AreThoseOfTheDocumentation) {
  const auto file = encode_jpeg(scene(64, 64), TJSAMP_420);
  const auto expect_refused = [&](unsigned width, unsigned height) {
    expect_input_error(ErrorCode::image_too_large, {}, [&] { decode(claiming(file, width, height)); });
  };
  const auto expect_tried = [&](unsigned width,
                                unsigned height) {  // then there are too few pixels in the file
    expect_input_error(ErrorCode::image_truncated, {}, [&] { decode(claiming(file, width, height)); });
  };
  expect_tried(16'384, 100);
  expect_refused(16'385, 100);
  expect_tried(100, 16'384);
  expect_refused(100, 16'385);
  expect_refused(8'001, 8'000);
  EXPECT_EQ(ImageLimits{}.max_pixels, 64'000'000);
  EXPECT_EQ(ImageLimits{}.max_bytes, 25'165'824U);
}

TEST(JpegLimits, HoldAtAndFailJustOver) {
  const auto file = encode_jpeg(scene(50, 40), TJSAMP_420);
  EXPECT_EQ(decode(file, {.max_bytes = file.size()}).width(), 50);
  EXPECT_EQ(decode(file, {.max_bytes = file.size() + 1}).width(), 50);
  expect_input_error(ErrorCode::image_too_large,
                     {std::to_string(file.size()), std::to_string(file.size() - 1)},
                     [&] { decode(file, {.max_bytes = file.size() - 1}); });
  EXPECT_EQ(decode(file, {.max_pixels = 2000}).width(), 50);
  EXPECT_EQ(decode(file, {.max_pixels = 2001}).width(), 50);
  expect_input_error(ErrorCode::image_too_large, {"50 x 40", "1999"},
                     [&] { decode(file, {.max_pixels = 1999}); });
  EXPECT_EQ(decode(file, {.max_side = 50}).width(), 50);
  EXPECT_EQ(decode(file, {.max_side = 51}).width(), 50);
  expect_input_error(ErrorCode::image_too_large, {"50 x 40", "49"}, [&] { decode(file, {.max_side = 49}); });
}

TEST(JpegLimits, RefuseAPictureWithoutRows) {
  const auto file = claiming(encode_jpeg(scene(64, 64), TJSAMP_420), 64, 0);
  EXPECT_THROW(decode(file), InputError);
}

// A progressive JPEG whose first scan stands in it again and again: the same picture, slower.
std::string with_scans(int count) {
  const auto file = encode_jpeg(scene(40, 32), TJSAMP_GRAY, TJFLAG_PROGRESSIVE);
  const auto scan = file.find("\xFF\xDA"s);
  const auto next = file.find("\xFF\xC4"s, scan);
  int scans = 0;
  for (auto at = scan; at != std::string::npos; at = file.find("\xFF\xDA"s, at + 1)) ++scans;
  std::string again;
  for (int i = scans; i < count; ++i) again += file.substr(scan, next - scan);
  return file.substr(0, next) + again + file.substr(next);
}

TEST(JpegLimits, AllowAHundredScans) {
  const auto plain = encode_jpeg(scene(40, 32), TJSAMP_GRAY, TJFLAG_PROGRESSIVE);
  expect_same(decode(with_scans(99)), test::to_mat(decode(plain)));
  expect_same(decode(with_scans(100)), test::to_mat(decode(plain)));
}

TEST(JpegLimits, RefuseMoreScans) {
  expect_input_error(ErrorCode::image_too_large, {"more than 100 scans"}, [] { decode(with_scans(101)); });
  expect_input_error(ErrorCode::image_too_large, {"more than 100 scans"}, [] { decode(with_scans(20'000)); });
  expect_input_error(ErrorCode::image_too_large, {"more than 0 scans"},
                     [] { decode(encode_jpeg(scene(8, 8), TJSAMP_420), {.max_scans = 0}); });
}

TEST(Jpeg, OfFourColoursIsRefused) {
  cv::Mat cmyk(20, 30, CV_8UC4, cv::Scalar(10, 200, 30, 40));
  expect_input_error(ErrorCode::image_format, {"photo.jpg", "CMYK"},
                     [&] { decode(encode_jpeg(cmyk, TJSAMP_444)); });
  expect_input_error(ErrorCode::image_format, {"photo.jpg", "CMYK"},
                     [&] { decode(encode_jpeg(cmyk, TJSAMP_420)); });
}

}  // namespace
}  // namespace skingauge
