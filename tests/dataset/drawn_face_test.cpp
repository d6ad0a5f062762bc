#include "dataset/drawn_face.hpp"

#include "skingauge/dataset.hpp"
#include "skingauge/synthesis.hpp"

#include "support/temporary_folder.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::SizeIs;

TEST(DrawnFace, HasAllFacepartsInsideThePhotograph) {
  const auto drawn = draw_face(523);
  ASSERT_THAT(drawn.boxes, SizeIs(9));
  for (const auto& [facepart, box, swapped] : drawn.boxes) {
    ASSERT_TRUE(box) << info(facepart).name;
    EXPECT_TRUE(box->inside(drawn.photo.width(), drawn.photo.height())) << info(facepart).name;
  }
}

TEST(DrawnFace, IsTheOneThatSynthesisDraws) {
  const test::TemporaryFolder folder;
  const auto root = folder.path() / "drawn";
  synthesize(root, {.subjects = 1, .seed = 523, .devices = {2}, .awkward = false, .jpeg_quality = 90});
  const auto dataset = list_dataset(root);
  const auto front = std::find_if(dataset.photos.begin(), dataset.photos.end(),
                                  [](const PhotoEntry& photo) { return photo.angle == "F"; });
  ASSERT_NE(front, dataset.photos.end());
  const auto drawn = draw_face(523);
  const auto bytes = encode_jpeg(drawn.photo, 90);
  const auto expected = Image::read(front->file);
  const auto found = Image::decode(std::as_bytes(std::span(bytes)));
  EXPECT_TRUE(std::equal(found.pixels().begin(), found.pixels().end(), expected.pixels().begin(),
                         expected.pixels().end()));
  const auto labels = read_labels(*front);
  for (const auto& [facepart, box, swapped] : drawn.boxes)
    EXPECT_EQ(labels.labels[index(facepart)]->box, box);
}

}  // namespace
}  // namespace skingauge
