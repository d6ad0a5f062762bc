#include "skingauge/synthesis.hpp"

#include "skingauge/dataset.hpp"
#include "skingauge/error.hpp"
#include "skingauge/image.hpp"

#include "dataset/face_awkward.hpp"
#include "dataset/face_geometry.hpp"
#include "dataset/face_labels.hpp"
#include "dataset/face_marks.hpp"
#include "dataset/face_portrait.hpp"
#include "dataset/face_shots.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <numbers>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skingauge {
namespace {

namespace fs = std::filesystem;
using face::Traits;

class SynthesisTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::temp_directory_path() / (std::string("skingauge-synthesis-") + test->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

std::string read_bytes(const fs::path& file) {
  std::ostringstream bytes;
  bytes << std::ifstream(file, std::ios::binary).rdbuf();
  return bytes.str();
}

// Every file under a folder, by its relative path.
std::map<std::string, std::string> contents(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files[fs::relative(entry.path(), folder).string()] = read_bytes(entry.path());
    }
  }
  return files;
}

template <class Action>
ErrorCode code_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.code();
  }
  ADD_FAILURE() << "no error";
  return {};
}

TEST_F(SynthesisTest, RefusesOptionsOutOfRangeByName) {
  const std::vector<std::pair<SynthesisOptions, std::string>> cases{
      {{.subjects = 0}, "subjects is 0"},
      {{.subjects = 10000}, "subjects is 10000"},
      {{.devices = {}}, "number of devices is 0"},
      {{.devices = {4}}, "device is 4"},
      {{.devices = {1, 1}}, "listed twice"},
      {{.photos_per_subject = 14}, "photos_per_subject is 14"},
      {{.jpeg_quality = 101}, "jpeg_quality is 101"},
      {{.threads = -1}, "threads is -1"},
  };
  for (const auto& [options, message] : cases) {
    try {
      options.validate();
      ADD_FAILURE() << "accepted: " << message;
    } catch (const UsageError& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_option);
      EXPECT_THAT(error.what(), testing::HasSubstr(message));
    }
  }
}

TEST_F(SynthesisTest, SameSeedSameBytesWhateverTheThreads) {
  synthesize(folder_ / "one", {.subjects = 2, .seed = 5, .photos_per_subject = 2, .threads = 1});
  synthesize(folder_ / "three", {.subjects = 2, .seed = 5, .photos_per_subject = 2, .threads = 3});
  synthesize(folder_ / "other", {.subjects = 2, .seed = 6, .photos_per_subject = 2, .threads = 3});
  const auto one = contents(folder_ / "one");
  EXPECT_EQ(one.size(), 4U * 10U);
  EXPECT_TRUE(one == contents(folder_ / "three"));
  EXPECT_FALSE(one == contents(folder_ / "other"));
}

TEST_F(SynthesisTest, WritesTheProgramLayoutWithReadableLabels) {
  const auto root = folder_ / "faces";
  const auto report = synthesize(root, {.subjects = 1, .devices = {1, 3}, .awkward = false});
  const auto dataset = list_dataset(root);
  std::vector<std::string> ids;
  for (const auto& photo : dataset.photos) {
    ids.push_back(photo.id);
    const auto image = Image::read(photo.file);
    const auto labels = read_labels(photo);
    EXPECT_THAT(labels.conflicts, testing::IsEmpty());
    EXPECT_EQ(labels.width, image.width());
    EXPECT_EQ(labels.height, image.height());
    for (const auto& label : labels.labels) {
      ASSERT_TRUE(label) << photo.id;
      EXPECT_THAT(label->problems, testing::IsEmpty()) << label->file;
      EXPECT_EQ(label->device, static_cast<int>(photo.device) - 1);
      EXPECT_EQ(angle_name(label->angle.value_or(-1)), photo.angle);
      if (label->box) {
        EXPECT_TRUE(label->box->inside(image.width(), image.height())) << label->file;
      }
    }
  }
  EXPECT_THAT(ids, testing::UnorderedElementsAre("0001_01_F", "0001_01_Fb", "0001_01_Ft", "0001_01_L15",
                                                 "0001_01_L30", "0001_01_R15", "0001_01_R30", "0001_03_F",
                                                 "0001_03_L", "0001_03_R"));
  EXPECT_EQ(report.photos, 10U);
  EXPECT_EQ(report.labels, 90U);
  EXPECT_EQ(report.null_boxes + report.swapped_corners + report.null_annotations + report.null_equipment +
                report.failed_readings + report.null_values + report.far_turns,
            0U);
}

