#include "skingauge/dataset.hpp"
#include "skingauge/error.hpp"

#include "dataset/labels.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace skingauge {
namespace {

namespace fs = std::filesystem;
using test::expect_input_error;
using test::ids;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// The archive's folder names, composed and decomposed as different systems unpack them.
constexpr const char* kPhotosComposed = "01.\uC6D0\uCC9C\uB370\uC774\uD130";
constexpr const char* kPhotosDecomposed =
    "01.\u110B\u116F\u11AB\u110E\u1165\u11AB\u1103\u1166\u110B\u1175\u1110\u1165";
constexpr const char* kLabelsComposed = "02.\uB77C\uBCA8\uB9C1\uB370\uC774\uD130";
constexpr const char* kLabelsDecomposed =
    "02.\u1105\u1161\u1107\u1166\u11AF\u1105\u1175\u11BC\u1103\u1166\u110B\u1175\u1110\u1165";
constexpr const char* kCameraComposed = "1. \uB514\uC9C0\uD138\uCE74\uBA54\uB77C";
constexpr const char* kCameraDecomposed =
    "1. \u1103\u1175\u110C\u1175\u1110\u1165\u11AF\u110F\u1161\u1106\u1166\u1105\u1161";
constexpr const char* kPadComposed = "2. \uC2A4\uB9C8\uD2B8\uD328\uB4DC";
constexpr const char* kPhoneComposed = "3. \uC2A4\uB9C8\uD2B8\uD3F0";

class ListingTest : public ::testing::Test {
 protected:
  // Nothing is read while listing: a byte will do.
  void photo(const fs::path& file) const { test::write_bytes(root() / file, "x"); }
  void program_photo(const std::string& device, const std::string& id) const {
    photo(fs::path("img") / device / id.substr(0, 4) / (id + ".jpg"));
  }
  void labels(const fs::path& folder, const std::string& id, int count = 9) const {
    for (int i = 0; i < count; ++i) photo(folder / (id + "_" + test::two_digits(i) + ".json"));
  }
  [[nodiscard]] const fs::path& root() const { return folder_.path(); }

