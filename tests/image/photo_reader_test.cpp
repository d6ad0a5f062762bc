#include "image/photo_reader.hpp"

#include "skingauge/error.hpp"

#include "image/pictures.hpp"
#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <array>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

using namespace std::string_literals;
using test::decode;
using test::encode_jpeg;
using test::exif_segment;
using test::expect_input_error;
using test::insert_behind_start;
using test::scene;

class PhotoReaderTest : public testing::Test {
 protected:
  std::filesystem::path file(const std::string& bytes) {
    const auto path = folder_.path() / "photo.jpg";
    test::write_bytes(path, bytes);
    return path;
  }
  PhotoReader reader(const std::string& bytes) { return {file(bytes), ImageLimits{}}; }

 private:
  test::TemporaryFolder folder_;
};

// Boxes that touch each border, single pixels, and others anywhere.
std::vector<Box> some_boxes(int width, int height, std::mt19937& random) {
  std::vector<Box> boxes{{0, 0, 1, 1}, {width - 1, height - 1, width, height}, {0, 0, width, height}};
  const auto side = [&](int length) {
    const int a = static_cast<int>(random() % static_cast<unsigned>(length));
    return std::array{a, a + 1 + static_cast<int>(random() % static_cast<unsigned>(length - a))};
  };
  for (int i = 0; i < 9; ++i) {
    const auto [x1, x2] = side(width);
    const auto [y1, y2] = side(height);
    boxes.push_back({x1, y1, x2, y2});
  }
  return boxes;
}

void expect_crop(const Crop& crop, const Image& whole, const Box& box) {
  ASSERT_EQ(crop.box.width(), box.width());
  ASSERT_EQ(crop.box.height(), box.height());
  for (int y = 0; y < box.height(); ++y) {
    const auto* found = crop.picture.at(crop.box.x1, crop.box.y1 + y);
    ASSERT_EQ(std::memcmp(found, whole.at(box.x1, box.y1 + y), static_cast<std::size_t>(box.width()) * 3), 0)
        << "row " << y << " of box " << to_string(box);
  }
}

// A few boxes alone and together, in the order that the reader likes.
void expect_crops(PhotoReader reader, const Image& whole, std::vector<Box> boxes) {
  ASSERT_EQ(reader.width(), whole.width());
  ASSERT_EQ(reader.height(), whole.height());
  reader.announce(boxes);
  std::sort(boxes.begin(), boxes.end(),
            [&](const Box& a, const Box& b) { return reader.depth(a) < reader.depth(b); });
  for (const auto& box : boxes) expect_crop(reader.crop(box), whole, box);
  reader.finish();
}

struct Kind {
  const char* name;
  int sampling;
  int flags;
};
constexpr std::array kKinds{Kind{"444", TJSAMP_444, 0},
                            Kind{"422", TJSAMP_422, 0},
                            Kind{"420", TJSAMP_420, 0},
                            Kind{"440", TJSAMP_440, 0},
                            Kind{"411", TJSAMP_411, 0},
                            Kind{"grey", TJSAMP_GRAY, 0},
                            Kind{"progressive444", TJSAMP_444, TJFLAG_PROGRESSIVE},
                            Kind{"progressive422", TJSAMP_422, TJFLAG_PROGRESSIVE},
                            Kind{"progressive420", TJSAMP_420, TJFLAG_PROGRESSIVE}};

class PhotoReaderKind : public PhotoReaderTest, public testing::WithParamInterface<Kind> {};