TEST_F(SynthesisTest, APersonHasTheSameValuesOnAllPhotos) {
  const auto root = folder_ / "faces";
  synthesize(root, {.subjects = 2, .photos_per_subject = 3, .awkward = false});
  std::map<std::string, std::set<double>> seen;
  for (const auto& photo : list_dataset(root).photos) {
    const auto labels = read_labels(photo);
    for (const auto& sign : signs()) {
      const auto& label = labels.labels[static_cast<std::size_t>(number(sign.facepart))];
      const auto value = truth(*label, sign);
      ASSERT_TRUE(std::holds_alternative<double>(value)) << label->file << " " << sign.key;
      seen[photo.subject + std::string(sign.key) + std::string(to_string(sign.task))].insert(
          std::get<double>(value));
    }
  }
  EXPECT_EQ(seen.size(), 2U * signs().size());
  for (const auto& [name, values] : seen) EXPECT_EQ(values.size(), 1U) << name;
}

TEST_F(SynthesisTest, TellsProgressUpToTheTotal) {
  std::vector<std::size_t> told;
  synthesize(folder_ / "faces", {.subjects = 3, .photos_per_subject = 1},
             [&](std::size_t done, std::size_t total) {
               EXPECT_EQ(total, 3U);
               told.push_back(done);
             });
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back(), 3U);
}

TEST_F(SynthesisTest, RefusesAFolderThatHoldsSomething) {
  std::ofstream(folder_ / "mine.txt") << "keep";
  EXPECT_EQ(code_of([&] { synthesize(folder_, {.subjects = 1, .photos_per_subject = 1}); }),
            ErrorCode::bad_option);
  EXPECT_EQ(read_bytes(folder_ / "mine.txt"), "keep");
  EXPECT_FALSE(fs::exists(folder_.string() + ".partial"));
}

TEST_F(SynthesisTest, ReplacesTheLeftoverOfAnInterruptedRunOnly) {
  const SynthesisOptions options{.subjects = 1, .photos_per_subject = 1};
  const auto partial = folder_ / "faces.partial";
  fs::create_directories(partial / "img");
  EXPECT_EQ(code_of([&] { synthesize(folder_ / "faces", options); }), ErrorCode::bad_option);
  EXPECT_TRUE(fs::exists(partial / "img"));

  std::ofstream(partial / "incomplete-synthesis") << "";
  EXPECT_EQ(synthesize(folder_ / "faces" / "", options).photos, 1U);
  EXPECT_FALSE(fs::exists(partial));
  EXPECT_FALSE(fs::exists(folder_ / "faces" / "incomplete-synthesis"));
}

TEST_F(SynthesisTest, NamesTheFolderThatCannotBeMade) {
  std::ofstream(folder_ / "file") << "";
  try {
    synthesize(folder_ / "file" / "faces", {.subjects = 1});
    FAIL() << "no error";
  } catch (const DiskError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr((folder_ / "file" / "faces.partial").string()));
  }
}

TEST(DrawnPeople, CoverEveryGradeEvenly) {
  constexpr int kPeople = 1500;
  std::map<std::string_view, std::map<int, int>> frequency;
  for (std::uint64_t seed = 0; seed < kPeople; ++seed) {
    const auto traits = face::draw_traits(face::mix_seed({seed}));
    for (const auto& sign : signs()) {
      if (sign.task == Task::grade) ++frequency[sign.key][face::grade_of(face::strength(traits, sign), sign)];
    }
  }
  EXPECT_EQ(frequency.size(), 11U);
  for (const auto& sign : signs()) {
    if (sign.task != Task::grade) continue;
    const auto& grades = frequency[sign.key];
    const int count = face::seen_max_grade(sign) + 1;
    ASSERT_EQ(grades.size(), static_cast<std::size_t>(count)) << sign.key;
    for (const auto& [grade, people] : grades) {
      EXPECT_NEAR(people * count, kPeople, 0.3 * kPeople) << sign.key << " grade " << grade;
    }
  }
}

double value_in(const face::Person& person, const Sign& sign) {
  return person.equipment[static_cast<std::size_t>(number(sign.facepart))]
      .at(std::string(sign.key))
      .get<double>();
}