 private:
  test::TemporaryFolder folder_;
};

// ---- Program layout
// -------------------------------------------------------------------------------------------

TEST_F(ListingTest, ProgramLayoutIsInNaturalOrderOfDeviceSubjectAndName) {
  for (const auto* id : {"0002_01_F", "0010_01_F", "0001_01_R30", "0001_01_Fb", "0001_01_F"})
    program_photo("01", id);
  program_photo("03", "0001_03_L");
  program_photo("02", "0009_02_R");
  const auto dataset = list_dataset(root());
  EXPECT_EQ(dataset.layout, DatasetLayout::program);
  EXPECT_EQ(dataset.root, root());
  EXPECT_THAT(ids(dataset.photos), ElementsAre("0001_01_F", "0001_01_Fb", "0001_01_R30", "0002_01_F",
                                               "0010_01_F", "0009_02_R", "0001_03_L"));
  EXPECT_THAT(dataset.notes, IsEmpty());
}

TEST_F(ListingTest, EntryHoldsWhatItsNameSaysAndItsLabels) {
  program_photo("02", "0007_02_L");
  labels("label/02/0007", "0007_02_L");
  labels("label/02/0007", "0007_02_R");
  const auto dataset = list_dataset(root());
  ASSERT_THAT(dataset.photos, SizeIs(1));
  const auto& entry = dataset.photos[0];
  EXPECT_EQ(entry.file, root() / "img/02/0007/0007_02_L.jpg");
  EXPECT_EQ(entry.device, PhotoDevice::tablet);
  EXPECT_EQ(entry.subject, "0007");
  EXPECT_EQ(entry.angle, "L");
  ASSERT_THAT(entry.labels, SizeIs(9));
  for (int i = 0; i < 9; ++i) {
    EXPECT_EQ(entry.labels[static_cast<std::size_t>(i)].filename(),
              "0007_02_L_0" + std::to_string(i) + ".json");
  }
}

TEST_F(ListingTest, PhotographsNeedNoLabels) {
  program_photo("01", "0001_01_F");
  EXPECT_THAT(list_dataset(root()).photos[0].labels, IsEmpty());
}

TEST_F(ListingTest, TakesTheUsualExtensionsInAnyCase) {
  for (const auto* name : {"0001_01_F.jpg", "0001_01_Fb.JPG", "0001_01_Ft.jpeg", "0001_01_L15.PNG",
                           "0001_01_L30.JFIF", "0001_01_R15.webp", "0001_01_R30.bmp", "0002_01_F.tif",
                           "0002_01_Fb.tiff", "0002_01_Ft.json", "notes.txt", "Thumbs.db"}) {
    photo(fs::path("img/01/0001") / name);
  }
  EXPECT_THAT(ids(list_dataset(root()).photos),
              ElementsAre("0001_01_F", "0001_01_Fb", "0001_01_Ft", "0001_01_L15", "0001_01_L30",
                          "0001_01_R15", "0001_01_R30", "0002_01_F", "0002_01_Fb"));
}

TEST_F(ListingTest, CountsAndNamesPicturesThatAreNotRead) {
  program_photo("01", "0001_01_F");
  const std::vector<std::string> lost{"0001_01_Fb.heic", "0001_01_Ft.HEIC", "0001_01_L15.avif",
                                      "0001_01_L30.gif", "0001_01_R15.dng", "0001_01_R30.jpg.crdownload",
                                      "0001_01_R30",     "IMG_0001.HEIC"};
  for (const auto& name : lost) photo(fs::path("img/01/0001") / name);
  const auto dataset = list_dataset(root());
  EXPECT_THAT(ids(dataset.photos), ElementsAre("0001_01_F"));
  EXPECT_EQ(dataset.passed_over, (PassedOver{8, 0, 0}));
  EXPECT_THAT(dataset.notes, SizeIs(8));
  for (const auto& name : lost)
    EXPECT_THAT(dataset.notes, Contains(HasSubstr(name + ": is not read"))) << name;
}

TEST_F(ListingTest, CountsAndNamesLabelsWithoutAPhotograph) {
  program_photo("01", "0001_01_F");
  labels("label/01/0001", "0001_01_F");
  labels("label/01/0001", "0001_01_Fb");
  labels("label/02/0007", "0007_02_L", 4);
  labels("label/02/0007", "0007_02_R", 1);
  const auto dataset = list_dataset(root());
  EXPECT_THAT(dataset.photos[0].labels, SizeIs(9));
  EXPECT_EQ(dataset.passed_over, (PassedOver{0, 14, 0}));
  EXPECT_THAT(dataset.notes, ElementsAre(HasSubstr("label/01/0001/0001_01_Fb_*.json: 9 label files"),
                                         HasSubstr("label/02/0007/0007_02_L_*.json: 4 label files"),
                                         HasSubstr("label/02/0007/0007_02_R_*.json: 1 label file ")));
}

TEST_F(ListingTest, ReadsPhotographsOnAnotherLevelOfTheirFolder) {
  photo("img/0001_01_F.jpg");
  photo("img/01/0002_01_F.jpg");
  photo("img/01/0003/more/0003_01_F.jpg");
  for (const auto* id : {"0001_01_F", "0002_01_F", "0003_01_F"}) labels("label", id);
  const auto dataset = list_dataset(root());
  EXPECT_THAT(ids(dataset.photos), ElementsAre("0001_01_F", "0002_01_F", "0003_01_F"));
  for (const auto& entry : dataset.photos) EXPECT_THAT(entry.labels, SizeIs(9)) << entry.id;
  EXPECT_EQ(dataset.passed_over, PassedOver{});
}

TEST_F(ListingTest, PhotographsAndLabelsOutsideTheirFoldersArePassedOver) {
  program_photo("01", "0001_01_F");
  labels("label/01/0001", "0001_01_F");
  photo("crops/0001_01_F.jpg");
  photo("backup/0002_01_F.jpg");
  photo("readme/cover.png");  // no photograph of the data set
  labels("backup", "0001_01_F", 2);
  const auto dataset = list_dataset(root());
  EXPECT_THAT(ids(dataset.photos), ElementsAre("0001_01_F"));
  EXPECT_EQ(dataset.photos[0].file, root() / "img/01/0001/0001_01_F.jpg");
  EXPECT_THAT(dataset.photos[0].labels, SizeIs(9));
  EXPECT_EQ(dataset.passed_over, (PassedOver{2, 2, 0}));
  EXPECT_THAT(dataset.notes, Contains(HasSubstr("crops/0001_01_F.jpg: lies outside")));
}

TEST_F(ListingTest, FindsLabelsOfTheOtherUnicodeForm) {
  photo("img/01/\uC774/\uC774_01_F.jpg");
  labels("label/01/\u110B\u1175", "\u110B\u1175_01_F");
  EXPECT_THAT(list_dataset(root()).photos[0].labels, SizeIs(9));
}

TEST_F(ListingTest, PassesOverHiddenFilesWithoutANote) {
  program_photo("01", "0001_01_F");
  photo("img/01/0001/.0001_01_Fb.jpg");
  photo("img/01/.hidden/0002_01_F.jpg");
  photo("img/.git/0001/0001_01_Ft.jpg");
  photo("img/01/0001/._0001_01_F.jpg");  // as macOS leaves beside each file
  photo("label/01/0001/._0001_01_F_00.json");
  const auto dataset = list_dataset(root());
  EXPECT_THAT(ids(dataset.photos), ElementsAre("0001_01_F"));
  EXPECT_THAT(dataset.photos[0].labels, IsEmpty());
  EXPECT_THAT(dataset.notes, IsEmpty());
}

TEST_F(ListingTest, NotesWhatItPassesOver) {
  program_photo("01", "0001_01_F");
  photo("img/01/0001/holiday.jpg");
  photo("img/01/0001/0001_04_F.jpg");
  photo("img/04/0001/0001_04_F.jpg");
  fs::create_directory(root() / "img/01/0001/0001_01_L15.jpg");
  ASSERT_EQ(mkfifo((root() / "img/01/0001/0001_01_L30.jpg").c_str(), 0600), 0);
  fs::create_symlink("0001_01_R15.jpg", root() / "img/01/0001/0001_01_R15.jpg");
  const auto dataset = list_dataset(root());
  EXPECT_THAT(ids(dataset.photos), ElementsAre("0001_01_F"));
  EXPECT_THAT(dataset.notes, SizeIs(6));
  for (const auto* noted :
       {"holiday.jpg: is not named", "01/0001/0001_04_F.jpg: is not named",
        "04/0001/0001_04_F.jpg: is not named", "0001_01_L15.jpg: is not a regular file",
        "0001_01_L30.jpg: is not a regular file", "0001_01_R15.jpg: is not a regular file"}) {
    EXPECT_THAT(dataset.notes, Contains(HasSubstr(noted)));
  }
}

TEST_F(ListingTest, NotesAPhotographInAnothersFolder) {
  photo("img/01/0001/0002_01_F.jpg");
  photo("img/01/0001/0001_03_F.jpg");
  const auto dataset = list_dataset(root());
  EXPECT_THAT(dataset.photos, SizeIs(2));
  EXPECT_THAT(dataset.notes, ElementsAre(HasSubstr("0001_03_F.jpg: lies"), HasSubstr("0002_01_F.jpg: lies")));
}

TEST_F(ListingTest, UsesTheFirstOfAPhotographThatStandsTwice) {
  photo("img/01/0001/0001_01_F.jpg");
  photo("img/01/0001/0001_01_F.png");
  labels("label/01/0001", "0001_01_F");
  const auto dataset = list_dataset(root());
  ASSERT_THAT(dataset.photos, SizeIs(1));
  EXPECT_EQ(dataset.photos[0].file.extension(), ".jpg");
  EXPECT_THAT(dataset.photos[0].labels, SizeIs(9));
  EXPECT_THAT(dataset.notes, ElementsAre(HasSubstr("0001_01_F: stands in the data set twice")));
}

TEST_F(ListingTest, EndsWhereFoldersLoop) {
  program_photo("01", "0001_01_F");
  fs::create_directory_symlink(root() / "img", root() / "img/01/0002");
  fs::create_directory_symlink("0003", root() / "img/01/0003");
  fs::create_directory_symlink(root(), root() / "img/02");
  EXPECT_THAT(ids(list_dataset(root()).photos), ElementsAre("0001_01_F"));
}

TEST_F(ListingTest, ThrowsDatasetEmptyWithoutPhotographs) {
  fs::create_directories(root() / "img/01/0001");
  expect_input_error(ErrorCode::dataset_empty, {root().string(), "no photograph"},
                     [&] { list_dataset(root()); });
  photo("img/01/0001/notes.txt");
  expect_input_error(ErrorCode::dataset_empty, {}, [&] { list_dataset(root()); });
}

TEST_F(ListingTest, ThrowsDatasetLayoutForAnyOtherFolder) {
  expect_input_error(ErrorCode::dataset_layout, {root().string(), "img/", "Training"},
                     [&] { list_dataset(root()); });
  photo("photos/a.jpg");
  expect_input_error(ErrorCode::dataset_layout, {root().string(), "1 pictures are not used", "photos/a.jpg"},
                     [&] { list_dataset(root()); });
  expect_input_error(ErrorCode::dataset_layout, {"none", "no such folder"},
                     [&] { list_dataset(root() / "none"); });
  expect_input_error(ErrorCode::dataset_layout, {"a.jpg", "no such folder"},
                     [&] { list_dataset(root() / "photos/a.jpg"); });
  fs::create_directory_symlink("loop", root() / "loop");
  expect_input_error(ErrorCode::dataset_layout, {"loop"}, [&] { list_dataset(root() / "loop"); });
}

TEST_F(ListingTest, OfNoLayoutIsReadByNames) {
  photo("0001_01_F.jpg");
  photo("more/0002_03_L.jpg");
  labels("", "0001_01_F");
  labels("labels/of mine", "0002_03_L");
  const auto dataset = list_dataset(root());
  EXPECT_EQ(dataset.layout, DatasetLayout::other);
  EXPECT_THAT(ids(dataset.photos), ElementsAre("0001_01_F", "0002_03_L"));
  for (const auto& entry : dataset.photos) EXPECT_THAT(entry.labels, SizeIs(9)) << entry.id;
  EXPECT_THAT(dataset.notes, IsEmpty());
}

// ---- Archive layout
// -------------------------------------------------------------------------------------------

class ArchiveListingTest : public ListingTest {
 protected:
  // Two photographs in Training, one in Validation, all labelled.
  void archive(const fs::path& above = {}) const {
    const auto training = above / "Training";
    photo(training / kPhotosComposed / "TS" / kCameraComposed / "0002/0002_01_F.jpg");
    labels(training / kLabelsComposed / "TL" / kCameraComposed / "0002", "0002_01_F");
    photo(training / kPhotosComposed / "TS" / kPhoneComposed / "0001/0001_03_L.jpg");
    labels(training / kLabelsComposed / "TL" / kPhoneComposed / "0001", "0001_03_L");
    const auto validation = above / "Validation";
    photo(validation / kPhotosComposed / "VS" / kCameraComposed / "0001/0001_01_F.jpg");
    labels(validation / kLabelsComposed / "VL" / kCameraComposed / "0001", "0001_01_F");
  }
  static void expect_archive(const fs::path& folder) {
    SCOPED_TRACE(folder);
    const auto dataset = list_dataset(folder);
    EXPECT_EQ(dataset.layout, DatasetLayout::archive);
    EXPECT_THAT(ids(dataset.photos), ElementsAre("0001_01_F", "0002_01_F", "0001_03_L"));
    for (const auto& photo : dataset.photos) EXPECT_THAT(photo.labels, SizeIs(9)) << photo.id;
    EXPECT_THAT(dataset.notes, IsEmpty());
  }
};

TEST_F(ArchiveListingTest, JoinsTrainingAndValidationInOneOrder) {
  archive();
  expect_archive(root());
}

TEST_F(ArchiveListingTest, ReadsOneOfTheTwoAlone) {
  archive();
  EXPECT_THAT(ids(list_dataset(root() / "Training").photos), ElementsAre("0002_01_F", "0001_03_L"));
  EXPECT_THAT(ids(list_dataset(root() / "Validation").photos), ElementsAre("0001_01_F"));
}

TEST_F(ArchiveListingTest, IsFoundUpToThreeLevelsBelow) {
  archive("055. \uD53C\uBD80\uC0C1\uD0DC/01-1.\uC815\uC2DD \uAC1C\uBC29/3.open data");
  expect_archive(root());
  expect_archive(root() / "055. \uD53C\uBD80\uC0C1\uD0DC");
}

TEST_F(ArchiveListingTest, IsNotSearchedForFartherBelow) {
  archive("a/b/c/d");
  expect_input_error(ErrorCode::dataset_layout, {}, [&] { list_dataset(root()); });
  expect_archive(root() / "a");
}

TEST_F(ArchiveListingTest, FindsLabelsOfTheOtherUnicodeForm) {
  struct Names {
    const char* photos;
    const char* camera;
    const char* labels;
    const char* label_camera;
  };
  int n = 0;
  for (const auto& names :
       {Names{kPhotosComposed, kCameraComposed, kLabelsDecomposed, kCameraDecomposed},
        Names{kPhotosDecomposed, kCameraDecomposed, kLabelsComposed, kCameraComposed},
        Names{kPhotosDecomposed, kCameraDecomposed, kLabelsDecomposed, kCameraDecomposed}}) {
    const auto part = fs::path(std::to_string(++n)) / "Training";
    photo(part / names.photos / "TS" / names.camera / "0001/0001_01_F.jpg");
    labels(part / names.labels / "TL" / names.label_camera / "0001", "0001_01_F");
    photo(part / names.photos / "TS" / kPadComposed / "0001/0001_02_F.jpg");
    labels(part / names.labels / "TL" / "02 pad" / "0001", "0001_02_F");
    const auto dataset = list_dataset(root() / std::to_string(n));
    ASSERT_THAT(ids(dataset.photos), ElementsAre("0001_01_F", "0001_02_F"));
    for (const auto& entry : dataset.photos) EXPECT_THAT(entry.labels, SizeIs(9)) << entry.id;
  }
}

// Archives come in parts, unpacked under names of their own; some tools leave levels out or make one twice.
TEST_F(ArchiveListingTest, FindsLabelsInWhateverPartTheyLie) {
  struct Parts {
    std::vector<std::string> photos;
    std::vector<std::string> labels;
  };
  int n = 0;
  for (const auto& parts :
       {Parts{{"TS_01", "TS_02"}, {"TL_01", "TL_02"}}, Parts{{"TS_01", "TS_02"}, {"TL_02", "TL_01"}},
        Parts{{"TS_1", "TS_2", "TS_3"}, {"TL"}}, Parts{{"TS"}, {"TL_1", "TL_2", "TL_3"}},
        Parts{{"TS_1", "TS_2"}, {"TL_1", "TL_2", "TL_3"}}, Parts{{"[TS] 1"}, {"[TL] 1"}}, Parts{{""}, {""}},
        Parts{{"extracted"}, {"extracted"}}, Parts{{"TS/TS"}, {"TL/TL"}}, Parts{{"TS"}, {"extracted/TL"}}}) {
    const auto folder = fs::path(std::to_string(++n));
    SCOPED_TRACE(parts.photos[0] + " " + parts.labels[0]);
    for (std::size_t i = 0; i < 6; ++i) {
      const auto subject = "000" + std::to_string(i + 1);
      photo(folder / "Training" / kPhotosComposed / parts.photos[i % parts.photos.size()] / kCameraComposed /
            subject / (subject + "_01_F.jpg"));
      labels(folder / "Training" / kLabelsComposed / parts.labels[i % parts.labels.size()] / kCameraComposed /
                 subject,
             subject + "_01_F");
    }
    const auto dataset = list_dataset(root() / folder);
    EXPECT_EQ(dataset.layout, DatasetLayout::archive);
    EXPECT_THAT(dataset.photos, SizeIs(6));
    for (const auto& entry : dataset.photos) EXPECT_THAT(entry.labels, SizeIs(9)) << entry.id;
    EXPECT_EQ(dataset.passed_over, PassedOver{});
  }
}

TEST_F(ArchiveListingTest, LabelsOfOnePhotographMayLieInTwoParts) {
  archive();
  for (int i = 0; i < 9; ++i) {
    photo(fs::path("Training") / kLabelsComposed / (i < 4 ? "TL_1" : "TL_2") / kPadComposed / "0005" /
          ("0005_02_F_" + test::two_digits(i) + ".json"));
  }
  photo(fs::path("Training") / kPhotosComposed / "TS" / kPadComposed / "0005/0005_02_F.jpg");
  const auto dataset = list_dataset(root());
  ASSERT_THAT(ids(dataset.photos), Contains("0005_02_F"));
  EXPECT_THAT(dataset.photos[2].labels, SizeIs(9));
  EXPECT_TRUE(std::is_sorted(dataset.photos[2].labels.begin(), dataset.photos[2].labels.end(),
                             [](const auto& a, const auto& b) { return a.filename() < b.filename(); }));
}

TEST_F(ArchiveListingTest, NamesArchivesThatAreStillPacked) {
  const auto training = fs::path("Training");
  const std::vector<std::string> packed{"TS_02.zip", "TS_03.zip.part0", "TS_03.zip.part1073741824",
                                        "TS_04.z01", "TS_05.7z.001",    "TS_06.TAR.GZ"};
  for (const auto& name : packed) photo(training / kPhotosComposed / name);
  photo(training / kLabelsComposed / "TL.zip");
  expect_input_error(ErrorCode::dataset_layout, {"7 archives are still packed", "TS_02.zip", "unpack"},
                     [&] { list_dataset(root()); });
  archive();
  const auto dataset = list_dataset(root());
  EXPECT_THAT(dataset.photos, SizeIs(3));
  EXPECT_EQ(dataset.passed_over, (PassedOver{0, 0, 7}));
  for (const auto& name : packed)
    EXPECT_THAT(dataset.notes, Contains(HasSubstr(name + ": is still packed"))) << name;
}

TEST_F(ArchiveListingTest, CountsLabelsAndPicturesThatFindNoPlace) {
  archive();
  labels(fs::path("Training") / kLabelsComposed / "TL" / kCameraComposed / "0009", "0009_01_F");
  photo(fs::path("Training") / kPhotosComposed / "TS" / kCameraComposed / "0009/0009_01_F.heic");
  photo("0001_01_Fb.jpg");
  const auto dataset = list_dataset(root());
  EXPECT_THAT(dataset.photos, SizeIs(3));
  EXPECT_EQ(dataset.passed_over, (PassedOver{2, 9, 0}));
}

TEST_F(ArchiveListingTest, ListsPhotographsWithoutALabelFolder) {
  photo(fs::path("Training") / kPhotosComposed / "TS" / kCameraComposed / "0001/0001_01_F.jpg");
  const auto dataset = list_dataset(root());
  ASSERT_THAT(ids(dataset.photos), ElementsAre("0001_01_F"));
  EXPECT_THAT(dataset.photos[0].labels, IsEmpty());
}

TEST_F(ArchiveListingTest, EndsWhereFoldersLoop) {
  archive();
  fs::create_directory_symlink(root(), root() / "again");
  fs::create_directory_symlink(".", root() / "Training" / "again");
  const auto dataset = list_dataset(root());
  EXPECT_THAT(ids(dataset.photos), ElementsAre("0001_01_F", "0002_01_F", "0001_03_L"));
}

TEST_F(ArchiveListingTest, ThrowsDatasetEmptyWithoutPhotographs) {
  fs::create_directories(root() / "Training" / kPhotosComposed / "TS" / kCameraComposed);
  expect_input_error(ErrorCode::dataset_empty, {root().string()}, [&] { list_dataset(root()); });
}

}  // namespace
}  // namespace skingauge
