#include "skingauge/audit.hpp"

#include "skingauge/split.hpp"

#include "dataset/labels.hpp"
#include "support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skingauge {
namespace {

using test::label_json;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Counts = std::map<std::string, std::int64_t>;

class AuditTest : public ::testing::Test {
 protected:
  void photo(const std::string& device, const std::string& id) {
    test::write_bytes(folder_.path() / "img" / device / id.substr(0, 4) / (id + ".jpg"), "x");
  }
  // A chin's label: grade and moisture as given, all else in order.
  void chin(const std::string& device, const std::string& id, const Json& grade, const Json& moisture,
            const Json& box = {100, 200, 400, 600}) {
    auto json = label_json(8, box);
    json["info"]["id"] = id.substr(0, 4);
    json["images"]["device"] = device == "01" ? 0 : 2;
    if (!grade.is_discarded()) json["annotations"]["chin_sagging"] = grade;
    json["equipment"]["chin_moisture"] = moisture;
    label(device, id, 8, json);
  }
  void label(const std::string& device, const std::string& id, int facepart, const Json& json) {
    test::write_label(folder_.path() / "label" / device / id.substr(0, 4), id, facepart, json);
  }
  [[nodiscard]] AuditReport report(int min_box_side = 50) const {
    return audit(list_dataset(folder_.path()), min_box_side);
  }
  static const SignAudit& row(const AuditReport& report, std::string_view key, Task task) {
    return report.signs[static_cast<std::size_t>(find_sign_by_key(key, task) - signs().data())];
  }
  test::TemporaryFolder folder_;
};

TEST_F(AuditTest, CountsPhotographsPeopleAndLabels) {
  for (const auto* id : {"0001_01_F", "0001_01_Fb", "0002_01_F"}) photo("01", id);
  photo("03", "0001_03_F");
  chin("01", "0001_01_F", 1, 50);
  chin("03", "0001_03_F", 1, 50);
  const auto r = report();
  EXPECT_EQ(r.photos, 4);
  EXPECT_EQ(r.people, 2);
  EXPECT_EQ(r.photos_without_labels, 2);
  EXPECT_EQ(r.label_files, 2);
  EXPECT_EQ(r.boxes, 2);
  EXPECT_EQ(r.label_files_unusable, 0);
  EXPECT_EQ(r.photos_by_device, (Counts{{"camera", 3}, {"phone", 1}}));
  EXPECT_EQ(r.photos_by_angle, (Counts{{"F", 3}, {"Fb", 1}}));
  EXPECT_THAT(r.labels_by_facepart, ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 2));
  EXPECT_THAT(r.guideline, IsEmpty());
}

TEST_F(AuditTest, CountsEachSignByReason) {
  struct Case {
    Json grade;
    Json moisture;
    Json box;
  };
  const Json usual{100, 200, 400, 600};
  const std::vector<Case> cases{{3, 55.5, usual},
                                {0, "Er", usual},
                                {6, nullptr, usual},
                                {7, "12,3", usual},
                                {2, 50, nullptr},
                                {2, 50, {100, 200, 149, 600}},
                                {2, 50, {100, 200, 150, 600}},
                                {2, "Er", {2000, 200, 2137, 600}}};
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto id = "00" + test::two_digits(static_cast<int>(i) + 1) + "_01_F";
    photo("01", id);
    chin("01", id, cases[i].grade, cases[i].moisture, cases[i].box);
  }
  photo("01", "0099_01_F");  // without a label
  const auto r = report();
  const auto& grade = row(r, "chin_sagging", Task::grade);
  EXPECT_EQ(grade.with_value, 7);
  EXPECT_EQ(grade.judged, 4);
  EXPECT_EQ(
      grade.not_judged,
      (Counts{
          {"value-invalid", 1}, {"no-box", 1}, {"box-too-small", 1}, {"box-outside", 1}, {"no-label", 1}}));
  const auto& moisture = row(r, "chin_moisture", Task::measurement);
  EXPECT_EQ(moisture.with_value, 4);
  EXPECT_EQ(moisture.judged, 2);
  EXPECT_EQ(moisture.not_judged, (Counts{{"instrument-error", 1},
                                         {"no-value", 1},
                                         {"value-invalid", 1},
                                         {"no-box", 1},
                                         {"box-too-small", 1},
                                         {"box-outside", 1},
                                         {"no-label", 1}}));
  EXPECT_EQ(row(r, "lip_dryness", Task::grade).not_judged, (Counts{{"no-label", 9}}));
}

TEST_F(AuditTest, HoldsTheGivenBoxLimit) {
  photo("01", "0001_01_F");
  chin("01", "0001_01_F", 1, 50, {0, 0, 90, 300});
  EXPECT_EQ(row(report(90), "chin_sagging", Task::grade).judged, 1);
  EXPECT_EQ(row(report(91), "chin_sagging", Task::grade).judged, 0);
}

