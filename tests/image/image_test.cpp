#include "skingauge/image.hpp"

#include "skingauge/error.hpp"

#include "image/pictures.hpp"
#include "support/expect_error.hpp"
#include "support/files.hpp"
#include "support/temporary_folder.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace skingauge {
namespace {

namespace fs = std::filesystem;
using test::expect_input_error;
using test::scene;

TEST(Image, RefusesSizesThatNoPixelsFit) {
  const auto pixels = std::make_shared<std::uint8_t[]>(12);
  EXPECT_THROW(Image(0, 2, pixels), std::invalid_argument);
  EXPECT_THROW(Image(2, -1, pixels), std::invalid_argument);
  EXPECT_THROW(Image(2, 2, nullptr), std::invalid_argument);
}

TEST(Image, SharesPixelsWithItsCopies) {
  const Image image = test::to_image(scene(5, 4));
  const Image copy = image;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(copy.pixels().data(), image.pixels().data());
  EXPECT_EQ(image.pixels().size(), 60U);
  EXPECT_EQ(image.at(2, 3), image.pixels().data() + 3 * (3 * 5 + 2));
}

TEST(Image, IsEmptyUntilGivenPixels) {
  EXPECT_TRUE(Image().empty());
  EXPECT_FALSE(test::to_image(scene(5, 4)).empty());
}

class ImageFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] fs::path at(const std::string& name) const { return folder_.path() / name; }
  test::TemporaryFolder folder_;
};

TEST_F(ImageFileTest, ReadsWhatDecodeReads) {
  const auto bytes = test::encode_jpeg(scene(31, 17), TJSAMP_420);
  test::write_bytes(at("a.jpg"), bytes);
  test::expect_same(Image::read(at("a.jpg")), test::to_mat(test::decode(bytes)));
}

TEST_F(ImageFileTest, ReadsPathsOfAnyLanguage) {
  const auto bytes = test::encode_jpeg(scene(31, 17), TJSAMP_420);
  for (const auto* name : {
           "\uC5BC\uAD74 \uC0AC\uC9C4/\uAC00.jpg",                   // composed Korean, with a blank
           "\u110B\u1165\u11AF\u1100\u116E\u11AF/\u1100\u1161.jpg",  // the same, decomposed
           "line\nbreak/ a.jpg",
           "\xB0\xA1/not-utf-8.jpg",
       }) {
    SCOPED_TRACE(name);
    test::write_bytes(at(name), bytes);
    EXPECT_EQ(Image::read(at(name)).width(), 31);
    test::write_bytes(at(name), bytes.substr(0, 300));
    expect_input_error(ErrorCode::image_truncated, {at(name).string()}, [&] { Image::read(at(name)); });
  }
}

TEST_F(ImageFileTest, NamesWhatIsMissing) {
  expect_input_error(ErrorCode::image_missing, {"none.jpg", "no such file"},
                     [&] { Image::read(at("none.jpg")); });
  expect_input_error(ErrorCode::image_missing, {"no such file"}, [] { Image::read(""); });
  expect_input_error(ErrorCode::image_missing, {"no such file"},
                     [&] { Image::read(at(std::string(4096, 'x') + ".jpg")); });
}

TEST_F(ImageFileTest, DoesNotWaitForWhatIsNoRegularFile) {
  fs::create_directory(at("folder.jpg"));
  ASSERT_EQ(mkfifo(at("fifo.jpg").c_str(), 0600), 0);
  fs::create_symlink(at("fifo.jpg"), at("link.jpg"));
  for (const auto* name : {"folder.jpg", "fifo.jpg", "link.jpg"}) {
    expect_input_error(ErrorCode::image_missing, {name, "not a regular file"},
                       [&] { Image::read(at(name)); });
  }
}

TEST_F(ImageFileTest, FollowsLinksButNoLoop) {
  test::write_bytes(at("a.jpg"), test::encode_jpeg(scene(31, 17), TJSAMP_420));
  fs::create_symlink("a.jpg", at("link.jpg"));
  EXPECT_EQ(Image::read(at("link.jpg")).width(), 31);
  fs::create_symlink("loop.jpg", at("loop.jpg"));
  expect_input_error(ErrorCode::image_missing, {"loop.jpg"}, [&] { Image::read(at("loop.jpg")); });
}

