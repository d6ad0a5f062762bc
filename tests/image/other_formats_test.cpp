#include "skingauge/error.hpp"
#include "skingauge/image.hpp"

#include "image/opencv_codecs.hpp"
#include "image/photo_reader.hpp"
#include "image/pictures.hpp"
#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <array>

#include <gtest/gtest.h>
#include <opencv2/imgproc.hpp>

namespace skingauge {
namespace {

using namespace std::string_literals;
using test::decode;
using test::encode;
using test::expect_input_error;
using test::expect_same;
using test::scene;

struct Format {
  const char* name;
  const char* extension;
  std::vector<int> options;  // so that nothing is lost
  bool lossless{true};
};

void PrintTo(const Format& format, std::ostream* out) { *out << format.name; }

const std::vector<Format>& formats() {
  static const std::vector<Format> all{{"png", ".png", {}},
                                       {"bmp", ".bmp", {}},
                                       {"tiff", ".tiff", {}},
                                       {"tiff_plain", ".tiff", {cv::IMWRITE_TIFF_COMPRESSION, 1}},
                                       {"webp_lossless", ".webp", {cv::IMWRITE_WEBP_QUALITY, 101}},
                                       {"webp_lossy", ".webp", {cv::IMWRITE_WEBP_QUALITY, 80}, false}};
  return all;
}

class OtherFormats : public testing::TestWithParam<Format> {
 protected:
  [[nodiscard]] static std::string file(const cv::Mat& picture) {
    return encode(GetParam().extension, picture, GetParam().options);
  }
};

INSTANTIATE_TEST_SUITE_P(Image, OtherFormats, testing::ValuesIn(formats()),
                         [](const auto& format) { return std::string(format.param.name); });

TEST_P(OtherFormats, DecodeToTheBytesOfImread) {
  for (const auto& [width, height] : {std::pair{1, 1}, std::pair{7, 5}, std::pair{64, 33}}) {
    SCOPED_TRACE(width);
    const auto picture = scene(width, height);
    const auto bytes = file(picture);
    expect_same(decode(bytes), test::imread(bytes));
    if (GetParam().lossless) expect_same(decode(bytes), picture);
  }
}

TEST_P(OtherFormats, DropAlpha) {
  const auto picture = scene(20, 10);
  cv::Mat with_alpha;
  cv::cvtColor(picture, with_alpha, cv::COLOR_BGR2BGRA);
  for (int x = 0; x < 20; ++x) with_alpha.at<cv::Vec4b>(5, x)[3] = static_cast<uchar>(100 + x);
  const auto bytes = file(with_alpha);
  expect_same(decode(bytes), test::imread(bytes));
  if (GetParam().lossless) expect_same(decode(bytes), picture);
}

TEST_P(OtherFormats, MakeGreyThreeEqualChannels) {
  cv::Mat grey;
  cv::cvtColor(scene(20, 10), grey, cv::COLOR_BGR2GRAY);
  const auto bytes = file(grey);
  expect_same(decode(bytes), test::imread(bytes));
  cv::Mat expected;
  cv::cvtColor(grey, expected, cv::COLOR_GRAY2BGR);
  if (GetParam().lossless) expect_same(decode(bytes), expected);
}

TEST_P(OtherFormats, HoldTheirLimitsFromTheHeader) {
  const auto bytes = file(scene(37, 23));
  EXPECT_EQ(decode(bytes, {.max_pixels = 37 * 23, .max_side = 37}).height(), 23);
  expect_input_error(ErrorCode::image_too_large, {"photo.jpg", "37 x 23", "36"},
                     [&] { decode(bytes, {.max_side = 36}); });
  expect_input_error(ErrorCode::image_too_large, {"37 x 23", "850"},
                     [&] { decode(bytes, {.max_pixels = 850}); });
  expect_input_error(ErrorCode::image_too_large, {}, [&] { decode(bytes, {.max_bytes = bytes.size() - 1}); });
  EXPECT_EQ(decode(file(scene(23, 37)), {.max_side = 37}).height(), 37);
  expect_input_error(ErrorCode::image_too_large, {"23 x 37"},
                     [&] { decode(file(scene(23, 37)), {.max_side = 36}); });
}

TEST_P(OtherFormats, TruncatedAtEveryPercentAreTruncated) {
  const auto bytes = file(scene(60, 40));
  for (std::size_t percent = 1; percent < 100; ++percent) {
    SCOPED_TRACE(std::to_string(percent) + " % of " + std::to_string(bytes.size()));
    const auto size = std::max<std::size_t>(bytes.size() * percent / 100, 12);  // the format's name is there
    expect_input_error(ErrorCode::image_truncated, {"photo.jpg"}, [&] { decode(bytes.substr(0, size)); });
  }
}

TEST_P(OtherFormats, AnyByteWrongIsAnErrorOrAPicture) {
  std::mt19937 random(11);
  const auto whole = file(scene(24, 20));
  int refused = 0;
  for (int i = 0; i < 300; ++i) {
    auto bytes = whole;
    bytes[random() % 60] = static_cast<char>(random());
    try {
      EXPECT_FALSE(decode(bytes, {.max_pixels = 100'000}).empty());
    } catch (const InputError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 10);
}

TEST(OtherFormatsDepth, SixteenBitsBecomeEight) {
  const auto picture = scene(20, 10);
  cv::Mat deep;
  picture.convertTo(deep, CV_16U, 257);  // 0..255 -> 0..65535, exactly reversible by any rule
  for (const auto* extension : {".png", ".tiff"}) {
    SCOPED_TRACE(extension);
    expect_same(decode(encode(extension, deep)), picture);
  }
  cv::Mat grey;
  cv::cvtColor(picture, grey, cv::COLOR_BGR2GRAY);
  cv::Mat deep_grey;
  grey.convertTo(deep_grey, CV_16U, 257);
  cv::Mat expected;
  cv::cvtColor(grey, expected, cv::COLOR_GRAY2BGR);
  expect_same(decode(encode(".png", deep_grey)), expected);
}

TEST(OtherFormatsPalette, BecomesItsColours) {
  // 3 x 2 pixels of palette indices 0 1 2 / 2 1 0; colours R, G, B (10, 20, 30), (40, 50, 60), (70, 80, 90).
  // Made with Python's zlib: header, PLTE, IDAT of two unfiltered rows, end.
  const auto file =
      "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\3\0\0\0\2\x08\3\0\0\0\xaa\xaa\x96\x28\0\0\0\tPLTE\n\x14\x1e\x28"
      "\x32\x3c\x46"
      "PZ\x16\xac\x84\x74\0\0\0\x10IDATx\x9c"
      "c``db`bd\0\0\0 \0\x07\x1d+p\xa0\0\0\0\0IEND\xae"
      "B`\x82"s;
  cv::Mat expected(2, 3, CV_8UC3);
  for (int x = 0; x < 3; ++x) {
    for (int y = 0; y < 2; ++y) {
      const auto red = static_cast<uchar>(10 + 30 * (y == 0 ? x : 2 - x));
      expected.at<cv::Vec3b>(y, x) = {static_cast<uchar>(red + 20), static_cast<uchar>(red + 10), red};
    }
  }
  expect_same(decode(file), expected);
}

std::string number(std::uint32_t value, std::size_t width, bool little) {
  std::string bytes;
  for (std::size_t i = 0; i < width; ++i) {
    bytes += static_cast<char>(value >> (8U * (little ? i : width - 1 - i)));
  }
  return bytes;
}

TEST(OtherFormatsClaim, Of60000x60000IsRefusedBeforeDecoding) {
  const auto picture = scene(64, 48);
  const auto png =
      test::patched(encode(".png", picture), 16, number(60'000, 4, false) + number(60'000, 4, false));
  const auto bmp =
      test::patched(encode(".bmp", picture), 18, number(60'000, 4, true) + number(60'000, 4, true));
  const auto top_down =
      test::patched(encode(".bmp", picture), 18,
                    number(60'000, 4, true) + number(static_cast<std::uint32_t>(-60'000), 4, true));
  const auto extended = "RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0"s + number(59'999, 3, true) +
                        number(59'999, 3, true) + std::string(40, '\0');
  for (const auto& file : {png, bmp, top_down, extended}) {
    expect_input_error(ErrorCode::image_too_large, {"photo.jpg", "60000 x 60000"}, [&] { decode(file); });
  }
  expect_input_error(ErrorCode::image_too_large, {"16383 x 16383"}, [] {  // the most a simple WebP can claim
    decode(test::patched(encode(".webp", scene(64, 48), {cv::IMWRITE_WEBP_QUALITY, 80}), 26,
                         "\xFF\x3F\xFF\x3F"));
  });
}

TEST(OtherFormatsClaim, OfNothingIsRefused) {
  const auto png = test::patched(encode(".png", scene(64, 48)), 16, std::string(8, '\0'));
  expect_input_error(ErrorCode::image_format, {"photo.jpg", "0 x 0"}, [&] { decode(png); });
  const auto tiff =
      test::patched(encode(".tiff", scene(64, 48)), 4, "\xFF\xFF\xFF\xFF");  // no directory there
  EXPECT_THROW(decode(tiff), InputError);
}

TEST(OtherFormats, ReadBmpWithRowsFromTheTop) {
  const auto picture = scene(20, 10);
  const auto file = encode(".bmp", picture);
  cv::Mat upside_down;
  cv::flip(picture, upside_down, 0);
  expect_same(decode(test::patched(file, 22, number(static_cast<std::uint32_t>(-10), 4, true))), upside_down);
}

// An uncompressed TIFF of one strip of R, G, B, as either byte order writes it.
std::string tiff(const cv::Mat& picture, bool little, std::uint32_t claimed_width) {
  std::string pixels;
  for (int y = 0; y < picture.rows; ++y) {
    for (int x = 0; x < picture.cols; ++x) {
      const auto& pixel = picture.at<cv::Vec3b>(y, x);
      for (int c = 2; c >= 0; --c) pixels += static_cast<char>(pixel[c]);
    }
  }
  constexpr std::uint32_t kEntries = 9;
  constexpr std::uint32_t kBits =
      8 + 2 + 12 * kEntries + 4;  // where three numbers 8 stand; the pixels follow
  const auto rows = static_cast<std::uint32_t>(picture.rows);
  const auto entry = [&](std::uint32_t tag, std::uint32_t type, std::uint32_t count, std::uint32_t value) {
    const bool wide = type == 4 || count > 1;
    return number(tag, 2, little) + number(type, 2, little) + number(count, 4, little) +
           number(value, wide ? 4 : 2, little) + (wide ? ""s : "\0\0"s);
  };
  return (little ? "II"s : "MM"s) + number(42, 2, little) + number(8, 4, little) +
         number(kEntries, 2, little) + entry(256, 3, 1, claimed_width) + entry(257, 4, 1, rows) +
         entry(258, 3, 3, kBits) + entry(259, 3, 1, 1) + entry(262, 3, 1, 2) + entry(273, 4, 1, kBits + 6) +
         entry(277, 3, 1, 3) + entry(278, 3, 1, rows) +
         entry(279, 4, 1, static_cast<std::uint32_t>(pixels.size())) + number(0, 4, little) +
         number(8, 2, little) + number(8, 2, little) + number(8, 2, little) + pixels;
}

TEST(OtherFormats, ReadTiffOfEitherByteOrder) {
  const auto picture = scene(21, 10);
  for (const bool little : {true, false}) {
    SCOPED_TRACE(little);
    expect_same(decode(tiff(picture, little, 21)), picture);
    expect_input_error(ErrorCode::image_too_large, {"60000 x 10"},
                       [&] { decode(tiff(picture, little, 60'000)); });
  }
}

TEST(OtherFormats, TiffCutBehindItsDirectoryIsTruncated) {
  const auto file = tiff(scene(60, 40), true, 60);
  for (std::size_t percent = 1; percent < 100; ++percent) {
    SCOPED_TRACE(percent);
    expect_input_error(ErrorCode::image_truncated, {"photo.jpg"}, [&] {
      decode(file.substr(0, std::max<std::size_t>(file.size() * percent / 100, 4)));
    });
  }
}

TEST(OtherFormats, UnknownAreNamedByTheirFirstBytes) {
  struct Case {
    std::string file;
    std::string named;
  };
  for (const auto& c :
       {Case{"hello, this is a note and no picture at all", "68 65 6c 6c"},
        Case{"GIF89a" + std::string(50, '\0'), "47 49 46 38"},
        Case{"%PDF-1.7" + std::string(50, ' '), "25 50 44 46"}, Case{std::string(64, '\0'), "00 00 00 00"},
        Case{"RIFF\x40\0\0\0WAVE"s + std::string(50, '\0'), "52 49 46 46"}, Case{"ab", "61 62"},
        Case{"\xFF", "ff"}}) {
    expect_input_error(ErrorCode::image_format, {"photo.jpg", "(starts with " + c.named + ")"},
                       [&] { decode(c.file); });
  }
}

// A file that begins with an ISO base media header of these brands, the main one first.
std::string base_media(const std::string& brands) {
  const auto main = brands.substr(0, 4);
  const auto others = brands.substr(4);
  return number(static_cast<unsigned>(16 + others.size()), 4, false) + "ftyp" + main + "\0\0\0\0"s + others +
         std::string(64, '\0');
}

TEST(OtherFormats, WellKnownAreNamedWithWhatHelps) {
  struct Case {
    std::string file;
    std::string named;
    std::string advice;
  };
  const auto pad = std::string(300, ' ');
  const auto convert = "convert it to JPEG"s;
  for (const auto& c : {
           Case{base_media("heicmif1heic"), "HEIC picture", convert},
           Case{base_media("heixmif1"), "HEIC picture", convert},
           Case{base_media("mif1mif1heic"), "HEIC picture", convert},
           Case{base_media("msf1hevc"), "HEIC picture", convert},
           Case{base_media("mif1miafavif"), "AVIF picture", convert},
           Case{base_media("avifmif1miaf"), "AVIF picture", convert},
           Case{base_media("mif1"), "HEIF picture", convert},
           Case{base_media("crx isom"), "raw picture", convert},
           Case{base_media("qt  qt  "), "QuickTime video", "JPEG"},
           Case{base_media("isomavc1heic"), "MP4 video", "JPEG"},
           Case{"GIF89a" + pad, "GIF picture", convert},
           Case{"\xFF\x0A" + pad, "JPEG XL", convert},
           Case{"\0\0\0\x0CJXL \x0D\x0A\x87\x0A"s + pad, "JPEG XL", convert},
           Case{"\0\0\0\x0CjP  \x0D\x0A\x87\x0A"s + pad, "JPEG 2000", convert},
           Case{"8BPS" + pad, "Photoshop", convert},
           Case{"%PDF-1.7" + pad, "PDF document", "JPEG"},
           Case{"PK\3\4" + pad, "ZIP archive", "unpack"},
           Case{"\r\n<!DOCTYPE HTML><html>" + pad, "HTML page", "photograph"},
           Case{"\xEF\xBB\xBF<?xml version=\"1.0\"?><svg>" + pad, "SVG drawing", convert},
           Case{"<?xml version=\"1.0\"?><Error>" + pad, "XML file", "photograph"},
           Case{"version https://git-lfs.github.com/spec/v1\n", "Git LFS", "photograph"},
           Case{std::string(300, '\0'), "zeros", "photograph"},
       }) {
    expect_input_error(ErrorCode::image_format, {"photo.jpg: ", c.named, "not a JPEG", c.advice},
                       [&] { decode(c.file); });
  }
}

// imread would read the small preview that stands first, and boxes would lie elsewhere.
TEST(OtherFormats, RawOfACameraIsRefusedThoughItIsATiff) {
  const auto file = tiff(scene(21, 10), true, 21);
  const auto with_entry = [&](unsigned tag, unsigned value) {
    return test::patched(
        file, 10 + 12 * 3,
        number(tag, 2, true) + number(4, 2, true) + number(1, 4, true) + number(value, 4, true));
  };
  expect_input_error(ErrorCode::image_format, {"photo.jpg", "raw", "convert"},
                     [&] { decode(with_entry(50'706, 0x0401)); });
  expect_input_error(ErrorCode::image_format, {"photo.jpg", "raw", "convert"},
                     [&] { decode(with_entry(254, 1)); });
  expect_input_error(ErrorCode::image_format, {"photo.jpg", "raw", "convert"}, [&] {
    decode(test::patched(tiff(scene(21, 10), true, 21), 4, "\x10\0\0\0CR\2\0"s + number(0, 2, true)));
  });
  expect_same(decode(with_entry(254, 0)), scene(21, 10));
}

TEST(OtherFormatsFile, IsKnownByItsContentNotByItsName) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "a.jpg";
  test::write_bytes(file, encode(".png", scene(31, 17)));
  expect_same(Image::read(file), scene(31, 17));
}

TEST(OtherFormatsFile, IsNoPlainJpeg) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "a.png";
  test::write_bytes(file, encode(".png", scene(31, 17)));
  EXPECT_FALSE(PhotoReader(file, ImageLimits{}).plain_jpeg());
}

TEST(OtherFormatsFile, CropsHaveTheBytesOfTheWholePhotograph) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "a.png";
  const auto picture = scene(60, 41);
  test::write_bytes(file, encode(".png", picture));
  PhotoReader reader(file, ImageLimits{});
  const std::array boxes{Box{0, 0, 60, 41}, Box{59, 40, 60, 41}, Box{7, 11, 33, 30}};
  reader.announce(boxes);
  for (const auto& box : boxes) {
    const auto crop = reader.crop(box);
    for (int y = 0; y < box.height(); ++y) {
      const auto* found = crop.picture.at(crop.box.x1, crop.box.y1 + y);
      EXPECT_EQ(
          std::memcmp(found, picture.ptr(box.y1 + y, box.x1), static_cast<std::size_t>(box.width()) * 3), 0)
          << "row " << y << " of box " << to_string(box);
    }
  }
}

}  // namespace
}  // namespace skingauge
