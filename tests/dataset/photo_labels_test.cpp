#include "skingauge/error.hpp"

#include "dataset/labels.hpp"
#include "support/temporary_folder.hpp"

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