// The real data's 5 and 95 % (protocol, section 1) lie well inside what is drawn, and the other way round.
TEST(DrawnPeople, ReadingsSpreadAsInTheRealData) {
  std::map<Item, std::vector<double>> values;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    const auto traits = face::draw_traits(face::mix_seed({seed}));
    const auto person = face::examine("0001", traits, face::place_marks(traits));
    for (const auto& sign : signs()) {
      if (sign.task == Task::measurement) values[sign.item].push_back(value_in(person, sign));
    }
  }
  const std::map<Item, std::pair<double, double>> real{{Item::moisture, {44, 76}},
                                                       {Item::wrinkle, {14, 33}},
                                                       {Item::count, {57, 266}},
                                                       {Item::pore, {230, 1780}}};
  for (const auto& [item, range] : real) {
    auto& all = values[item];
    std::sort(all.begin(), all.end());
    const double spread = range.second - range.first;
    EXPECT_NEAR(all[all.size() / 20], range.first, 0.1 * spread) << to_string(item);
    EXPECT_NEAR(all[all.size() - all.size() / 20], range.second, 0.1 * spread) << to_string(item);
  }
}

TEST(DrawnPeople, CountsAreTheNumberOfMarksDrawn) {
  const auto traits = face::draw_traits(11);
  const auto marks = face::place_marks(traits);
  const auto person = face::examine("0001", traits, marks);
  EXPECT_EQ(person.equipment[0].at("pigmentation_count"), marks.spots.size());
  EXPECT_EQ(person.equipment[5].at("l_cheek_pore"), marks.pores[0].size());
  EXPECT_EQ(person.equipment[6].at("r_cheek_pore"), marks.pores[1].size());
}

TEST(DrawnPeople, LabelsCarryTheGuidelinesFieldsInOrder) {
  const auto traits = face::draw_traits(11);
  const auto person = face::examine("0001", traits, face::place_marks(traits));
  const auto keys = [](const nlohmann::ordered_json& block) {
    std::vector<std::string> names;
    for (const auto& [key, value] : block.items()) names.push_back(key);
    return names;
  };
  const face::PhotoFacts photo{"0001_01_R30", 1, 6, 2136, 3216};
  const auto cheek = face::make_label(person, photo, Facepart::left_cheek, Box{1, 2, 3, 4});
  EXPECT_THAT(keys(cheek), testing::ElementsAre("info", "images", "annotations", "equipment"));
  EXPECT_THAT(keys(cheek["info"]),
              testing::ElementsAre("filename", "id", "gender", "age", "date", "skin_type", "sensitive"));
  EXPECT_THAT(keys(cheek["images"]),
              testing::ElementsAre("device", "width", "height", "angle", "facepart", "bbox"));
  EXPECT_THAT(keys(cheek["annotations"]), testing::ElementsAre("l_cheek_pore", "l_cheek_pigmentation"));
  EXPECT_EQ(cheek["equipment"].size(), 16U);
  EXPECT_EQ(cheek["equipment"].begin().key(), "l_cheek_moisture");
  EXPECT_TRUE(cheek["equipment"].contains("l_cheek_elasticity_R9"));
  EXPECT_TRUE(cheek["equipment"].contains("l_cheek_elasticity_Q3"));
  const auto eye = face::make_label(person, photo, Facepart::right_eye_corner, std::nullopt);
  EXPECT_TRUE(eye["images"]["bbox"].is_null());
  EXPECT_THAT(
      keys(eye["equipment"]),
      testing::ElementsAre("r_perocular_wrinkle_Ra", "r_perocular_wrinkle_Rq", "r_perocular_wrinkle_Rmax",
                           "r_perocular_wrinkle_R3z", "r_perocular_wrinkle_Rt", "r_perocular_wrinkle_Rz=Rtm",
                           "r_perocular_wrinkle_Rp", "r_perocular_wrinkle_Rv"));
  for (const auto facepart : {Facepart::glabella, Facepart::lips}) {
    EXPECT_TRUE(face::make_label(person, photo, facepart, std::nullopt)["equipment"].is_null());
  }
  EXPECT_THAT(keys(face::make_label(person, photo, Facepart::face, std::nullopt)["annotations"]),
              testing::ElementsAre("acne"));
}

