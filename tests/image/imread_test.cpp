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
