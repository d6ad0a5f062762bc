#include "skingauge/error.hpp"
#include "skingauge/image.hpp"

#include "image/opencv_codecs.hpp"
#include "image/pictures.hpp"

#include <array>
#include <optional>

#include <gtest/gtest.h>

// JPEGs decode to the bytes that OpenCV's imread answers.
namespace skingauge {
namespace {

using namespace std::string_literals;
using test::decode;
using test::encode_jpeg;
using test::exif_segment;
using test::expect_same;
using test::imread;
using test::insert_behind_start;
using test::scene;

struct Sampling {
  const char* name;
  int value;
};
constexpr std::array kSamplings{Sampling{"444", TJSAMP_444}, Sampling{"422", TJSAMP_422},
                                Sampling{"420", TJSAMP_420}, Sampling{"440", TJSAMP_440},
                                Sampling{"411", TJSAMP_411}, Sampling{"grey", TJSAMP_GRAY}};

class JpegSampling : public testing::TestWithParam<Sampling> {};

TEST_P(JpegSampling, DecodesToTheBytesOfImread) {
  constexpr std::array<std::array<int, 2>, 9> kSizes{
      {{1, 1}, {2, 3}, {7, 5}, {16, 16}, {17, 33}, {33, 17}, {127, 129}, {321, 240}, {640, 481}}};
  for (const auto& [width, height] : kSizes) {
    for (const int flags : {0, TJFLAG_PROGRESSIVE}) {
      SCOPED_TRACE(std::to_string(width) + " x " + std::to_string(height) + (flags ? ", progressive" : ""));
      const auto file = encode_jpeg(scene(width, height), GetParam().value, flags);
      expect_same(decode(file), imread(file));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Jpeg, JpegSampling, testing::ValuesIn(kSamplings),
                         [](const auto& sampling) { return std::string(sampling.param.name); });

TEST(JpegExif, TurnsThePictureUprightAsImreadDoes) {
  const auto plain = encode_jpeg(scene(31, 17), TJSAMP_420);
  for (unsigned orientation = 0; orientation <= 9; ++orientation) {
    for (const bool little : {true, false}) {
      SCOPED_TRACE("orientation " + std::to_string(orientation) + (little ? ", II" : ", MM"));
      const auto file = insert_behind_start(plain, exif_segment(orientation, little));
      expect_same(decode(file), imread(file));
    }
  }
}

// An APP1 segment.
std::string app1(const std::string& payload) {
  return "\xFF\xE1"s + test::number(static_cast<unsigned>(payload.size()) + 2, 2, false) + payload;
}

// The payload of exif_segment with a first entry of another kind: tag, type, count, value.
std::string app1_with_entry(unsigned tag, unsigned type, unsigned count, unsigned value) {
  const auto entry = test::number(tag, 2, true) + test::number(type, 2, true) + test::number(count, 4, true) +
                     test::number(value, 4, true);
  return test::patched(exif_segment(6, true), 4 + 6 + 8 + 2, entry);
}

TEST(JpegExif, IsReadFromWhereImreadReadsIt) {
  const auto plain = encode_jpeg(scene(31, 17), TJSAMP_420);
  const auto exif6 = exif_segment(6, true);
  struct Case {
    const char* name;
    std::string segments;
    bool turned;
  };
  for (const auto& c : {
           Case{"XMP first", app1("http://ns.adobe.com/xap/1.0/\0<x/>"s) + exif6, false},
           Case{"XMP behind", exif6 + app1("http://ns.adobe.com/xap/1.0/\0<x/>"s), true},
           Case{"upright, then turned", exif_segment(1, true) + exif6, false},
           Case{"turned, then upright", exif6 + exif_segment(1, true), true},
           Case{"an empty APP1 first", app1("") + exif6, false},
           Case{"other letters than Exif", test::patched(exif6, 4, "exif\xFF\xFF"), true},
           Case{"the orientation twice", app1_with_entry(0x0112, 3, 1, 1), false},
           Case{"the orientation twice, first invalid", app1_with_entry(0x0112, 3, 1, 9), false},
           Case{"a maker's name outside", app1_with_entry(0x010F, 2, 20, 100'000), false},
           Case{"a short maker's name", app1_with_entry(0x010F, 2, 4, 100'000), true},
           Case{"a resolution outside", app1_with_entry(0x011A, 5, 1, 100'000), false},
           Case{"a resolution inside", app1_with_entry(0x011A, 5, 1, 8), true},
           Case{"an unknown text outside", app1_with_entry(0x9003, 2, 20, 100'000), true},
           Case{"the orientation as a long number",
                test::patched(exif6, 4 + 6 + 8 + 2 + 12 + 2, test::number(4, 2, true)), true},
       }) {
    SCOPED_TRACE(c.name);
    const auto file = insert_behind_start(plain, c.segments);
    const auto image = decode(file);
    EXPECT_EQ(image.width(), c.turned ? 17 : 31);
    expect_same(image, imread(file));
  }
}

// Files that libjpeg only warns of, and decodes to the pixels of the sound file.
TEST(JpegWarnings, ThatLeaveEveryPixelAreReadAsImreadReadsThem) {
  for (const auto& odd : test::harmless_oddities()) {
    SCOPED_TRACE(odd.name);
    expect_same(decode(odd.file), test::to_mat(decode(odd.sound)));
    expect_same(decode(odd.file), imread(odd.file));
  }
}

TEST(JpegDamage, AnyByteWrongIsAnErrorOrWhatImreadSees) {
  std::mt19937 random(7);
  const auto whole = insert_behind_start(encode_jpeg(scene(48, 40), TJSAMP_420), exif_segment(3, true));
  int refused = 0;
  for (int i = 0; i < 2000; ++i) {
    auto file = whole;
    const auto at = 12 + random() % (file.size() - 12);  // behind "Exif", which imread does not look at
    file[at] = static_cast<char>(random());
    SCOPED_TRACE("byte " + std::to_string(at) + " = " + std::to_string(static_cast<unsigned char>(file[at])));
    std::optional<Image> image;
    try {
      image = decode(file, {.max_pixels = 1'000'000});
    } catch (const InputError&) {
      ++refused;
      continue;
    }
    expect_same(*image, imread(file));
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(refused, 100);
}

TEST(JpegSamplings, WithoutANameDecodeToTheBytesOfImread) {
  for (const auto& [h, v] : std::array<std::array<int, 2>, 3>{{{1, 4}, {4, 2}, {3, 1}}}) {
    SCOPED_TRACE(std::to_string(h) + " x " + std::to_string(v));
    const auto file = test::encode_sampled(scene(201, 143), h, v);
    expect_same(decode(file), imread(file));
  }
}

}  // namespace
}  // namespace skingauge