face::Pose camera_pose(double yaw_degrees) {
  return {yaw_degrees * std::numbers::pi / 180.0, 0.0, 1068.0, 1450.0, 1780.0, 1900.0};
}

TEST(DrawnHead, TurningThinsTheFarSideAndWidensTheNearOne) {
  const auto width = [](double yaw, Facepart facepart) {
    const auto box = face::Geometry({}, camera_pose(yaw)).box(facepart, 2136, 3216);
    return box ? box->width() : 0;
  };
  EXPECT_GT(width(30, Facepart::left_cheek), width(0, Facepart::left_cheek));
  EXPECT_LT(width(30, Facepart::right_cheek), width(0, Facepart::right_cheek) * 2 / 3);
  EXPECT_LT(width(16, Facepart::right_eye_corner), 50);
  EXPECT_GT(width(16, Facepart::right_eye_corner), 0);
  EXPECT_EQ(width(50, Facepart::right_eye_corner), 0);
  EXPECT_EQ(width(-50, Facepart::left_eye_corner), 0);
}

// The protocol's framing (section 3): facepart 0 is the photograph, which is 2.2 x 3.31 eye spans large on
// the camera, with the eyes at half its height.
TEST(DrawnHead, PhotographIsFramedAsTheRealOnesAre) {
  double across = 0.0;
  double down = 0.0;
  int photos = 0;
  for (const auto& shot : face::plan_shots({.subjects = 60, .seed = 7, .devices = {1}})) {
    const auto sitting = face::sit(shot, 7, false);
    const auto& facts = shot.facts;
    const auto box = [&](Facepart facepart) {
      return sitting.geometry.box(facepart, facts.width, facts.height);
    };
    EXPECT_EQ(box(Facepart::face), (Box{0, 0, facts.width, facts.height})) << facts.name;
    if (facts.angle != 0) continue;
    const auto left = box(Facepart::left_eye_corner);
    const auto right = box(Facepart::right_eye_corner);
    ASSERT_TRUE(left && right) << facts.name;
    // The labels' inner edges lie 1.14 eye spans apart (medians of section 9).
    across += (right->x1 - left->x2) / 1.14 / facts.width;
    down += (left->y1 + left->y2 + right->y1 + right->y2) / 4.0 / facts.height;
    ++photos;
  }
  ASSERT_EQ(photos, 60);
  EXPECT_NEAR(across / photos, 1.0 / 2.2, 0.03);
  EXPECT_NEAR(down / photos, 0.5, 0.01);
}

TEST(DrawnHead, SurfaceUndoesProjection) {
  for (const double yaw : {-30.0, 0.0, 20.0}) {
    const face::Geometry geometry({}, camera_pose(yaw));
    for (const face::FacePoint point : {face::FacePoint{0.5, 0.5}, {0.35, 0.2}, {0.6, 0.9}}) {
      const auto seen = geometry.project(point);
      ASSERT_TRUE(seen);
      const auto surface = geometry.surface(geometry.section(seen->y), seen->x);
      ASSERT_TRUE(surface);
      EXPECT_NEAR(surface->point.a, point.a, 1e-9);
      EXPECT_NEAR(surface->point.b, point.b, 1e-9);
      EXPECT_NEAR(surface->facing, seen->facing, 1e-9);
    }
  }
}

// A person of medium strengths, photographed from the front in even light, without camera noise.
Image plain_photo(const Traits& traits) {
  const face::Geometry geometry(face::head_of(traits), camera_pose(0));
  return face::photograph(traits, face::place_marks(traits), geometry, {.noise = 0.0}, 2136, 3216);
}

double mean_difference(const Image& one, const Image& other, Facepart facepart) {
  const auto box = face::Geometry({}, camera_pose(0)).box(facepart, 2136, 3216);
  double sum = 0.0;
  for (int y = box->y1; y < box->y2; ++y) {
    for (int x = box->x1; x < box->x2; ++x) sum += std::abs(one.at(x, y)[1] - other.at(x, y)[1]);
  }
  return sum / (static_cast<double>(box->width()) * box->height());
}