TEST_F(ImageFileTest, RefusesEmptyAndOtherContentByName) {
  test::write_bytes(at("empty.jpg"), "");
  expect_input_error(ErrorCode::image_empty, {"empty.jpg"}, [&] { Image::read(at("empty.jpg")); });
  test::write_bytes(at("notes.jpg"), "Dear reader, this is text.");
  expect_input_error(ErrorCode::image_format, {"notes.jpg", "44 65 61 72"},
                     [&] { Image::read(at("notes.jpg")); });
}

TEST_F(ImageFileTest, ChecksTheFilesSizeBeforeReadingIt) {
  const auto bytes = test::encode_jpeg(scene(31, 17), TJSAMP_420);
  test::write_bytes(at("a.jpg"), bytes);
  EXPECT_EQ(Image::read(at("a.jpg"), {.max_bytes = bytes.size()}).width(), 31);
  expect_input_error(ErrorCode::image_too_large, {"a.jpg", std::to_string(bytes.size())},
                     [&] { Image::read(at("a.jpg"), {.max_bytes = bytes.size() - 1}); });
  fs::resize_file(at("a.jpg"), 1ULL << 40U);  // sparse: a terabyte that nobody could read
  expect_input_error(ErrorCode::image_too_large, {"a.jpg", "1099511627776"},
                     [&] { Image::read(at("a.jpg")); });
}

TEST_F(ImageFileTest, WritesAJpegThatReadsAlike) {
  const auto picture = scene(120, 91);
  const auto image = test::to_image(picture);
  write_jpeg(at("a.jpg"), image, 95);
  const auto again = Image::read(at("a.jpg"));
  ASSERT_EQ(again.width(), 120);
  ASSERT_EQ(again.height(), 91);
  double sum = 0;
  for (std::size_t i = 0; i < image.pixels().size(); ++i)
    sum += std::abs(image.pixels()[i] - again.pixels()[i]);
  EXPECT_LT(sum / static_cast<double>(image.pixels().size()), 8.0);  // the scene's noise loses its colour
  write_jpeg(at("small.jpg"), image, 20);
  EXPECT_LT(fs::file_size(at("small.jpg")), fs::file_size(at("a.jpg")) / 2);
}

TEST_F(ImageFileTest, WritesBaselineWithHalvedColour) {
  write_jpeg(at("a.jpg"), test::to_image(scene(32, 32)));
  const auto file = test::read_bytes(at("a.jpg"));
  EXPECT_NE(file.find("\xFF\xC0"), std::string::npos);
  const auto frame = file.find("\xFF\xC0");
  EXPECT_EQ(file[frame + 11], '\x22');  // sampling factors of the first component: 4:2:0
}

TEST_F(ImageFileTest, WritesTheSameBytesEachTime) {
  const auto image = test::to_image(scene(64, 48));
  write_jpeg(at("a.jpg"), image);
  write_jpeg(at("b.jpg"), image);
  EXPECT_EQ(test::read_bytes(at("a.jpg")), test::read_bytes(at("b.jpg")));
}

TEST_F(ImageFileTest, LeavesAnOpenReaderItsOldJpegWhole) {
  write_jpeg(at("a.jpg"), test::to_image(scene(64, 48)));
  const auto old = test::read_bytes(at("a.jpg"));
  std::ifstream reader(at("a.jpg"), std::ios::binary);
  write_jpeg(at("a.jpg"), test::to_image(scene(8, 8)));
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(reader), {}), old);
  EXPECT_NE(test::read_bytes(at("a.jpg")), old);
}

TEST_F(ImageFileTest, RefusesToWriteWhereItCannot) {
  const auto image = test::to_image(scene(8, 8));
  test::expect_error<DiskError>(ErrorCode::io_failed, {"none/a.jpg"},
                                [&] { write_jpeg(at("none/a.jpg"), image); });
  for (const int quality : {-1, 0, 101}) {
    SCOPED_TRACE(quality);
    test::expect_error<UsageError>(ErrorCode::bad_option, {"quality", std::to_string(quality), "1..100"},
                                   [&] { write_jpeg(at("a.jpg"), image, quality); });
  }
}

}  // namespace
}  // namespace skingauge
