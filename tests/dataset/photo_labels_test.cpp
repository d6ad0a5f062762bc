#include "skingauge/error.hpp"
#include "skingauge/image.hpp"

#include "dataset/labels.hpp"
#include "support/temporary_folder.hpp"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skingauge {
namespace {

namespace fs = std::filesystem;
using test::label_json;
using test::write_label;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(ParsePhotoId, SplitsSubjectDeviceAndAngle) {
  const auto name = parse_photo_id("0001_02_R30");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->subject, "0001");
  EXPECT_EQ(name->device, 2);
  EXPECT_EQ(name->angle, "R30");
  EXPECT_EQ(parse_photo_id("demo_person_1_03_Ft").value().subject, "demo_person_1");
  EXPECT_EQ(parse_photo_id("\uAC00_1_F").value().subject, "\uAC00");
}

TEST(ParsePhotoId, IsEmptyForOtherNames) {
  for (const auto* id : {"", "_", "__", "0001", "0001_01", "_01_F", "0001_01_", "0001__F", "0001_00_F",
                         "0001_04_F", "0001_x_F", "0001_1x_F", "0001_-1_F", "0001_99999999999_F", "_1_"}) {
    EXPECT_FALSE(parse_photo_id(id)) << id;
  }
}

TEST(PhotoDevice, HasAName) {
  EXPECT_EQ(to_string(PhotoDevice::camera), "camera");
  EXPECT_EQ(to_string(PhotoDevice::tablet), "tablet");
  EXPECT_EQ(to_string(PhotoDevice::phone), "phone");
}

class PhotoLabelsTest : public ::testing::Test {
 protected:
  // A label of the photograph; `named` is the facepart in its file's name.
  void add(int named, const Json& label) {
    photo_.labels.push_back(write_label(folder_.path(), photo_.id, named, label));
  }
  void add_text(const std::string& name, const std::string& text) {
    test::write_bytes(folder_.path() / name, text);
    photo_.labels.push_back(folder_.path() / name);
  }
  test::TemporaryFolder folder_;
  PhotoEntry photo_{"0001_01_F", {}, PhotoDevice::camera, "0001", "F", {}};
};