TEST(DrawnSkin, EachSignShowsInItsOwnFacepartAndInNoOther) {
  struct Case {
    const char* name;
    void (*strengthen)(Traits&);
    std::set<Facepart> shows;
  };
  using enum Facepart;
  const std::vector<Case> cases{
      {"forehead wrinkle", [](Traits& t) { t.forehead_wrinkle = 0.95; }, {forehead}},
      {"glabella wrinkle", [](Traits& t) { t.glabella_wrinkle = 0.95; }, {glabella}},
      {"crow's feet", [](Traits& t) { t.crow_feet[0] = t.crow_depth[0] = 0.95; }, {left_eye_corner}},
      {"pores", [](Traits& t) { t.pores[1] = 0.95; }, {right_cheek}},
      {"spots", [](Traits& t) { t.cheek_spots[0] = 0.95; }, {left_cheek}},
      {"dry lips", [](Traits& t) { t.lip_dryness = 0.95; }, {lips, chin}},
      {"sagging", [](Traits& t) { t.sagging = 0.95; }, {chin}},
      {"moisture", [](Traits& t) { t.moisture.cheek[1] = 0.95; }, {right_cheek}},
      {"firmness", [](Traits& t) { t.firmness.chin = 0.05; }, {chin}},
  };
  auto traits = face::draw_traits(3);
  traits.forehead_wrinkle = traits.glabella_wrinkle = traits.lip_dryness = traits.sagging = 0.3;
  traits.crow_feet = traits.crow_depth = traits.pores = traits.cheek_spots = {0.3, 0.3};
  traits.moisture = {0.3, {0.3, 0.3}, 0.3};
  traits.firmness = {0.7, {0.7, 0.7}, 0.7};
  const auto before = plain_photo(traits);
  for (const auto& [name, strengthen, shows] : cases) {
    auto stronger = traits;
    strengthen(stronger);
    const auto after = plain_photo(stronger);
    for (const auto facepart :
         {forehead, glabella, left_eye_corner, right_eye_corner, left_cheek, right_cheek, lips, chin}) {
      const double change = mean_difference(before, after, facepart);
      if (shows.contains(facepart)) {
        EXPECT_GT(change, 1.5) << name << " in the " << info(facepart).name;
      } else {
        EXPECT_LT(change, 1.0) << name << " in the " << info(facepart).name;
      }
    }
  }
}

TEST(AwkwardLabels, EachKindOccursAndIsCounted) {
  const auto traits = face::draw_traits(11);
  const auto person = face::examine("0001", traits, face::place_marks(traits));
  const auto label =
      face::make_label(person, {"0001_01_F", 1, 0, 2136, 3216}, Facepart::left_cheek, Box{1, 2, 300, 400});
  SynthesisReport report;
  SynthesisReport found;
  face::Random random{1};
  for (int i = 0; i < 3000; ++i) {
    auto changed = label;
    face::make_awkward(changed, random, report);
    const auto& box = changed["images"]["bbox"];
    found.null_boxes += box.is_null() ? 1 : 0;
    found.swapped_corners += !box.is_null() && box[0] > box[2] ? 1 : 0;
    found.null_annotations += changed["annotations"].is_null() ? 1 : 0;
    found.null_equipment += changed["equipment"].is_null() ? 1 : 0;
    for (const char* block : {"annotations", "equipment"}) {
      for (const auto& value : changed[block]) {
        found.failed_readings += value == "Er" ? 1 : 0;
        found.null_values += value.is_null() ? 1 : 0;
      }
    }
  }
  EXPECT_TRUE(found == report);
  EXPECT_GT(report.null_boxes, 10U);
  EXPECT_GT(report.swapped_corners, 30U);
  EXPECT_GT(report.null_annotations, 10U);
  EXPECT_GT(report.null_equipment, 10U);
  EXPECT_GT(report.failed_readings, 300U);
  EXPECT_GT(report.null_values, 200U);
}

TEST(PlannedShots, TurnFurtherNowAndThenOnlyWhereAwkwardIsAllowed) {
  const auto shots = face::plan_shots({.subjects = 300, .devices = {3}});
  const auto traits = face::draw_traits(1);
  int far_turns = 0;
  for (const auto& shot : shots) {
    far_turns += face::direct(shot, traits, true).far_turn ? 1 : 0;
    EXPECT_FALSE(face::direct(shot, traits, false).far_turn);
  }
  EXPECT_EQ(shots.size(), 900U);
  EXPECT_GT(far_turns, 15);
  EXPECT_LT(far_turns, 80);
}

}  // namespace
}  // namespace skingauge