TEST_F(AuditTest, EverySignAddsUpToThePhotographs) {
  for (int i = 1; i <= 5; ++i) {
    const auto id = "000" + std::to_string(i) + "_01_F";
    photo("01", id);
    if (i != 2)
      chin("01", id, i, i == 3 ? Json("Er") : Json(40), i == 4 ? Json(nullptr) : Json{1, 2, 300, 400});
  }
  for (const auto& sign : report().signs) {
    std::int64_t sum = sign.judged;
    for (const auto& [reason, count] : sign.not_judged) sum += count;
    EXPECT_EQ(sum, 5) << sign.sign->key;
  }
}

TEST_F(AuditTest, ListsConflictsWarningsAndErrors) {
  photo("01", "0001_01_F");
  auto odd = label_json(8, {400, 600, 100, 200});
  odd["images"]["angle"] = 3;
  odd["annotations"] = {{"chin_sag", 1}, {"chin_sagging", 9}};
  label("01", "0001_01_F", 8, odd);
  label("01", "0001_01_F", 7, label_json(7, {1, 2, 3}));
  const auto r = report();
  EXPECT_EQ(r.swapped_corners, 1);
  EXPECT_EQ(r.label_files, 2);
  EXPECT_EQ(r.label_files_unusable, 1);
  EXPECT_THAT(r.conflicts, ElementsAre(AllOf(HasSubstr("0001_01_F"), HasSubstr("images.angle 3"))));
  EXPECT_EQ(r.conflict_count, 1);
  EXPECT_THAT(r.warnings, ElementsAre(HasSubstr("annotations.chin_sag")));
  EXPECT_EQ(r.warning_count, 1);
  EXPECT_THAT(r.errors, ElementsAre(AllOf(HasSubstr("_07.json"), HasSubstr("bbox")),
                                    AllOf(HasSubstr("_08.json"), HasSubstr("0..6"))));
  EXPECT_EQ(r.error_count, 2);
  EXPECT_EQ(row(r, "lip_dryness", Task::grade).not_judged, (Counts{{"label-error", 1}}));
}

TEST_F(AuditTest, BoxesOfSizesInPlaceOfCornersAreErrors) {
  photo("01", "0001_01_F");
  label("01", "0001_01_F", 5, label_json(5, {655, 1374, 250, 457}));
  label("01", "0001_01_F", 6, label_json(6, {1191, 1375, 248, 451}));
  const auto r = report();
  EXPECT_EQ(r.error_count, 2);
  EXPECT_THAT(r.errors, Contains(HasSubstr("[x, y, width, height]")));
  EXPECT_EQ(r.label_files_unusable, 2);
  EXPECT_EQ(r.boxes, 0);
}

TEST_F(AuditTest, CountsBadFilesWithoutAFacepartInTheirName) {
  photo("01", "0001_01_F");
  test::write_bytes(folder_.path() / "label/01/0001/0001_01_F_xx.json", "{");
  chin("01", "0001_01_F", 1, 50);
  const auto r = report();
  EXPECT_EQ(r.label_files, 2);
  EXPECT_EQ(r.conflict_count, 1);
  EXPECT_THAT(r.conflicts, ElementsAre(HasSubstr("_xx.json")));
}

TEST_F(AuditTest, ListsAHundredAndCountsAll) {
  for (int i = 0; i < 120; ++i) {
    const auto id = std::to_string(1000 + i) + "_01_F";
    photo("01", id);
    chin("01", id, 99, 50);
  }
  const auto r = report();
  EXPECT_EQ(r.error_count, 120);
  EXPECT_THAT(r.errors, SizeIs(100));
}

TEST_F(AuditTest, TellsProgress) {
  for (const auto* id : {"0001_01_F", "0002_01_F", "0003_01_F"}) photo("01", id);
  std::vector<std::size_t> done;
  audit(list_dataset(folder_.path()), 50, [&](std::size_t photos) { done.push_back(photos); });
  EXPECT_THAT(done, ElementsAre(1, 2, 3));
}

TEST(AuditGuideline, IsComparedWhereTheFullSetIsThere) {
  Dataset dataset;  // the guideline's photographs by device, without label files
  for (int i = 0; i < 13'936; ++i) {
    const auto device = i < 7'504    ? PhotoDevice::camera
                        : i < 10'720 ? PhotoDevice::tablet
                                     : PhotoDevice::phone;
    dataset.photos.push_back({std::to_string(i), {}, device, std::to_string(i % 1100), "F", {}});
  }
  const auto report = audit(dataset, 50);
  ASSERT_THAT(report.guideline, SizeIs(12));
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(report.guideline[i].found, report.guideline[i].expected) << i;
  EXPECT_EQ(report.guideline[3].expected, 125'424);  // nine labels a photograph
  EXPECT_EQ(report.guideline[3].found, 0);
  dataset.photos.pop_back();
  EXPECT_THAT(audit(dataset, 50).guideline, IsEmpty());
}

}  // namespace
}  // namespace skingauge
