#include "runtime/picture_marks.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace skingauge {
namespace {

constexpr std::size_t kBytes = std::size_t{3} * 640 * 480;

// What copying the marks finds in a picture.
std::vector<std::uint8_t> marks_of(const std::vector<std::uint8_t>& picture) {
  const auto step = mark_step(picture.size());
  std::vector<std::uint8_t> marks;
  for (std::size_t i = 0; i < kMarks; ++i) {
    const auto at = picture.begin() + static_cast<std::ptrdiff_t>(i * step);
    marks.insert(marks.end(), at, at + 3);
  }
  return marks;
}

TEST(PictureMarks, LieInsidePicturesOfEverySize) {
  for (std::size_t pixels = kMarks; pixels < 5000; ++pixels) {
    const auto step = mark_step(3 * pixels);
    ASSERT_EQ(step % 3, 0U);
    ASSERT_GE(step, 3U);
    ASSERT_LE((kMarks - 1) * step + 3, 3 * pixels);
    ASSERT_GT((kMarks - 1) * step + 3 * kMarks, 3 * pixels)
        << "none lies in the last 63 pixels of " << pixels;
  }
}

TEST(PictureMarks, PictureThatWasLeftOutShows) {
  EXPECT_FALSE(written(marks_of(std::vector<std::uint8_t>(kBytes, kMark))));
  EXPECT_TRUE(written(marks_of(std::vector<std::uint8_t>(kBytes, 0))));
}

TEST(PictureMarks, BandThatWasLeftOutShows) {
  std::vector<std::uint8_t> picture(kBytes, 77);
  std::fill(picture.end() - static_cast<std::ptrdiff_t>(picture.size() / 7), picture.end(), kMark);
  EXPECT_FALSE(written(marks_of(picture)));
}

TEST(PictureMarks, SomeGreyPixelsAreNoGap) {
  std::vector<std::uint8_t> picture(kBytes, 77);
  std::fill(picture.begin(), picture.begin() + static_cast<std::ptrdiff_t>(picture.size() / 10), kMark);
  EXPECT_TRUE(written(marks_of(picture)));
}

}  // namespace
}  // namespace skingauge