TEST_F(PhotoLabelsTest, OfAllFacepartsLieAtTheirNumbers) {
  for (int i = 0; i < 9; ++i) add(i, label_json(i, {i, i, 100 + i, 200 + i}));
  const auto all = read_labels(photo_);
  for (int i = 0; i < 9; ++i) {
    const auto& label = all.labels[static_cast<std::size_t>(i)];
    ASSERT_TRUE(label) << i;
    EXPECT_EQ(label->box, (Box{i, i, 100 + i, 200 + i}));
    EXPECT_FALSE(all.errors[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(all.width, 2136);
  EXPECT_EQ(all.height, 3216);
  EXPECT_THAT(all.conflicts, IsEmpty());
}

TEST_F(PhotoLabelsTest, BadFileIsAnErrorAtItsNamesFacepartAndTouchesNoOther) {
  add(1, label_json(1));
  add_text("0001_01_F_05.json", "{broken");
  add(6, label_json(6, {1, 2, 3}));
  add(7, label_json(99));
  photo_.labels.push_back(folder_.path() / "0001_01_F_08.json");  // gone since the listing
  const auto all = read_labels(photo_);
  EXPECT_TRUE(all.labels[1]);
  for (const auto& [at, code] :
       {std::pair{5U, ErrorCode::label_syntax}, std::pair{6U, ErrorCode::box_invalid},
        std::pair{7U, ErrorCode::label_field}, std::pair{8U, ErrorCode::label_syntax}}) {
    EXPECT_FALSE(all.labels[at]);
    ASSERT_TRUE(all.errors[at]) << at;
    EXPECT_EQ(to_string(all.errors[at]->code), to_string(code));
    EXPECT_THAT(all.errors[at]->message, HasSubstr("0001_01_F_0" + std::to_string(at) + ".json"));
  }
  EXPECT_THAT(all.conflicts, IsEmpty());
}

TEST_F(PhotoLabelsTest, BadFileWithoutAFacepartInItsNameIsAConflict) {
  add_text("0001_01_F_xx.json", "{broken");
  add_text("0001_01_F_09.json", "{broken");
  const auto all = read_labels(photo_);
  EXPECT_THAT(all.conflicts, ElementsAre(HasSubstr("_xx.json"), HasSubstr("_09.json")));
}

TEST_F(PhotoLabelsTest, FacepartOfTheJsonGoesBeforeTheNames) {
  add(5, label_json(6));
  const auto all = read_labels(photo_);
  EXPECT_FALSE(all.labels[5]);
  EXPECT_TRUE(all.labels[6]);
  EXPECT_THAT(all.conflicts, ElementsAre(AllOf(HasSubstr("0001_01_F_05.json"), HasSubstr("facepart 6"))));
}

TEST_F(PhotoLabelsTest, FirstFileOfAFacepartIsUsed) {
  add(5, label_json(5, {1, 1, 100, 100}));
  add(6, label_json(5, {2, 2, 200, 200}));
  const auto all = read_labels(photo_);
  EXPECT_EQ(all.labels[5]->box, (Box{1, 1, 100, 100}));
  EXPECT_THAT(all.conflicts, ElementsAre(HasSubstr("facepart 5 is used"), HasSubstr("twice")));
}

TEST_F(PhotoLabelsTest, NameAndJsonThatDisagreeAreConflicts) {
  auto json = label_json(5);
  json["images"]["device"] = 2;
  json["images"]["angle"] = 4;
  json["info"]["id"] = "0002";
  add(5, json);
  const auto all = read_labels(photo_);
  EXPECT_TRUE(all.labels[5]);
  EXPECT_THAT(all.conflicts, ElementsAre(HasSubstr("images.device 2"), HasSubstr("images.angle 4"),
                                         HasSubstr("info.id is 0002")));
}

TEST_F(PhotoLabelsTest, DeviceMayCountFromZeroOrOne) {
  photo_.device = PhotoDevice::tablet;
  photo_.id = "0001_02_F";
  for (int device = 0; device <= 3; ++device) {
    auto json = label_json(5);
    json["images"]["device"] = device;
    photo_.labels.clear();
    add(5, json);
    EXPECT_EQ(read_labels(photo_).conflicts.empty(), device == 1 || device == 2) << device;
  }
}

TEST_F(PhotoLabelsTest, LabelOfAnotherPicturesSizeIsAnError) {
  add(1, label_json(1));
  auto json = label_json(2);
  json["images"]["width"] = 2448;
  add(2, json);
  auto sizeless = label_json(3);
  sizeless["images"].erase("width");
  add(3, sizeless);
  const auto all = read_labels(photo_);
  EXPECT_TRUE(all.labels[1]);
  EXPECT_FALSE(all.labels[2]);
  ASSERT_TRUE(all.errors[2]);
  EXPECT_EQ(all.errors[2]->code, ErrorCode::image_size_mismatch);
  EXPECT_THAT(all.errors[2]->message, HasSubstr("0001_01_F_02.json"));
  EXPECT_TRUE(all.labels[3]) << "a label that says no size fits any";
  EXPECT_EQ(all.width, 2136);
}

// ---- Boxes written as [x, y, width, height]

// A frontal face of 1200 x 1600 pixels at (450, 700), by where the faceparts lie in such faces (protocol,
// section 9): corners x1, y1, x2, y2.
const std::vector<std::array<int, 4>> kFaceBoxes{
    {0, 0, 2136, 3216},       {762, 720, 1321, 1012},   {968, 978, 1125, 1228},
    {625, 1177, 698, 1436},   {1406, 1176, 1467, 1434}, {655, 1374, 905, 1831},
    {1191, 1375, 1439, 1826}, {853, 1885, 1243, 2088},  {691, 1977, 1401, 2351}};

Json as_corners(const std::array<int, 4>& b) { return {b[0], b[1], b[2], b[3]}; }
Json as_swapped(const std::array<int, 4>& b) { return {b[2], b[3], b[0], b[1]}; }
Json as_sizes(const std::array<int, 4>& b) { return {b[0], b[1], b[2] - b[0], b[3] - b[1]}; }

int count_errors(const PhotoLabels& all, ErrorCode code) {
  int count = 0;
  for (const auto& error : all.errors) count += error && error->code == code ? 1 : 0;
  return count;
}

TEST_F(PhotoLabelsTest, BoxesOfSizesInPlaceOfCornersAreRefusedTogether) {
  for (std::size_t i = 0; i < 9; ++i)
    add(static_cast<int>(i), label_json(static_cast<int>(i), as_sizes(kFaceBoxes[i])));
  const auto all = read_labels(photo_);
  EXPECT_EQ(count_errors(all, ErrorCode::box_invalid), 9);
  for (const auto& label : all.labels) EXPECT_FALSE(label);
  EXPECT_THAT(all.errors[5]->message,
              AllOf(HasSubstr("_05.json"), HasSubstr("8 of"), HasSubstr("9 boxes"),
                    HasSubstr("[x, y, width, height]"), HasSubstr("[x1, y1, x2, y2]")));
}

TEST_F(PhotoLabelsTest, AnyTwoBoxesOfSizesAreEnough) {
  for (std::size_t i = 2; i < 9; ++i) {
    for (std::size_t j = 2; j < i; ++j) {
      photo_.labels.clear();
      add(static_cast<int>(i), label_json(static_cast<int>(i), as_sizes(kFaceBoxes[i])));
      add(static_cast<int>(j), label_json(static_cast<int>(j), as_sizes(kFaceBoxes[j])));
      EXPECT_EQ(count_errors(read_labels(photo_), ErrorCode::box_invalid), 2) << i << ' ' << j;
    }
  }
}

TEST_F(PhotoLabelsTest, SomeBoxesOfSizesAmongCornersAreRefusedAlone) {
  for (std::size_t i = 0; i < 9; ++i)
    add(static_cast<int>(i),
        label_json(static_cast<int>(i), i % 2 == 1 ? as_sizes(kFaceBoxes[i]) : as_corners(kFaceBoxes[i])));
  const auto all = read_labels(photo_);
  EXPECT_EQ(count_errors(all, ErrorCode::box_invalid), 4);
  for (std::size_t i = 0; i < 9; ++i) EXPECT_EQ(all.labels[i].has_value(), i % 2 == 0) << i;
}

// One that was written by another tool than the rest: it lies where no face has it.
TEST_F(PhotoLabelsTest, OneBoxOfSizesAmongCornersIsRefusedWhereTheFaceMakesNoSense) {
  for (std::size_t odd = 1; odd < 9; ++odd) {
    photo_.labels.clear();
    for (std::size_t i = 0; i < 9; ++i)
      add(static_cast<int>(i),
          label_json(static_cast<int>(i), i == odd ? as_sizes(kFaceBoxes[i]) : as_corners(kFaceBoxes[i])));
    EXPECT_EQ(count_errors(read_labels(photo_), ErrorCode::box_invalid), odd == 1 || odd == 5 ? 0 : 1) << odd;
  }
}

TEST_F(PhotoLabelsTest, BoxesOfSizesThatLeaveThePictureALittleAreRefused) {
  for (std::size_t i = 0; i < 9; ++i) {
    auto box = as_sizes(kFaceBoxes[i]);
    if (i == 6) box[2] = 2136 - kFaceBoxes[i][0] + 9;
    add(static_cast<int>(i), label_json(static_cast<int>(i), box));
  }
  EXPECT_EQ(count_errors(read_labels(photo_), ErrorCode::box_invalid), 9);
}

TEST_F(PhotoLabelsTest, NullBoxesStayUsableBesideBoxesOfSizes) {
  for (std::size_t i = 0; i < 9; ++i)
    add(static_cast<int>(i), label_json(static_cast<int>(i), i < 3 ? Json() : as_sizes(kFaceBoxes[i])));
  const auto all = read_labels(photo_);
  EXPECT_EQ(count_errors(all, ErrorCode::box_invalid), 6);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(all.labels[i]) << i;
}

// Which corners come swapped must not matter, be it one, two or all.
TEST_F(PhotoLabelsTest, SwappedCornersAreSorted) {
  for (unsigned swapped = 0; swapped < 512; ++swapped) {
    photo_.labels.clear();
    for (std::size_t i = 0; i < 9; ++i) {
      const bool swap = (swapped >> i & 1U) != 0;
      add(static_cast<int>(i),
          label_json(static_cast<int>(i), swap ? as_swapped(kFaceBoxes[i]) : as_corners(kFaceBoxes[i])));
    }
    const auto all = read_labels(photo_);
    ASSERT_EQ(count_errors(all, ErrorCode::box_invalid), 0) << swapped;
    for (std::size_t i = 0; i < 9; ++i) {
      const auto& b = kFaceBoxes[i];
      ASSERT_EQ(all.labels[i]->box, (Box{b[0], b[1], b[2], b[3]}));
      ASSERT_EQ(all.labels[i]->corners_swapped, (swapped >> i & 1U) != 0);
    }
  }
}

TEST_F(PhotoLabelsTest, BoxesOfSizesAreJudgedByThePhotographWhereLabelsSayNoSize) {
  photo_.file = folder_.path() / "0001_01_F.jpg";
  const auto bytes = std::make_shared<std::uint8_t[]>(std::size_t{2136} * 3216 * 3);
  write_jpeg(photo_.file, Image(2136, 3216, bytes));
  for (std::size_t i = 0; i < 9; ++i) {
    auto label = label_json(static_cast<int>(i), as_sizes(kFaceBoxes[i]));
    label["images"].erase("width");
    label["images"].erase("height");
    add(static_cast<int>(i), label);
  }
  EXPECT_EQ(count_errors(read_labels(photo_), ErrorCode::box_invalid), 9);
}

TEST_F(PhotoLabelsTest, OfNoFilesAreEmpty) {
  const auto all = read_labels(photo_);
  for (const auto& label : all.labels) EXPECT_FALSE(label);
  EXPECT_EQ(all.width, std::nullopt);
}

TEST(FindLabels, BesideOneAnotherOrInTheProgramLayout) {
  const test::TemporaryFolder folder;
  for (const int i : {10, 2, 0}) write_label(folder.path() / "flat", "portrait", i, label_json(0));
  write_label(folder.path() / "flat", "portrait_2", 1, label_json(1));
  std::vector<std::string> names;
  for (const auto& file : find_labels(folder.path() / "flat", "portrait")) names.push_back(file.filename());
  EXPECT_THAT(names, ElementsAre("portrait_00.json", "portrait_02.json", "portrait_10.json"));

  write_label(folder.path() / "tree/02/0001", "0001_02_F", 3, label_json(3));
  EXPECT_THAT(find_labels(folder.path() / "tree", "0001_02_F"),
              ElementsAre(folder.path() / "tree/02/0001/0001_02_F_03.json"));
}

TEST(FindLabels, InTheArchivesFoldersAndInWholeDataSets) {
  const test::TemporaryFolder folder;
  const auto set = folder.path() / "Training/02.labels/TL_02/1. camera/0001";
  write_label(set, "0001_01_F", 3, label_json(3));
  write_label(set, "0001_01_Fb", 3, label_json(3));
  for (const auto* from : {"", "Training", "Training/02.labels", "Training/02.labels/TL_02"})
    EXPECT_THAT(find_labels(folder.path() / from, "0001_01_F"), ElementsAre(set / "0001_01_F_03.json"))
        << from;
}

TEST(FindLabels, OfTheOtherUnicodeForm) {
  const test::TemporaryFolder folder;
  write_label(folder.path(), "\uC774", 3, label_json(3));
  EXPECT_THAT(find_labels(folder.path(), "\u110B\u1175"), SizeIs(1));
}

TEST(FindLabels, IsEmptyWhereThereAreNone) {
  const test::TemporaryFolder folder;
  EXPECT_THAT(find_labels(folder.path(), "portrait"), IsEmpty());
  EXPECT_THAT(find_labels(folder.path(), "0001_02_F"), IsEmpty());
  EXPECT_THAT(find_labels(folder.path() / "none", "portrait"), IsEmpty());
}

TEST(FindLabels, NeverLeavesTheFolder) {
  const test::TemporaryFolder folder;
  write_label(folder.path() / "outside", "outside_01_F", 3, label_json(3));
  fs::create_directories(folder.path() / "inside/01");
  EXPECT_THAT(find_labels(folder.path() / "inside", "../outside/outside_01_F"), IsEmpty());
  EXPECT_THAT(find_labels(folder.path() / "inside", "../../outside_01_F"), IsEmpty());
}

}  // namespace
}  // namespace skingauge