TEST_P(PhotoReaderKind, CropsHaveTheBytesOfTheWholePhotograph) {
  constexpr std::array<std::array<int, 2>, 6> kSizes{
      {{1, 1}, {7, 5}, {33, 17}, {127, 129}, {321, 240}, {200, 411}}};
  std::mt19937 random(523);
  for (const auto& [width, height] : kSizes) {
    const auto bytes = encode_jpeg(scene(width, height), GetParam().sampling, GetParam().flags);
    const auto whole = decode(bytes);
    const auto boxes = some_boxes(width, height, random);
    for (const auto& box : boxes) {
      SCOPED_TRACE(std::to_string(width) + " x " + std::to_string(height) + ", alone " + to_string(box));
      expect_crops(reader(bytes), whole, {box});
    }
    for (std::size_t i = 3; i + 2 < boxes.size(); ++i) {
      SCOPED_TRACE(std::to_string(width) + " x " + std::to_string(height) + ", three together");
      expect_crops(reader(bytes), whole, {boxes[i], boxes[i + 1], boxes[i + 2]});
    }
    if (HasFatalFailure()) return;
  }
}

TEST_P(PhotoReaderKind, CropsAreUprightForEveryOrientation) {
  std::mt19937 random(7);
  const auto plain = encode_jpeg(scene(131, 95), GetParam().sampling, GetParam().flags);
  for (unsigned orientation = 1; orientation <= 8; ++orientation) {
    const auto bytes = insert_behind_start(plain, exif_segment(orientation, true));
    const auto whole = decode(bytes);
    for (const auto& box : some_boxes(whole.width(), whole.height(), random)) {
      SCOPED_TRACE("orientation " + std::to_string(orientation) + ", " + to_string(box));
      expect_crops(reader(bytes), whole, {box});
      if (HasFatalFailure()) return;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(PhotoReader, PhotoReaderKind, testing::ValuesIn(kKinds),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST_F(PhotoReaderTest, RestartMarkersChangeNoCrop) {
  std::mt19937 random(9);
  for (const unsigned interval : {1U, 3U, 7U, 100U}) {
    const auto bytes = test::encode_sampled(scene(201, 143), 2, 2, interval);
    ASSERT_NE(bytes.find("\xFF\xD0"s), std::string::npos);
    const auto whole = decode(bytes);
    for (const auto& box : some_boxes(201, 143, random)) expect_crops(reader(bytes), whole, {box});
  }
}

TEST_F(PhotoReaderTest, UnusualSamplingsChangeNoCrop) {
  std::mt19937 random(15);
  for (const auto& [h, v] : std::array<std::array<int, 2>, 3>{{{1, 4}, {4, 2}, {3, 1}}}) {
    SCOPED_TRACE(std::to_string(h) + " x " + std::to_string(v));
    const auto bytes = test::encode_sampled(scene(201, 143), h, v);
    const auto whole = decode(bytes);
    for (const auto& box : some_boxes(201, 143, random)) expect_crops(reader(bytes), whole, {box});
  }
}

// libjpeg smooths over scans that a progressive file lacks, across the borders of blocks.
TEST_F(PhotoReaderTest, MissingScansOfAProgressiveFileChangeNoCrop) {
  std::mt19937 random(11);
  const auto whole_file = encode_jpeg(scene(201, 143), TJSAMP_420, TJFLAG_PROGRESSIVE);
  auto cut = whole_file.find("\xFF\xDA"s);
  for (int scans = 1; scans <= 4; ++scans) {
    cut = whole_file.find("\xFF\xDA"s, cut + 1);
    ASSERT_NE(cut, std::string::npos);
    const auto tables = whole_file.rfind("\xFF\xC4"s, cut);
    const auto bytes = whole_file.substr(0, tables) + "\xFF\xD9";
    const auto whole = decode(bytes);
    for (const auto& box : some_boxes(201, 143, random)) {
      SCOPED_TRACE(std::to_string(scans) + " scans, " + to_string(box));
      expect_crops(reader(bytes), whole, {box});
    }
  }
}

TEST_F(PhotoReaderTest, ADecodedPhotographGivesItsOwnCrops) {
  std::mt19937 random(13);
  const auto whole = test::to_image(scene(60, 41));
  expect_crops(PhotoReader(whole), whole, some_boxes(60, 41, random));
}

TEST_F(PhotoReaderTest, ADecodedPhotographIsNotCopied) {
  const auto whole = decode(encode_jpeg(scene(60, 41), TJSAMP_420));
  PhotoReader reader(whole);
  EXPECT_EQ(reader.crop({1, 2, 30, 20}).picture.pixels().data(), whole.pixels().data());
}

TEST_F(PhotoReaderTest, OfAJpegOnlyTheRowsThatBoxesSpanAreHeld) {
  auto photo = reader(encode_jpeg(scene(400, 300), TJSAMP_420));
  const std::array boxes{Box{100, 120, 200, 140}, Box{150, 130, 180, 160}};
  photo.announce(boxes);
  const auto crop = photo.crop(boxes[0]);
  EXPECT_EQ(crop.picture.height(), 40);
  EXPECT_LE(crop.picture.width(), 100 + 2 * 32);
}

// Whatever rows are asked for: one wrong byte is noticed exactly where decoding the whole photograph notices
// it.
TEST_F(PhotoReaderTest, DamageIsNoticedAsInTheWholePhotograph) {
  std::mt19937 random(17);
  for (const auto& kind : {kKinds[0], kKinds[2], kKinds[5], kKinds[8]}) {
    const auto whole = encode_jpeg(scene(96, 120), kind.sampling, kind.flags);
    int refused = 0;
    for (int i = 0; i < 250; ++i) {
      auto bytes = whole;
      bytes[700 + random() % (bytes.size() - 702)] = static_cast<char>(random());
      const auto boxes = some_boxes(96, 120, random);
      std::optional<Image> expected;
      try {
        expected = decode(bytes);
      } catch (const InputError&) {
        ++refused;
      }
      try {
        auto photo = reader(bytes);
        photo.announce(std::span(boxes).subspan(3, 1));
        const auto crop = photo.crop(boxes[3]);
        photo.finish();
        ASSERT_TRUE(expected) << kind.name << ": damage was overlooked";
        expect_crop(crop, *expected, boxes[3]);
      } catch (const InputError& e) {
        ASSERT_FALSE(expected) << kind.name << ": " << e.what();
      }
    }
    EXPECT_GT(refused, 4) << kind.name;
    EXPECT_LT(refused, 250) << kind.name;
  }
}

TEST_F(PhotoReaderTest, DataThatEndsBelowTheBoxIsTruncated) {
  const auto bytes = encode_jpeg(scene(120, 90), TJSAMP_420);
  for (const int percent : {40, 60, 80, 95}) {
    SCOPED_TRACE(percent);
    const auto ended = bytes.substr(0, bytes.size() * static_cast<std::size_t>(percent) / 100) + "\xFF\xD9";
    expect_input_error(ErrorCode::image_truncated, {"photo.jpg", "damaged"}, [&] {
      auto photo = reader(ended);
      const std::array boxes{Box{0, 0, 50, 8}};
      photo.announce(boxes);
      static_cast<void>(photo.crop(boxes[0]));
      photo.finish();
    });
  }
}

TEST_F(PhotoReaderTest, WithoutABoxStillLooksForDamage) {
  const auto bytes = encode_jpeg(scene(120, 90), TJSAMP_420);
  auto good = reader(bytes);
  good.announce({});
  good.finish();
  auto bad = reader(bytes.substr(0, bytes.size() / 2) + "\xFF\xD9");
  bad.announce({});
  EXPECT_THROW(bad.finish(), InputError);
}

TEST_F(PhotoReaderTest, RefusesWhatImageReadRefuses) {
  expect_input_error(ErrorCode::image_empty, {"photo.jpg"}, [&] { reader(""); });
  expect_input_error(ErrorCode::image_format, {"photo.jpg"}, [&] { reader("no picture"); });
  const auto bytes = encode_jpeg(scene(120, 90), TJSAMP_420);
  expect_input_error(ErrorCode::image_truncated, {"header"}, [&] { reader(bytes.substr(0, 300)); });
  expect_input_error(ErrorCode::image_truncated, {"end-of-image"}, [&] {
    auto cut = reader(bytes.substr(0, bytes.size() / 2));
    cut.announce({});
    cut.finish();
  });
  expect_input_error(ErrorCode::image_too_large, {"120 x 90"},
                     [&] { PhotoReader(file(bytes), {.max_side = 100}); });
}

TEST_F(PhotoReaderTest, HarmlessOdditiesGiveTheCropsOfTheSoundFile) {
  std::mt19937 random(5);
  for (const auto& odd : test::harmless_oddities()) {
    SCOPED_TRACE(odd.name);
    const auto whole = decode(odd.sound);
    for (const auto& box : some_boxes(120, 90, random)) expect_crops(reader(odd.file), whole, {box});
  }
}

// Other decoders may take such files otherwise.
TEST_F(PhotoReaderTest, HarmlessOdditiesInHeadersAreNoPlainJpeg) {
  const auto odd = test::harmless_oddities();
  for (std::size_t i = 0; i < 4; ++i) EXPECT_FALSE(reader(odd[i].file).plain_jpeg()) << odd[i].name;
  for (const auto& one : odd) {
    if (!one.file.ends_with("\xFF\xD9")) EXPECT_FALSE(reader(one.file).plain_jpeg()) << one.name;
  }
}

TEST_F(PhotoReaderTest, PlainJpegIsHandedOnAsItLiesInItsFile) {
  const auto bytes = insert_behind_start(encode_jpeg(scene(131, 95), TJSAMP_420), exif_segment(6, true));
  const auto photo = reader(bytes);
  const auto jpeg = photo.plain_jpeg();
  ASSERT_TRUE(jpeg);
  EXPECT_EQ(jpeg->file.size(), bytes.size());
  EXPECT_EQ(std::memcmp(jpeg->file.data(), bytes.data(), bytes.size()), 0);
  EXPECT_EQ(jpeg->width, 131);
  EXPECT_EQ(jpeg->height, 95);
  EXPECT_EQ(jpeg->orientation, 6);
}

TEST_F(PhotoReaderTest, OtherKindsOfPhotographsAreNoPlainJpeg) {
  EXPECT_FALSE(reader(encode_jpeg(scene(64, 48), TJSAMP_GRAY)).plain_jpeg());
  EXPECT_FALSE(reader(encode_jpeg(scene(64, 48), TJSAMP_420, TJFLAG_PROGRESSIVE)).plain_jpeg());
  EXPECT_FALSE(PhotoReader(decode(encode_jpeg(scene(64, 48), TJSAMP_420))).plain_jpeg());
  // An Adobe segment that says: no transformation, these are R, G, B.
  const auto adobe = "\xFF\xEE\x00\x0E"s + "Adobe\0\x64\0\0\0\0\0"s;
  auto plain = encode_jpeg(scene(64, 48), TJSAMP_444);
  const auto jfif = plain.find("\xFF\xE0");
  plain.erase(jfif, 18);
  EXPECT_TRUE(reader(plain).plain_jpeg());
  EXPECT_FALSE(reader(insert_behind_start(plain, adobe)).plain_jpeg());
}

TEST_F(PhotoReaderTest, BytesReadBeforeAreAsGoodAsAFile) {
  const auto bytes = encode_jpeg(scene(131, 95), TJSAMP_420);
  const auto in_memory = std::as_bytes(std::span(bytes));
  expect_crops(PhotoReader({in_memory.begin(), in_memory.end()}, {}, "photo"), decode(bytes),
               {{3, 5, 100, 90}});
  expect_input_error(ErrorCode::image_truncated, {"photo"}, [&] {
    PhotoReader({in_memory.begin(), in_memory.begin() + 300}, {}, "photo");
  });
}

}  // namespace
}  // namespace skingauge
